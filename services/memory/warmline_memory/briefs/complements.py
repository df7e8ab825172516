"""Complements: memories that tell what the briefs of a chain told once and the newest has no room for any more."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from warmline_memory.briefs.telling import ASKED, GIVEN, current_value, side_by_side
from warmline_memory.language.values import ValueKind, find, kind_of
from warmline_memory.language.words import clip, contains, content_words
from warmline_memory.reading.actions import ROW_END
from warmline_schemas.briefs import Brief, BriefLine, BriefSection, SectionName
from warmline_schemas.sessions import Chain

VALUES = (
    SectionName.IDENTIFIERS,
    SectionName.FACTS,
    SectionName.SEVERITY,
    SectionName.FIGURES,
    SectionName.ENVIRONMENT,
    SectionName.EARLIER,
)
"""The sections whose lines state one value under a label."""
FOUND_WEIGHT, WORD_WEIGHT, MOST_FOR_AN_ASK = 0.3, 0.3, 1.5
"""What a number that was only found counts, and a word of an ask, beside a value that was said or used. By judgement:
0.2 to 0.5, and 1 to 2.5, choose the same memories of ten recorded hops to within 1 value in 800."""
LONGEST_LINE = 20
WORDS_READ = 80
"""A value counts as told by a memory where it stands among its first words: a prompt shows no more."""


@dataclass(frozen=True, slots=True)
class Untold:
    """A value that an earlier brief told and the newest does not, with the memories that prove it."""

    value: str
    ids: tuple[UUID, ...]
    weight: float


def withheld(sections: Iterable[BriefSection]) -> set[UUID]:
    """The memories in which secrets were given: a brief says so without telling them."""
    given = (line for section in sections for line in section.lines if line.text == GIVEN)
    return {memory_id for line in given for memory_id in line.memory_ids}


def untold(newest: Brief, earlier: Iterable[Sequence[BriefSection]]) -> list[Untold]:
    """What the earlier briefs of a chain, the latest first, told and the newest does not; without what a later brief
    replaced, and without what was withheld."""
    known = set(content_words(newest.text))
    replaced = {_place(line) for line in _values(newest.sections)}
    found: dict[str, Untold] = {}
    for sections in earlier:
        hidden = withheld(sections)
        told = [line for line in _values(sections) if _place(line) not in replaced or _many(line)]
        for line in [*_asks(sections), *told]:
            for value in _stated(line) if not hidden.intersection(line.memory_ids) else ():
                if not contains(newest.text, value):
                    found.setdefault(value.lower(), Untold(value, tuple(line.memory_ids), _weight(line, known)))
        replaced.update(map(_place, told))
    return list(found.values())


def line_of(chain: Chain, handoff_id: UUID) -> list[UUID]:
    """The handoffs whose briefs a handoff's own carries on, the latest first: back along the sessions, at most 20."""
    sources = {handoff.id: handoff.source_session_id for handoff in chain.handoffs}
    started_from = {session.id: session.handoff_id for session in chain.sessions}
    line: list[UUID] = []
    at = started_from.get(sources[handoff_id])
    while at is not None and len(line) < LONGEST_LINE:
        line.append(at)
        at = started_from.get(sources[at]) if at in sources else None
    return line


def choose(missing: Sequence[Untold], contents: Mapping[UUID, str], most: int) -> list[UUID]:
    """At most so many of the memories, each time the one that tells most of what is still missing."""
    shown = {memory_id: clip(content, WORDS_READ) for memory_id, content in contents.items()}
    covers: dict[UUID, set[Untold]] = {}
    for one in missing:
        for memory_id in one.ids:
            if memory_id in shown and contains(shown[memory_id], one.value):
                covers.setdefault(memory_id, set()).add(one)
    chosen: list[UUID] = []
    while covers and len(chosen) < most:
        best = max(covers, key=lambda memory_id: sum(one.weight for one in covers[memory_id]))
        told = covers.pop(best)
        chosen.append(best)
        covers = {memory_id: left for memory_id, values in covers.items() if (left := values - told)}
    return chosen


def _values(sections: Iterable[BriefSection]) -> list[BriefLine]:
    lines = (line for section in sections if section.name in VALUES for line in section.lines)
    return [line for line in lines if line.label and line.text != GIVEN and not line.outcome]


def _asks(sections: Iterable[BriefSection]) -> list[BriefLine]:
    """The latest ask of a brief."""
    return [section.lines[0] for section in sections if section.name is SectionName.ASK and section.lines]


def _many(line: BriefLine) -> bool:
    """Whether a line lists identifiers, which do not replace each other."""
    return len(side_by_side(line.text)) > 1


def _stated(line: BriefLine) -> list[str]:
    """The values of a line; of things in rows the identifiers, which no memory writes in the same way otherwise."""
    text = current_value(line.text).strip("“”…")
    if ROW_END in text:
        return [value.text for value in find(text) if value.kind is ValueKind.IDENTIFIER]
    return text.split(", ") if line.label == ASKED else side_by_side(text)


def _weight(line: BriefLine, known: Collection[str]) -> float:
    """How much a line matters: an ask by the words that are news, and numbers that were only found least."""
    if line.label is None:
        news = set(content_words(line.text)).difference(known)
        return min(WORD_WEIGHT * len(news), MOST_FOR_AN_ASK)
    names = kind_of(line.text) in (ValueKind.NAME, ValueKind.TEXT)
    return FOUND_WEIGHT if line.found and not names else 1.0


def _place(line: BriefLine) -> tuple[str | None, str | None]:
    return line.topic, line.label
