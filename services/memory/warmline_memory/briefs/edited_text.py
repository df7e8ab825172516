"""Edited text: a brief that a person changed as Markdown or as plain text, read back as the changes of a draft."""

import re
from collections.abc import Iterator, Mapping
from uuid import UUID

from warmline_memory.briefs import wording
from warmline_memory.briefs.rendering import one_line
from warmline_schemas.briefs import Brief, BriefLine, SectionName
from warmline_schemas.drafts import EditDraft, EditLine, EditSection
from warmline_schemas.templates import Template

HEADING = re.compile(r"#{1,6}\s+")
BULLET = re.compile(r"\s+|\s*(?:[-*+•]|\d{1,3}[.)])\s+(?:\[[ xX]\]\s+)?")
NOTE = re.compile(r"\[\^(\d{1,4})\]:\s*memory\s+([0-9a-f-]{36})\s*$")
CITED = re.compile(r"\s?\[\^(\d{1,4})\]")
ESCAPE = re.compile(r"\\([\\`*_{}\[\]<>#|~!&:.+=)-])")
# The last line that `to_markdown` writes: what wrote the brief, from how many memories, and when.
SIGNATURE = re.compile(r"_[^_]*, from \d+ memories, cut at [^_]*\._$")
NOT_SAID = frozenset(one.word("not_said") for one in wording.KNOWN.values())


def read(written: str, brief: Brief, template: Template, revision: int) -> EditDraft:
    """The changes that make a draft what somebody wrote: its headline, and each section that it has.

    A heading is a title of the template, a plain heading in any language, or a section's name. A row that stands in the
    brief as it is keeps its evidence; a new one has the memories of its footnotes. Sections that were taken out of the
    text lose their lines. Raises `ValueError`, which names the headings, where one of them is no section, and where a
    line stands before the first heading.
    """
    headline, rows = _rows(written, template)
    memories = {number: UUID(memory) for number, memory in (hit for hit in map(_note, written.splitlines()) if hit)}
    there = {section.name: section.lines for section in brief.sections}
    names = dict.fromkeys([*there, *(name for name, _ in rows)])
    sections = [
        EditSection(
            name=name,
            lines=[_line(row, there.get(name, []), memories) for its_name, row in rows if its_name is name and row],
        )
        for name in names
    ]
    label = f"{brief.headline.label}: "
    return EditDraft(revision=revision, headline=headline and headline.removeprefix(label), sections=sections)


def _rows(written: str, template: Template) -> tuple[str | None, list[tuple[SectionName, str]]]:
    """The first line, and each row with its section; a heading gives an empty row, so that its section is there."""
    headline: str | None = None
    section: SectionName | None = None
    rows: list[tuple[SectionName, str]] = []
    unknown: list[str] = []
    for line, is_heading in _lines(written):
        if is_heading and headline is None and not rows:
            headline = _plain(line)
        elif is_heading:
            section = wording.section_of(_plain(line), template)
            if section is None:
                unknown.append(_plain(line))
            else:
                rows.append((section, ""))
        elif section is None and not unknown:
            raise ValueError(f"“{line.strip()}” stands under no heading; put it under one of {_titles(template)}")
        elif section and line.strip() not in NOT_SAID:
            rows.append((section, line.strip()))
    if unknown:
        raise ValueError(f"no section is called {', '.join(unknown)}; use one of {_titles(template)}")
    return headline, rows


def _lines(written: str) -> Iterator[tuple[str, bool]]:
    """Each line without its mark, and whether it is a heading: marked as one, or at the margin of a plain text."""
    lines = [line for line in written.splitlines() if line.strip()]
    is_markdown = any(HEADING.match(line) for line in lines)
    for line in lines:
        if NOTE.match(line) or SIGNATURE.match(line.strip()):
            continue
        mark = HEADING.match(line)
        bullet = BULLET.match(line)
        is_heading = bool(mark) if is_markdown else bullet is None
        yield line[mark.end() if mark else bullet.end() if bullet else 0 :], is_heading


def _line(row: str, there: list[BriefLine], memories: Mapping[str, UUID]) -> EditLine:
    said = _plain(row)
    same = next((line for line in there if one_line(line) == said), None)
    if same:
        return EditLine(**same.model_dump(include=set(EditLine.model_fields)))
    cited = [memories[number] for number in CITED.findall(row) if number in memories]
    return EditLine(text=said, memory_ids=list(dict.fromkeys(cited)))


def _note(line: str) -> tuple[str, str] | None:
    hit = NOTE.match(line)
    return (hit.group(1), hit.group(2)) if hit else None


def _plain(line: str) -> str:
    """A line without footnotes and Markdown's escapes."""
    return ESCAPE.sub(r"\1", " ".join(CITED.sub("", line).split()))


def _titles(template: Template) -> str:
    return ", ".join(section.title for section in template.sections)
