"""Editing: a brief as a reviewer wants it, and what of that outlives its being written anew."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from warmline_memory.briefs import wording
from warmline_memory.briefs.quality import assess
from warmline_memory.briefs.rendering import to_text
from warmline_memory.briefs.sources import BriefRequest
from warmline_memory.language.statements import word_count as count
from warmline_schemas.briefs import Brief, BriefLine, BriefSection, Origin, SectionName
from warmline_schemas.drafts import EditDraft, EditLine
from warmline_schemas.templates import Template, WhenEmpty

Lines = dict[SectionName, list[BriefLine]]


def edit(
    brief: Brief,
    ask: EditDraft,
    template: Template,
    request: BriefRequest,
    scrub: Callable[[str], str],
    language: str | None = None,
) -> Brief:
    """The brief with the headline and the sections of an edit; what was not there before is scrubbed and marked.

    A section that is new has its heading in `language`, a BCP 47 tag.
    """
    lines = _by_section(brief)
    for section in ask.sections:
        there = {_shown(line): line for line in lines.get(section.name, [])}
        lines[section.name] = [there.get(_shown(line)) or _written(line, scrub) for line in section.lines]
    headline = brief.headline
    if ask.headline is not None and ask.headline != headline.text:
        headline = headline.model_copy(update={"text": scrub(ask.headline), "edited": True})
    return _rendered(brief, headline, lines, template, request, language)


def keep_edits(
    brief: Brief, previous: Brief, template: Template, request: BriefRequest, language: str | None = None
) -> Brief:
    """A brief that was written anew, with what a reviewer wrote or changed in the one before it.

    An edited line takes the place of the lines that it was made from: those of its section and label that rest on
    nothing but its own evidence, and that did not stand beside it before. It comes last where there are none.
    """
    headline = previous.headline if previous.headline.edited else brief.headline
    lines = _by_section(brief)
    for name, before in _by_section(previous).items():
        beside = {(line.label, line.text) for line in before if not line.edited}
        for edited in (line for line in before if line.edited):
            new = lines.get(name, [])
            replaced = [line for line in new if (line.label, line.text) not in beside and _made_from(edited, line)]
            at = new.index(replaced[0]) if replaced else len(new)
            lines[name] = [*_without(new[:at], replaced), edited, *_without(new[at:], replaced)]
    return _rendered(brief, headline, lines, template, request, language)


def has_edits(brief: Brief) -> bool:
    """Whether a reviewer wrote or changed anything of a brief."""
    return brief.headline.edited or any(line.edited for section in brief.sections for line in section.lines)


def _by_section(brief: Brief) -> Lines:
    return {section.name: list(section.lines) for section in brief.sections}


def _shown(line: BriefLine | EditLine) -> tuple[object, ...]:
    """What of a line a reviewer can change."""
    return line.label, line.text, line.outcome, line.owner, line.due, frozenset(line.memory_ids)


def _written(line: EditLine, scrub: Callable[[str], str]) -> BriefLine:
    words = {name: value and scrub(value) for name, value in line if isinstance(value, str) and name != "outcome"}
    return BriefLine(**{**line.model_dump(), **words}, edited=True, origin=Origin.REVIEWER)


def _made_from(edited: BriefLine, line: BriefLine) -> bool:
    proof = set(line.memory_ids)
    return not line.edited and line.label == edited.label and bool(proof) and proof <= set(edited.memory_ids)


def _without(lines: Iterable[BriefLine], left_out: Iterable[BriefLine]) -> list[BriefLine]:
    gone = [id(line) for line in left_out]
    return [line for line in lines if id(line) not in gone]


def _in_rows(lines: Sequence[BriefLine], before: Sequence[BriefLine]) -> list[BriefLine]:
    """The lines, where each goes on with the one above it only if that was in its row before: what is put between
    them, or put somewhere else, is no part of how a wish went on."""
    row_of: dict[int, int] = {}
    row = 0
    for line in before:
        row += not line.continues
        row_of[id(line)] = row
    pairs = zip([None, *lines], lines, strict=False)
    goes_on = [line.continues and row_of.get(id(above)) == row_of.get(id(line)) for above, line in pairs]
    return [line.model_copy(update={"continues": on}) for line, on in zip(lines, goes_on, strict=True)]


def _rendered(
    brief: Brief,
    headline: BriefLine,
    lines: Mapping[SectionName, list[BriefLine]],
    template: Template,
    request: BriefRequest,
    language: str | None,
) -> Brief:
    there = _by_section(brief)
    lines = {name: _in_rows(found, there.get(name, [])) for name, found in lines.items()}
    sections = _arranged(brief, lines, template, wording.of(language))
    text = to_text(headline, sections, wording.of(brief.language))
    changes = {"headline": headline, "sections": sections, "text": text, "words": count(text)}
    changed = brief.model_copy(update=changes)
    return changed.model_copy(update={"quality": assess(changed, template, request)})


def _arranged(
    brief: Brief, lines: Mapping[SectionName, list[BriefLine]], template: Template, words: wording.Wording
) -> list[BriefSection]:
    """The sections in the order of the template; those that it does not have come last, in the order of all."""
    titles = {name: words.heading(template, name) for name in SectionName}
    titles.update((section.name, section.title) for section in brief.sections)
    shown_empty = {section.name for section in template.sections if section.when_empty is WhenEmpty.NOT_SAID}
    order = dict.fromkeys([*(section.name for section in template.sections), *SectionName])
    return [
        BriefSection(name=name, title=titles[name], lines=lines.get(name, []))
        for name in order
        if lines.get(name) or name in shown_empty
    ]
