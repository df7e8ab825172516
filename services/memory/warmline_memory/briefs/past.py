"""The past: matters that a session does not go on with, told in short: the values of each, and what came of it."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from warmline_memory.briefs import topics
from warmline_memory.briefs.telling import ASKED, GIVEN, current_value, side_by_side
from warmline_memory.language.values import find, kind_of
from warmline_memory.language.words import clip, contains, count, squeezed
from warmline_memory.reading.lines import Draft
from warmline_memory.source_memory import merged
from warmline_schemas.briefs import Brief, BriefLine, SectionName

VALUES = (SectionName.IDENTIFIERS, SectionName.FACTS)
DEEDS = (SectionName.DONE, SectionName.FAILED)
QUOTES = (SectionName.ASK, SectionName.SITUATION)
OUTCOME_WORDS = 8
MOST_VALUE_WORDS = 6


def left(earlier: Brief | None) -> list[Draft]:
    """What an earlier brief told in full, of matters that are past now: the values that were said or used in a call,
    what came of them, then values that were only found, and whole sentences last."""
    lines = [line for line in lines_of(earlier, VALUES) if line.topic and line.label and line.text != GIVEN]
    ranked = sorted(lines, key=lambda line: _is_long(line) + line.found)
    values = [as_past(line, line.topic) for line in ranked]
    topic = next((line.topic for line in lines_of(earlier, (SectionName.ASK,)) if line.topic), None)
    given = [as_past(line, topic) for line in lines_of(earlier, VALUES) if line.text == GIVEN]
    return [*values, *_asked(earlier, values, topic), *_outcomes(earlier), *given]


def untold(past: Sequence[Draft], now: Sequence[Draft]) -> list[Draft]:
    """The past without the values that stand under the same label already."""
    told = {_key(draft) for draft in now}
    kept = []
    for draft in past:
        if _key(draft) not in told:
            kept.append(draft)
        told.add(_key(draft))
    return kept


def as_past(line: BriefLine, topic: str | None) -> Draft:
    """An earlier brief's line as one of a past matter: what it states now, without what that replaced."""
    text, ids = current_value(line.text), tuple(line.memory_ids)
    return Draft(SectionName.EARLIER, text, ids, line.label, line.outcome, topic=topic, carried=True, found=line.found)


def _asked(earlier: Brief | None, values: Sequence[Draft], topic: str | None) -> list[Draft]:
    """The values that only the customer's own words hold."""
    lines = [line for line in lines_of(earlier, QUOTES) if not line.outcome]
    told = " ; ".join(draft.text for draft in values)
    found = [(value.text, line.memory_ids) for line in lines for value in find(line.text)]
    new = {text: ids for text, ids in found if count(text) <= MOST_VALUE_WORDS and not contains(told, text)}
    if not new:
        return []
    ids = merged(*(tuple(ids) for ids in new.values()))
    return [Draft(SectionName.EARLIER, ", ".join(new), ids, ASKED, topic=topic, carried=True)]


def _outcomes(earlier: Brief | None) -> list[Draft]:
    """What came of each matter's latest actions."""
    latest: dict[tuple[str | None, str | None], Draft] = {}
    for line in lines_of(earlier, DEEDS):
        if line.outcome and line.topic:
            outcome = clip(line.text.partition(" → ")[2] or line.text, OUTCOME_WORDS)
            latest.setdefault((line.topic, line.label), replace(as_past(line, line.topic), text=outcome))
    return list(latest.values())


def _is_long(line: BriefLine) -> bool:
    return any(count(value) > MOST_VALUE_WORDS for value in side_by_side(line.text))


def _key(draft: Draft) -> tuple[str | None, str]:
    """What makes two values one: the label too, unless the value says by itself which one it is."""
    if draft.outcome:
        return (draft.topic, draft.text)
    return (None if kind_of(draft.text) in topics.POINTING else draft.label, squeezed(draft.text))


def lines_of(earlier: Brief | None, names: Iterable[SectionName]) -> Iterable[BriefLine]:
    """The lines of these sections of a brief, in its order."""
    wanted = set(names)
    for section in earlier.sections if earlier else ():
        if section.name in wanted:
            yield from section.lines
