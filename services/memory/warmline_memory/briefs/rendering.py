"""Rendering: a brief as plain text and as Markdown."""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from warmline_memory.briefs import wording
from warmline_memory.briefs.wording import Wording
from warmline_memory.language import harmless
from warmline_schemas.briefs import Brief, BriefLine, BriefSection, Origin, SectionName, Support
from warmline_schemas.memories import Outcome

ENGLISH = wording.of(wording.ENGLISH)
WAS = re.compile(r"^(.*) \(was:? (.*)\)$")
"""How a line shows a value and the one that it replaced, as people write it into their edits too."""
CALLED = {"user": "customer"}
"""How the catalogue of words names a speaker that memories name otherwise."""
CONFIRMATION, CORRECTION = ANSWERS = ("confirmation", "correction")
"""The labels of a quote that is what the customer answered, when they were shown what is handed over."""
# How a text begins that gives the time of day, as people write their logs: `07:40`, `[7:40]`, `7h40`, `07:40:12`.
OWN_TIME = re.compile(r"[\W_]{0,3}(?:[01]?\d|2[0-3])[:h][0-5]\d(?!\d)")
PAUSE = timedelta(minutes=10)
"""A quote shows when it was said where so much time has passed since the quote before it."""

# Every sign that CommonMark or GitHub's extension of it gives a meaning, and what makes a bare address a link.
MARKDOWN = re.compile(r"([\\`*_{}\[\]<>#|~!&]|(?<=http):|(?<=https):|(?<=ftp):|(?<=www)\.)", re.I)
# Code between single or double backticks, which stay. Inside nothing has a meaning, so nothing is escaped there. Curly
# quotes are ours and end what somebody said: code never reaches over them. Three backticks would open a fence, and
# beside a dollar backticks would be a formula to GitHub.
CODE = re.compile(r"(?<![`$])(?P<ticks>`{1,2})(?!`)[^“”]+?(?<!`)(?P=ticks)(?![`$])")
# What would begin a list or underline a heading at the start of a line.
LINE_START = re.compile(r"^(\s*)([-+=]|\d+[.)])")


def to_text(headline: BriefLine, sections: Sequence[BriefSection], words: Wording = ENGLISH) -> str:
    """The brief as plain text: the headline, then each section's title with its lines below it, indented."""
    parts = [one_line(headline, words)]
    for section in sections:
        parts.append(harmless.untagged(section.title))
        parts.extend(f"  {row}" for row in rows(section, words))
    return "\n".join(parts)


def rows(section: BriefSection, words: Wording = ENGLISH) -> list[str]:
    """A section's lines as a reader sees them: one a row, quotes of one exchange in one row. One without lines says
    that nothing was said, which is not that there is nothing."""
    return [row for row, _ in exchanges(section, words)] or [words.word("not_said")]


def exchanges(section: BriefSection, words: Wording = ENGLISH) -> list[tuple[str, list[BriefLine]]]:
    """Each row of a section with its lines."""
    found: list[tuple[str, list[BriefLine]]] = []
    for when, line in _timed(section):
        if line.continues and found:
            row, there = found[-1]
            # Who speaks is said again only where it is somebody else.
            is_same = line.speaker == there[-1].speaker
            more = harmless.untagged(_quoted(line, words)) if is_same else one_line(line, words)
            found[-1] = (f"{row} → {more}", [*there, line])
        else:
            found.append((f"{when}{one_line(line, words)}", [line]))
    return found


def one_line(line: BriefLine, words: Wording = ENGLISH) -> str:
    """A line as a reader sees it: `label: text`, or who said it and the words; on one line whatever it holds, and
    without what a model could take for a mark of its own."""
    if line.origin is Origin.QUOTE:
        mark = f" ({words.word(line.label)})" if line.label in ANSWERS else ""
        said = f"{words.speaker(CALLED.get(line.speaker or '', line.speaker or ''))}{mark}: {_quoted(line, words)}"
    else:
        said = f"{line.label}: {line.text}" if line.label else line.text
    return harmless.untagged(f"{said}{_marks(line, words)}")


def _quoted(line: BriefLine, words: Wording) -> str:
    """The words of a quote with what explains them: dates, what came later, and the question that they answer."""
    said = f"“{line.text}”"
    said += f" (= {', '.join(map(str, line.dates))})" if line.dates else ""
    said += f" ({', '.join(line.since)})" if line.since else ""
    return said + (f" ({words.word('asked')}: “{line.reply_to}”)" if line.reply_to else "")


def current_value(text: str) -> str:
    """What a line states, without the value that it replaced."""
    hit = WAS.match(text)
    return hit.group(1) if hit else text


def to_markdown(brief: Brief, bootstrap: str | None = None) -> str:
    """The brief as Markdown that can be committed: headings, bullets, and the memories of each line as footnotes.

    Contents are escaped: no line can become a heading, a link, HTML or a further line. A template's ``bootstrap``,
    which says how to hand the work on, stands behind it as a block quote: it is its operator's text.
    """
    notes: dict[UUID, int] = {}
    words = wording.of(brief.language)
    parts = [f"# {escaped(one_line(brief.headline, words))}{_references([brief.headline], notes)}", ""]
    for section in brief.sections:
        parts.extend([f"## {escaped(section.title)}", ""])
        parts.extend(f"- {escaped(row)}{_references(lines, notes)}" for row, lines in exchanges(section, words))
        parts.extend([""] if section.lines else [words.word("not_said"), ""])
    parts.append(f"_{brief.written_by}, from {brief.memories_read} memories, cut at {brief.cut_at.isoformat()}._")
    parts.append("")
    parts.extend([*(f"> {line}".rstrip() for line in bootstrap.splitlines()), ""] if bootstrap else [])
    parts.extend(f"[^{number}]: memory {memory_id}" for memory_id, number in notes.items())
    return "\n".join(parts) + "\n"


def _marks(line: BriefLine, words: Wording) -> str:
    """What is added to a line's words: what it replaced, that nobody confirmed it, whose it is and until when, and what
    the record says of it."""
    marks = [words.word("was", value=line.was)] if line.was else []
    marks += [", ".join(line.since)] if line.origin is not Origin.QUOTE else []
    # What stands under `done` without a mark was confirmed.
    if line.outcome in (Outcome.REQUESTED, Outcome.UNKNOWN) and line.text != line.outcome:
        marks.append(words.outcome(line.outcome))
    due = words.word("due", when=line.due) if line.due and line.due not in line.text else ""
    owner = line.owner if line.owner and line.owner not in line.text else ""
    marks.append(", ".join(filter(None, (owner, due))))
    if line.support in (Support.UNSUPPORTED, Support.CONTRADICTED):
        mark = words.support(line.support, line.against)
        marks.append(f"{line.speaker}: {mark}" if line.speaker else mark)
    return "".join(f" ({mark})" for mark in marks if mark)


def _timed(section: BriefSection) -> Iterator[tuple[str, BriefLine]]:
    before: datetime | None = None
    for line in section.lines:
        yield time_shown(line, section.name, before), line
        before = line.said_at or before


def time_shown(line: BriefLine, section: SectionName, before: datetime | None) -> str:
    """The time that stands before a quote of the conversation: where it begins, on another day, and after a pause."""
    at = line.said_at
    if at is None or section not in (SectionName.SAID, SectionName.ALSO_SAID):
        return ""
    if OWN_TIME.match(line.text):
        # `07:40 the pump tripped` says itself when that was.
        return "" if before and before.date() == at.date() else f"{at:%d %b} "
    if before is None or before.date() != at.date():
        return f"{at:%d %b %H:%M} "
    return f"{at:%H:%M} " if abs(at - before) >= PAUSE else ""


def _references(lines: Sequence[BriefLine], notes: dict[UUID, int]) -> str:
    cited = dict.fromkeys(memory_id for line in lines for memory_id in line.memory_ids)
    numbers = [notes.setdefault(memory_id, len(notes) + 1) for memory_id in cited]
    return "".join([" ", *(f"[^{number}]" for number in numbers)]) if numbers else ""


def escaped(text: str) -> str:
    """A text as Markdown says it: on one line, and nothing in it is a heading, a link, HTML, emphasis or a tag. Code in
    backticks stays code, as it was typed."""
    line, parts, end = harmless.untagged(text), [], 0
    for code in CODE.finditer(line):
        parts += [MARKDOWN.sub(r"\\\1", line[end : code.start()]), code.group()]
        end = code.end()
    return LINE_START.sub(r"\1\\\2", "".join([*parts, MARKDOWN.sub(r"\\\1", line[end:])]))
