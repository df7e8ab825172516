"""Carrying: what an earlier brief said and is still true."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from warmline_memory.briefs import past, topics
from warmline_memory.briefs.sources import BriefSource
from warmline_memory.briefs.telling import GIVEN, WAS
from warmline_memory.language.values import ValueKind, kind_of
from warmline_memory.language.words import content_words
from warmline_memory.reading import settling
from warmline_memory.reading.actions import Deed
from warmline_memory.reading.asks import NOT_GIVEN, WAITING
from warmline_memory.reading.facts import Fact, Table
from warmline_memory.reading.lines import Draft
from warmline_memory.source_memory import SourceMemory
from warmline_schemas.briefs import Brief, BriefLine, SectionName

LASTING = (SectionName.PROMISED, SectionName.DECIDED, SectionName.NEXT_STEPS)
"""What a brief says that stays true when the work turns to another matter."""
CLOSING = (SectionName.DONE, *past.VALUES)
HELD = 0.7
UNTIL_DONE = (SectionName.OPEN_QUESTIONS, SectionName.NEXT_STEPS)


@dataclass(frozen=True, slots=True)
class Carried:
    """What is known after a session: the facts that are true of its matters, and what an earlier brief adds to them.

    `names` are the matters' names by their subjects. `lines` are the earlier brief's lines that still belong to the
    work; `past` are the values and outcomes of other matters.
    """

    facts: list[Fact]
    names: Mapping[str, str]
    lines: tuple[tuple[SectionName, BriefLine], ...]
    past: tuple[Draft, ...]
    own: str


def take_up(
    source: BriefSource, memories: Sequence[SourceMemory], deeds: Sequence[Deed], now: Sequence[Fact]
) -> Carried:
    """The facts of a session together with those that the earlier brief told of the same matters."""
    earlier = _proven(source.earlier, source.earlier_id)
    told = _facts(earlier, past.VALUES)
    ours = [fact for fact in told if not fact.lasting]
    own = topics.of_session(deeds, source.request)
    said = [fact for fact in now if not fact.lasting]
    about = {name for name in (own, *(deed.subject for deed in deeds)) if name}
    mentioned = topics.mentioned(memories) if earlier else set()
    goes_on = topics.goes_on(ours, said, about, mentioned)
    revived, gone = _revived(earlier, said, mentioned)
    known = [fact for fact in told if goes_on or fact.lasting] + revived
    taken = {draft.topic or "" for draft in gone} | {fact.matter or "" for fact in ours if not goes_on}
    own = own or next((fact.matter for fact in ours if goes_on and fact.matter), f"hop {source.request.hop}")
    names = topics.names(deeds, own, taken)
    facts = _joined(known, topics.named(now, deeds, own, names, memories))
    left = () if goes_on else past.left(earlier)
    return Carried(facts, names, tuple(_still_open(earlier, goes_on)), (*left, *gone), names[own])


def drafts(
    carried: Carried, now: Sequence[Draft], memories: Sequence[SourceMemory], deeds: Sequence[Deed]
) -> list[Draft]:
    """The earlier brief's other lines that this session neither repeats nor settles, and the matters of the past."""
    said = [(draft.section, _words(draft.label, draft.text)) for draft in now]
    kept = []
    for section, line in carried.lines:
        closing = {section, *CLOSING} if section in UNTIL_DONE else {section}
        label = None if section in UNTIL_DONE and line.label in (NOT_GIVEN, WAITING) else line.label
        words = _words(label, line.text)
        spoken = (other for name, other in said if name in closing)
        has_changed = section is SectionName.MOOD and any(draft.section is section for draft in now)
        if section is SectionName.ASK and settling.settling(line.text, memories, deeds):
            continue
        if not has_changed and not any(_holds(other, words) for other in spoken):
            kept.append(_draft(section, line))
    return kept + past.untold(carried.past, now)


def _proven(earlier: Brief | None, memory_id: UUID | None) -> Brief | None:
    """The earlier brief, with its own memory as the proof of what only its request said: its goal."""
    if earlier is None or memory_id is None:
        return earlier
    sections = [
        section.model_copy(update={"lines": [_with_proof(line, memory_id) for line in section.lines]})
        for section in earlier.sections
    ]
    return earlier.model_copy(update={"sections": sections})


def _with_proof(line: BriefLine, memory_id: UUID) -> BriefLine:
    if line.memory_ids:
        return line
    label = line.label if line.edited else f"earlier {line.label}"
    return line.model_copy(update={"label": label, "memory_ids": [memory_id]})


def _facts(earlier: Brief | None, names: Iterable[SectionName]) -> list[Fact]:
    """The earlier brief's labelled values, as facts that anything said since can replace."""
    known: list[Fact] = []
    for line in past.lines_of(earlier, names):
        if line.label is None or line.text == GIVEN:
            continue
        hit = WAS.match(line.text)
        text, was = (hit.group(1), hit.group(2)) if hit else (line.text, None)
        values = text.split(", ")
        many = all(kind_of(value) is ValueKind.IDENTIFIER for value in values)
        fact = Fact(
            line.label,
            text,
            tuple(line.memory_ids),
            -1,
            was=was,
            matter=line.topic,
            lasting=not line.topic,
            found=line.found,
        )
        known.extend(replace(fact, value=value, many=True) for value in values) if many else known.append(fact)
    return known


def _revived(earlier: Brief | None, now: Sequence[Fact], mentioned: Collection[str]) -> tuple[list[Fact], list[Draft]]:
    """The past matters that a session points to, as facts again; the others as they stand."""
    facts = _facts(earlier, (SectionName.EARLIER,))
    by_matter: dict[str | None, list[Fact]] = {}
    for fact in facts:
        by_matter.setdefault(fact.matter, []).append(fact)
    back = {matter for matter, told in by_matter.items() if topics.points_to(told, now, mentioned)}
    gone = [past.as_past(line, line.topic) for line in past.lines_of(earlier, (SectionName.EARLIER,))]
    revived = [fact for fact in facts if fact.matter in back]
    return revived, [draft for draft in gone if draft.topic not in back or draft.outcome or draft.text == GIVEN]


def _still_open(earlier: Brief | None, goes_on: bool) -> Iterable[tuple[SectionName, BriefLine]]:
    for section in earlier.sections if earlier else ():
        for line in section.lines:
            is_value = section.name in past.VALUES and line.label is not None and line.text != GIVEN
            is_value = is_value or line.label in settling.SETTLED
            if section.name is SectionName.EARLIER or is_value:
                continue
            if goes_on or section.name in LASTING:
                yield section.name, line


def _joined(earlier: Sequence[Fact], now: Sequence[Fact]) -> list[Fact]:
    """What an earlier brief told and what was said since: a value once, a later one in the place of an earlier one."""
    if not earlier:
        return list(now)
    table = Table(earlier)
    for fact in sorted(now, key=lambda fact: fact.position):
        table.put(fact)
    return table.facts


def _words(label: str | None, text: str) -> set[str]:
    return set(content_words(f"{label or ''} {text}"))


def _holds(said: set[str], words: set[str]) -> bool:
    """Whether what was said holds most of these words."""
    return bool(words) and len(words & said) >= HELD * len(words)


def _draft(section: SectionName, line: BriefLine) -> Draft:
    ids = tuple(line.memory_ids)
    if section is SectionName.ASK:
        return Draft(SectionName.SITUATION, line.text, ids, label="asked before", weight=0.1, carried=True)
    return Draft(section, line.text, ids, line.label, line.outcome, weight=-1.0, topic=line.topic, carried=True)
