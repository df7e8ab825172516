"""Rendering: a brief as plain text and as Markdown."""

import re
from collections.abc import Sequence
from uuid import UUID

from warmline_memory.language import harmless
from warmline_memory.language.values import ValueKind, kind_of
from warmline_schemas.briefs import Brief, BriefLine, BriefSection, SectionName

NONE = "none"
"""What stands below the heading of a section that has nothing to say and yet does not vanish."""

SHOWN_BY = {
    ValueKind.DATE: ("date", "day"),
    ValueKind.WEEKDAY: ("date", "day"),
    ValueKind.TIME: ("time",),
    ValueKind.NAME: ("name", "city", "location", "place", "area", "venue"),
    ValueKind.TEXT: ("name", "location", "place", "address", "venue"),
    ValueKind.EMAIL: ("e-mail", "email", "address"),
    ValueKind.PHONE: ("phone", "number"),
}
"""Words of a label that a value of a sort needs not."""

# Every sign that CommonMark or GitHub's extension of it gives a meaning, and what makes a bare address a link.
MARKDOWN = re.compile(r"([\\`*_{}\[\]<>#|~!&]|(?<=http):|(?<=https):|(?<=ftp):|(?<=www)\.)", re.I)
# What would begin a list or underline a heading at the start of a line.
LINE_START = re.compile(r"^(\s*)([-+=]|\d+[.)])")


def to_text(headline: BriefLine, sections: Sequence[BriefSection]) -> str:
    """The brief as plain text: the headline, then each section's title with its lines below it, indented."""
    parts = [one_line(headline)]
    for section in sections:
        parts.append(section.title)
        parts.extend(f"  {row}" for row in rows(section))
    return "\n".join(parts)


def rows(section: BriefSection) -> list[str]:
    """A section's lines as a reader sees them: one a row, but of an earlier matter all that is told in one row;
    `none` where it has none."""
    return [_row(section, lines) for lines in _sharing_a_row(section)] or [NONE]


def in_the_row(line: BriefLine) -> str:
    """A line as it stands in the row of its matter: its label without the words that the matter's name or the value's
    own shape says already, then its text."""
    known = {*(line.topic or "").split(), *SHOWN_BY.get(kind_of(line.text), ())}
    words = (line.label or "").split()
    unsaid = [word for word in words if word not in known]
    return harmless.one_line(" ".join([*(words if unsaid else ()), line.text]))


def one_line(line: BriefLine) -> str:
    """A line as a reader sees it: `label: text`, on one line whatever it holds."""
    return harmless.one_line(f"{line.label}: {line.text}" if line.label else line.text)


def to_markdown(brief: Brief) -> str:
    """The brief as Markdown that can be committed: headings, bullets, and the memories of each line as footnotes.

    Contents are escaped: no line can become a heading, a link, HTML or a further line.
    """
    notes: dict[UUID, int] = {}
    parts = [f"# {escaped(one_line(brief.headline))}{_references([brief.headline], notes)}", ""]
    for section in brief.sections:
        parts.extend([f"## {escaped(section.title)}", ""])
        parts.extend(
            f"- {escaped(_row(section, lines))}{_references(lines, notes)}" for lines in _sharing_a_row(section)
        )
        parts.extend([""] if section.lines else [NONE, ""])
    parts.append(f"_{brief.written_by}, from {brief.memories_read} memories, cut at {brief.cut_at.isoformat()}._")
    parts.append("")
    parts.extend(f"[^{number}]: memory {memory_id}" for memory_id, number in notes.items())
    return "\n".join(parts) + "\n"


def _sharing_a_row(section: BriefSection) -> list[list[BriefLine]]:
    if section.name is not SectionName.EARLIER:
        return [[line] for line in section.lines]
    by_topic: dict[str | None, list[BriefLine]] = {}
    for line in section.lines:
        by_topic.setdefault(line.topic, []).append(line)
    return list(by_topic.values())


def _row(section: BriefSection, lines: Sequence[BriefLine]) -> str:
    if section.name is not SectionName.EARLIER:
        return one_line(lines[0])
    told = "; ".join(map(in_the_row, lines))
    return harmless.one_line(f"{lines[0].topic}: {told}") if lines[0].topic else told


def _references(lines: Sequence[BriefLine], notes: dict[UUID, int]) -> str:
    cited = dict.fromkeys(memory_id for line in lines for memory_id in line.memory_ids)
    numbers = [notes.setdefault(memory_id, len(notes) + 1) for memory_id in cited]
    return "".join([" ", *(f"[^{number}]" for number in numbers)]) if numbers else ""


def escaped(text: str) -> str:
    """A text as Markdown says it: on one line, and nothing in it is a heading, a link, HTML or emphasis."""
    return LINE_START.sub(r"\1\\\2", MARKDOWN.sub(r"\\\1", " ".join(text.split())))
