"""Rendering: a brief as plain text and as Markdown."""

import re
from collections.abc import Sequence
from uuid import UUID

from warmline_schemas.briefs import Brief, BriefLine, BriefSection, SectionName

TITLES = {
    SectionName.ASK: "Ask",
    SectionName.IDENTIFIERS: "Identifiers",
    SectionName.FACTS: "Facts",
    SectionName.DONE: "Done",
    SectionName.FAILED: "Failed",
    SectionName.PROMISED: "Promised",
    SectionName.DECIDED: "Decided",
    SectionName.OPEN_QUESTIONS: "Open",
    SectionName.NEXT_STEPS: "Next",
    SectionName.SITUATION: "Situation",
    SectionName.MOOD: "Mood",
}
"""A section's heading. One word each: headings count towards a brief's length."""

MARKDOWN = re.compile(r"([\\`*_{}\[\]<>#|~!&])")
LINE_START = re.compile(r"^(\s*)([-+=]|\d+[.)])")


def to_text(headline: BriefLine, sections: Sequence[BriefSection]) -> str:
    """The brief as plain text: the headline, then each section's title with its lines below it, indented."""
    parts = [one_line(headline)]
    for section in sections:
        parts.append(section.title)
        parts.extend(f"  {one_line(line)}" for line in section.lines)
    return "\n".join(parts)


def one_line(line: BriefLine) -> str:
    """A line as a reader sees it: `label: text`, on one line whatever it holds."""
    text = " ".join(line.text.split())
    return f"{line.label}: {text}" if line.label else text


def to_markdown(brief: Brief) -> str:
    """The brief as Markdown that can be committed: headings, bullets, and the memories of each line as footnotes.

    Contents are escaped: no line can become a heading, a link, HTML or a further line.
    """
    notes: dict[UUID, int] = {}
    parts = [f"# {_escaped(one_line(brief.headline))}{_references(brief.headline, notes)}", ""]
    for section in brief.sections:
        parts.extend([f"## {_escaped(section.title)}", ""])
        parts.extend(f"- {_escaped(one_line(line))}{_references(line, notes)}" for line in section.lines)
        parts.append("")
    parts.append(f"_{brief.written_by}, from {brief.memories_read} memories, cut at {brief.cut_at.isoformat()}._")
    parts.append("")
    parts.extend(f"[^{number}]: memory {memory_id}" for memory_id, number in notes.items())
    return "\n".join(parts) + "\n"


def _references(line: BriefLine, notes: dict[UUID, int]) -> str:
    numbers = [notes.setdefault(memory_id, len(notes) + 1) for memory_id in line.memory_ids]
    return "".join([" ", *(f"[^{number}]" for number in numbers)]) if numbers else ""


def _escaped(text: str) -> str:
    return LINE_START.sub(r"\1\\\2", MARKDOWN.sub(r"\\\1", " ".join(text.split())))
