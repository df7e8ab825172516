"""Carrying: what an earlier brief said and is still true."""

import re
from collections.abc import Iterable, Sequence
from uuid import UUID

from warmline_memory.briefs.asks import NOT_GIVEN, WAITING
from warmline_memory.briefs.facts import Fact
from warmline_memory.briefs.sources import Draft
from warmline_memory.briefs.telling import GIVEN
from warmline_memory.briefs.values import ValueKind, kind_of
from warmline_memory.briefs.words import content_words
from warmline_schemas.briefs import Brief, BriefLine, SectionName

WAS = re.compile(r"^(.*) \(was (.*)\)$")
CARRIED = (SectionName.DONE, SectionName.FAILED, SectionName.PROMISED, SectionName.DECIDED, SectionName.SITUATION)
SETTLING = (SectionName.DONE, SectionName.FACTS, SectionName.IDENTIFIERS)
HELD = 0.7
UNTIL_DONE = (SectionName.OPEN_QUESTIONS, SectionName.NEXT_STEPS)


def proven(earlier: Brief | None, memory_id: UUID | None) -> Brief | None:
    """The earlier brief, with its own memory as the proof of what only its request said: its goal."""
    if earlier is None or memory_id is None:
        return earlier
    sections = [
        section.model_copy(update={"lines": [_proven(line, memory_id) for line in section.lines]})
        for section in earlier.sections
    ]
    return earlier.model_copy(update={"sections": sections})


def facts(earlier: Brief | None) -> list[Fact]:
    """The earlier brief's labelled values, as facts that anything said since can replace."""
    known: list[Fact] = []
    for line in _lines(earlier, (SectionName.IDENTIFIERS, SectionName.FACTS)):
        if line.label is None or line.text == GIVEN:
            continue
        hit = WAS.match(line.text)
        text, was = (hit.group(1), hit.group(2)) if hit else (line.text, None)
        values = text.split(", ")
        many = all(kind_of(value) is ValueKind.IDENTIFIER for value in values)
        for value in values if many else [text]:
            known.append(Fact(line.label, value, tuple(line.memory_ids), -1, was=was, many=many))
    return known


def drafts(earlier: Brief | None, now: Sequence[Draft]) -> list[Draft]:
    """The earlier brief's other lines that this session neither repeats nor settles."""
    said = [(draft.section, _words(draft.label, draft.text)) for draft in now]
    kept = []
    for section in earlier.sections if earlier else ():
        settling = {section.name, *SETTLING} if section.name in UNTIL_DONE else {section.name}
        spoken = [words for name, words in said if name in settling]
        for line in section.lines:
            label = None if section.name in UNTIL_DONE and line.label in (NOT_GIVEN, WAITING) else line.label
            words = _words(label, line.text)
            if _is_carried(section.name, line, now) and not any(_holds(other, words) for other in spoken):
                kept.append(_draft(section.name, line))
    return kept


def _proven(line: BriefLine, memory_id: UUID) -> BriefLine:
    if line.memory_ids:
        return line
    return line.model_copy(update={"label": f"earlier {line.label}", "memory_ids": [memory_id]})


def _words(label: str | None, text: str) -> set[str]:
    return set(content_words(f"{label or ''} {text}"))


def _holds(said: set[str], words: set[str]) -> bool:
    """Whether what was said holds most of these words."""
    return bool(words) and len(words & said) >= HELD * len(words)


def _is_carried(section: SectionName, line: BriefLine, now: Sequence[Draft]) -> bool:
    if section in CARRIED or section in UNTIL_DONE:
        return True
    if section is SectionName.MOOD:
        return not any(draft.section is SectionName.MOOD for draft in now)
    if section is SectionName.ASK:
        return True
    return line.label is None or line.text == GIVEN


def _draft(section: SectionName, line: BriefLine) -> Draft:
    if section is SectionName.ASK:
        return Draft(SectionName.SITUATION, line.text, tuple(line.memory_ids), label="asked before", weight=0.1)
    return Draft(section, line.text, tuple(line.memory_ids), line.label, line.outcome, weight=-1.0)


def _lines(earlier: Brief | None, names: Iterable[SectionName]) -> Iterable[BriefLine]:
    wanted = set(names)
    for section in earlier.sections if earlier else ():
        if section.name in wanted:
            yield from section.lines
