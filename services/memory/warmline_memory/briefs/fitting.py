"""Fitting: which lines of a brief find room in its length."""

from collections import Counter
from collections.abc import Sequence

from warmline_memory.briefs.rendering import NONE, in_the_row, one_line
from warmline_memory.language.values import ValueKind, kind_of
from warmline_memory.language.words import count
from warmline_memory.reading.lines import Draft
from warmline_schemas.briefs import BriefLine, BriefSection, SectionName
from warmline_schemas.templates import Template, TemplateSection, WhenEmpty

WORDS_A_TURN = 3
FOUND_NAME_WAITS, FOUND_NUMBER_WAITS = 2.0, 6.0
KEPT_FOR_EARLIER = 0.6
"""The part of a brief that the matters of earlier sessions get if they need it."""


def sections(drafts: Sequence[Draft], words: int, template: Template) -> list[BriefSection]:
    """A template's sections with the lines that fit into so many words, in reading order.

    The sections that a template keeps first get room first. One that has nothing to say vanishes, or says none.
    """
    said = {draft.section for draft in drafts}
    silent = [one for one in template.sections if one.when_empty is WhenEmpty.NONE and one.name not in said]
    kept: set[int] = set()
    titled = {section.name for section in silent}
    left = words - sum(count(section.title) + count(NONE) for section in silent)
    kept_free = min(_needed_by_earlier(drafts), int(words * KEPT_FOR_EARLIER))
    for section in _kept_first(template):
        if section.name is SectionName.EARLIER:
            kept_free = 0
        room = min(left - kept_free, int(words * section.share))
        rows: set[str | None] = set()
        for place in _by_need(drafts, section.name):
            needed = _words(drafts[place], rows) + (0 if section.name in titled else count(section.title))
            if needed <= room:
                kept.add(place)
                titled.add(section.name)
                rows.add(drafts[place].topic)
                left, room = left - needed, room - needed
    fitting = [draft for place, draft in enumerate(drafts) if place in kept]
    return [_section(section, fitting) for section in template.sections if section.name in titled]


def line(draft: Draft) -> BriefLine:
    """A draft as a brief's line."""
    return BriefLine(
        label=draft.label,
        text=draft.text,
        outcome=draft.outcome,
        memory_ids=list(draft.ids),
        topic=draft.topic,
        found=draft.found,
        owner=draft.owner,
        due=draft.due,
    )


def _kept_first(template: Template) -> list[TemplateSection]:
    """The sections of a template in the order in which they get room."""
    places = {name: place for place, name in enumerate(template.kept_first)}
    return sorted(template.sections, key=lambda section: places.get(section.name, len(places)))


def _section(section: TemplateSection, drafts: Sequence[Draft]) -> BriefSection:
    lines = [line(draft) for draft in drafts if draft.section is section.name]
    return BriefSection(name=section.name, title=section.title, lines=lines)


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
