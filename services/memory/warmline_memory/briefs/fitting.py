"""Fitting: which lines of a brief find room in its length."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise

from warmline_memory.briefs import quoting, templates
from warmline_memory.briefs.drafts import Draft
from warmline_memory.briefs.rendering import one_line, time_shown
from warmline_memory.briefs.spoken import Spoken
from warmline_memory.briefs.wording import Wording
from warmline_memory.language.statements import word_count as count
from warmline_schemas.briefs import BriefSection, SectionName
from warmline_schemas.templates import Template, TemplateSection, WhenEmpty

LEAD_WORDS = 120
"""The words that are read first. Of a longer brief the quotes that matter most stand in them, and the others follow."""

TIME_WORDS = 3
"""The time at which a section of quotes begins takes so many words: `29 Nov 10:02`."""
LAST_STATEMENTS = 3
"""Where nothing else was found, so many of the last statements are quoted, small talk though they may be."""
NEVER_HIDDEN = (
    SectionName.ASK,
    SectionName.RULES,
    SectionName.FAILED,
    SectionName.PROMISED,
    SectionName.NEXT_STEPS,
)
"""What the record says of these, however much an agent or a model has to say."""


@dataclass(frozen=True, slots=True)
class Length:
    """How long a brief may be: in all, with its quotes, and how many words its headline has already."""

    words: int
    with_quotes: int
    headline: int


class Room:
    """A brief that is being filled: the lines that have found room, and how many words are left."""

    def __init__(self, words: int, template: Template, calendar: quoting.Calendar) -> None:
        self.left = words
        self._calendar = calendar
        self._last_said: dict[SectionName, datetime] = {}
        self.kept: list[Draft] = []
        self.filled: Counter[SectionName] = Counter()
        self._titles = {section.name: section.title for section in template.sections}
        self._titled: set[SectionName] = set()

    def add(self, drafts: Iterable[Draft], most: int) -> None:
        """Add the lines that fit into so many words, those that come first first."""
        for short in drafts:
            draft = replace(short, line=quoting.in_full(short.line, self._calendar))
            when = time_shown(draft.line, draft.section, self._last_said.get(draft.section))
            needed = count(when + one_line(draft.line)) + self.title_words(draft.section)
            if needed <= min(most, self.left):
                self.kept.append(draft)
                if draft.line.said_at is not None:
                    self._last_said[draft.section] = draft.line.said_at
                self._titled.add(draft.section)
                self.filled[draft.section] += needed
                self.left -= needed
                most -= needed

    def title_words(self, section: SectionName) -> int:
        """How many words the title of a section still needs."""
        return 0 if section in self._titled else count(self._titles[section])


def sections(
    drafts: Sequence[Draft],
    spoken: Sequence[Spoken],
    ending: Sequence[Spoken],
    length: Length,
    template: Template,
    wording: Wording,
    calendar: quoting.Calendar,
) -> list[BriefSection]:
    """A template's sections with what fits into a length, in reading order. Dates are those of ``calendar``.

    What is typed comes first, in the order in which the template keeps its sections, each within its share; what the
    record says of wishes, rules, failures, promises and steps before the account that came with a handoff. The quotes
    get the rest, up to ``length.with_quotes``: what matters most stands in the part that is read first, all else behind
    it.
    """
    silent = [section for section in template.sections if section.when_empty is WhenEmpty.NOT_SAID]
    nothing = count(wording.word("not_said"))
    words = length.words - length.headline
    room = Room(words - sum(count(section.title) + nothing for section in silent), template, calendar)
    for section, own in _in_turn(drafts, template):
        room.add(_by_need(own), int(words * section.share) - room.filled[section.name])
    # Whoever was there chose what counts: what of it had no room in its section's share goes before any quote.
    room.add(_by_need(draft for draft in drafts if draft.line.support and draft not in room.kept), room.left)
    room.left = min(room.left, max(length.with_quotes - (length.words - room.left), 0))
    before = length.headline + _words_before_quotes(room.kept, template)
    telling = [one for one in spoken if not one.is_filler or one in ending]
    quoted = telling if telling or room.kept else spoken[-LAST_STATEMENTS:]
    choice = quoting.Choice(quoted, ending, quoting.answers(spoken))
    _quote(room, choice, LEAD_WORDS - before, template)
    shown = [section for section in template.sections if _is_shown(section, room.kept)]
    return [_section(section, wording.heading(template, section.name), room.kept) for section in shown]


def _in_turn(drafts: Sequence[Draft], template: Template) -> Iterator[tuple[TemplateSection, list[Draft]]]:
    """Lines by section, in the order in which they get room. What no account may hide comes before any account."""
    sections = [one for one in _kept_first(template) if one.name not in (SectionName.SAID, SectionName.ALSO_SAID)]
    homes = {templates.home(template, name) for name in NEVER_HIDDEN}
    is_accounted = any(draft.line.support for draft in drafts)
    firm = [is_accounted and draft.line.support is None and draft.section in homes for draft in drafts]
    for turn in (True, False):
        lines = [draft for draft, is_firm in zip(drafts, firm, strict=True) if is_firm is turn]
        yield from ((one, [draft for draft in lines if draft.section is one.name]) for one in sections)


def _quote(room: Room, choice: quoting.Choice, lead: int, template: Template) -> None:
    """Fill what is left with quotes; ``lead`` words are left of what is read first."""
    names = {section.name for section in template.sections}
    said = templates.home(template, SectionName.SAID)
    if said is None:
        return
    known = [one_line(draft.line) for draft in room.kept]
    before = _read_before(template, said)
    read = [one_line(draft.line) for draft in room.kept if draft.section in before]
    if SectionName.ALSO_SAID not in names:
        lead = room.left
    lead = min(room.left, max(lead, LEAD_WORDS // 3))
    first = quoting.chosen(choice, lead - room.title_words(said) - TIME_WORDS, read)
    room.add(_by_need(quoting.lines(said, first)), room.left)
    if SectionName.ALSO_SAID in names:
        # What of the ending is longer than the room of what is read first stands here.
        rest = choice.without(first)
        more = quoting.chosen(rest, room.left - room.title_words(SectionName.ALSO_SAID) - TIME_WORDS, known)
        room.add(_by_need(quoting.lines(SectionName.ALSO_SAID, more)), room.left)


def _by_need(drafts: Iterable[Draft]) -> list[Draft]:
    return sorted(drafts, key=lambda draft: -draft.weight)


def _words_before_quotes(kept: Iterable[Draft], template: Template) -> int:
    """How many words the lines and titles have that are read before the quotes, the headline not among them."""
    said = templates.home(template, SectionName.SAID)
    before = _read_before(template, said) if said else set()
    titles = {section.name: count(section.title) for section in template.sections}
    there = [draft for draft in kept if draft.section in before]
    return sum(count(one_line(draft.line)) for draft in there) + sum(
        titles[name] for name in {d.section for d in there}
    )


def _read_before(template: Template, said: SectionName) -> set[SectionName]:
    """The sections of a template that are read before its quotes."""
    names = [section.name for section in template.sections]
    return set(names[: names.index(said)])


def _kept_first(template: Template) -> list[TemplateSection]:
    """The sections of a template in the order in which they get room."""
    places = {name: place for place, name in enumerate(template.kept_first)}
    return sorted(template.sections, key=lambda section: places.get(section.name, len(places)))


def _is_shown(section: TemplateSection, kept: Iterable[Draft]) -> bool:
    return section.when_empty is WhenEmpty.NOT_SAID or any(draft.section is section.name for draft in kept)


def _section(section: TemplateSection, title: str, kept: Iterable[Draft]) -> BriefSection:
    own = sorted((draft for draft in kept if draft.section is section.name), key=lambda draft: draft.place)
    lines = [draft.line for draft in own[:1]]
    for before, draft in pairwise(own):
        goes_on = draft.thread >= 0 and draft.thread == before.thread and not draft.begins_row
        lines.append(draft.line.model_copy(update={"continues": goes_on}))
    return BriefSection(name=section.name, title=title, lines=lines)
