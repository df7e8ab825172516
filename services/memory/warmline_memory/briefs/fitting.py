"""Fitting: which lines of a brief find room in its length."""

from collections import Counter
from collections.abc import Sequence

from warmline_memory.briefs.rendering import TITLES, in_the_row, one_line
from warmline_memory.briefs.sources import Draft
from warmline_memory.briefs.values import ValueKind, kind_of
from warmline_memory.briefs.words import count
from warmline_schemas.briefs import BriefLine, BriefSection, SectionName

KEPT_FIRST = (
    SectionName.ASK,
    SectionName.IDENTIFIERS,
    SectionName.FACTS,
    SectionName.FAILED,
    SectionName.DONE,
    SectionName.PROMISED,
    SectionName.NEXT_STEPS,
    SectionName.OPEN_QUESTIONS,
    SectionName.EARLIER,
    SectionName.DECIDED,
    SectionName.MOOD,
    SectionName.SITUATION,
)
"""Which sections get room first where not everything fits. A receiver who must ask again loses more than background."""

SHARE = {
    SectionName.FACTS: 0.45,
    SectionName.IDENTIFIERS: 0.3,
    SectionName.DONE: 0.25,
    SectionName.FAILED: 0.25,
}
"""The part of a brief that one section may fill at most while others wait."""
WORDS_A_TURN = 3
FOUND_NAME_WAITS, FOUND_NUMBER_WAITS = 2.0, 6.0
KEPT_FOR_EARLIER = 0.6
"""The part of a brief that the matters of earlier sessions get if they need it."""


def sections(drafts: Sequence[Draft], words: int) -> list[BriefSection]:
    """Sections of the lines that fit into so many words, sections and lines in reading order."""
    kept: set[int] = set()
    titled: set[SectionName] = set()
    left = words
    kept_free = min(_needed_by_earlier(drafts), int(words * KEPT_FOR_EARLIER))
    for name in KEPT_FIRST:
        if name is SectionName.EARLIER:
            kept_free = 0
        room = min(left - kept_free, int(words * SHARE.get(name, 1.0)))
        rows: set[str | None] = set()
        for place in _by_need(drafts, name):
            needed = _words(drafts[place], rows) + (name not in titled)
            if needed <= room:
                kept.add(place)
                titled.add(name)
                rows.add(drafts[place].topic)
                left, room = left - needed, room - needed
    return [
        BriefSection(
            name=name,
            title=TITLES[name],
            lines=[line(draft) for place, draft in enumerate(drafts) if place in kept and draft.section is name],
        )
        for name in SectionName
        if name in titled
    ]


def line(draft: Draft) -> BriefLine:
    """A draft as a brief's line."""
    return BriefLine(
        label=draft.label,
        text=draft.text,
        outcome=draft.outcome,
        memory_ids=list(draft.ids),
        topic=draft.topic,
        found=draft.found,
    )


def _needed_by_earlier(drafts: Sequence[Draft]) -> int:
    rows: set[str | None] = set()
    needed = 0
    for draft in drafts:
        if draft.section is SectionName.EARLIER:
            needed += _words(draft, rows) + (not needed)
            rows.add(draft.topic)
    return needed


def _by_need(drafts: Sequence[Draft], name: SectionName) -> list[int]:
    """The places of a section's drafts, the most needed first.

    Earlier matters take turns: the first value of each, then the second of each; long values wait some turns."""
    places = [place for place, draft in enumerate(drafts) if draft.section is name]
    if name is not SectionName.EARLIER:
        return places
    turns: Counter[str | None] = Counter()
    turn: dict[int, float] = {}
    for place in places:
        draft = drafts[place]
        turn[place] = turns[draft.topic] + count(in_the_row(line(draft))) / WORDS_A_TURN + _delay(draft)
        turns[draft.topic] += 1
    return sorted(places, key=turn.__getitem__)


def _delay(draft: Draft) -> float:
    """The turns that a value waits because it was only found: names and addresses less than numbers to quote."""
    if not draft.found:
        return 0.0
    return FOUND_NAME_WAITS if kind_of(draft.text) in (ValueKind.NAME, ValueKind.TEXT) else FOUND_NUMBER_WAITS


def _words(draft: Draft, rows: set[str | None]) -> int:
    """The words that a draft adds: of an earlier matter its name too, where its row is new."""
    if draft.section is not SectionName.EARLIER:
        return count(one_line(line(draft)))
    return count(in_the_row(line(draft))) + (0 if draft.topic in rows else count(draft.topic or ""))
