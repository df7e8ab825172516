"""Forms: a draft as Markdown that a reviewer edits, and reading the form back.

Each line of the draft has its number in braces. With the number, a line keeps its evidence, even if its words change.
Whatever else is written into a form is Markdown, of which every statement becomes a line.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeGuard

from warmline.cli.handoffs.free_markdown import CHECK_BOX, pieces, statements
from warmline.cli.handoffs.lines import label_of, on_one_line
from warmline_schemas.briefs import BriefLine, Origin, SectionName
from warmline_schemas.drafts import Draft

HELP = """\
<!-- Draft of handoff {handoff_id}, revision {revision}
Change, move, add and delete lines. A number in braces keeps a line's evidence; what you add needs none, and may be any
Markdown: lists, tables, code, sections of your own. A quote that you change is told as your words.
Sections: {names}. -->
"""
# The comment that ``HELP`` writes. Editors may add blank lines before it, and reviewers may change its sentences, so
# only its first line and its end must be right. ``.*?`` stops at the first ``-->``, because a brief can contain one.
HEAD = re.compile(r"\A\s*<!-- Draft of handoff \S+, revision (\d+)\n.*?-->\n", re.DOTALL)
PRINT_AGAIN = "print the form again with `--form`, and make your changes there."
# A line's number, as in ``{12}``, at its end only: the words themselves may have braces. The space before it may be
# lost in editing.
NUMBERED = re.compile(r"^(.*?)\s*\{(\d+)\}$")
HEADING = re.compile(r"^(#{1,6})\s+(.*)$")
CLOSED = re.compile(r"\s+#+$")
"""What some write behind a heading, as before it."""
FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})")
OWN = SectionName.SITUATION
"""Where a section of a reviewer's own goes: its lines have its heading as their label."""
STEPS = frozenset([SectionName.NEXT_STEPS, SectionName.OPEN_QUESTIONS, SectionName.PROMISED, SectionName.IF_THEN])
"""What stands here without a tick in its box stays here; elsewhere it is a next step."""
OWN_DEPTH = 2
"""Headings of this depth begin a section; those below say what a part of one is about."""
MOST_LABEL_CHARS = 200


class UnreadableForm(Exception):
    """A form that cannot be read as a draft. The message names the line, and says what to do."""


@dataclass
class Edits:
    """What a form changes in its draft: the headline and sections that differ."""

    headline: str | None = None
    sections: dict[SectionName, list[BriefLine]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return self.headline is not None or bool(self.sections)


def write(draft: Draft) -> str:
    """Write the form of a draft."""
    names = ", ".join(SectionName)
    parts = [HELP.format(handoff_id=draft.handoff_id, revision=draft.revision, names=names)]
    parts.append(f"# {on_one_line(draft.brief.headline)}")
    # Numbers go on through all sections, so that a line can be moved to another one.
    numbers = iter(range(1, 1 + sum(len(section.lines) for section in draft.brief.sections)))
    for section in draft.brief.sections:
        parts += ["", f"## {section.title}"]
        parts += [f"- {on_one_line(line)} {{{next(numbers)}}}" for line in section.lines]
    return "\n".join(parts) + "\n"


def read(form: str, draft: Draft, *, written_now: bool = False) -> Edits:
    """Read which changes a form makes to its draft. Raises ``UnreadableForm``.

    ``written_now``: the form was written of this very draft, so that it need not say so.
    """
    start = 0 if written_now and not HEAD.match(form) else _end_of_head(form, draft.revision)
    edits = _Reader(draft).edits(list(_rows(form, start)))
    # Only what differs is sent, so that unchanged lines are not marked as edited.
    if edits.headline == draft.brief.headline.text:
        edits.headline = None
    before = {section.name: section.lines for section in draft.brief.sections}
    edits.sections = {name: lines for name, lines in edits.sections.items() if lines != before.get(name, [])}
    return edits


def _end_of_head(form: str, revision: int) -> int:
    head = HEAD.match(form)
    if head is None:
        raise UnreadableForm(
            f"The comment at the top of the form, which names the revision, was changed: {PRINT_AGAIN}"
        )
    if int(head.group(1)) != revision:
        raise UnreadableForm(
            f"The form is of revision {head.group(1)}, and the draft is at revision {revision}: {PRINT_AGAIN}"
        )
    return head.end()


def _rows(form: str, start: int) -> Iterator[tuple[int, str]]:
    """Yield the lines after the head, with their numbers in the file."""
    # ``splitlines`` would also split at characters such as U+2028, and the numbers would not be those of the editor.
    first = form.count("\n", 0, start) + 1
    return enumerate(form[start:].replace("\r\n", "\n").split("\n"), first)


@dataclass(frozen=True)
class _Row:
    """A line of the draft as it is in the form, and the section that it had; ``ticked`` as a statement has it."""

    line: BriefLine
    section: SectionName
    ticked: bool | None


@dataclass
class _Block:
    """What stands under one heading, in order: lines of the draft, and free text between them."""

    heading: str = ""
    depth: int = 0
    parts: list[_Row | str] = field(default_factory=list)


class _Reader:
    """Reads the rows of a form with the draft that it is of."""

    def __init__(self, draft: Draft) -> None:
        self._headline = draft.brief.headline
        lines = ((line, section.name) for section in draft.brief.sections for line in section.lines)
        self._numbered = dict(enumerate(lines, 1))
        self._names = _names(draft)
        self._found: dict[SectionName, list[BriefLine]] = {section.name: [] for section in draft.brief.sections}

    def edits(self, rows: Sequence[tuple[int, str]]) -> Edits:
        """The headline and all sections, as the rows have them."""
        headline: str | None = None
        section, label = OWN, None
        for block in self._blocks(rows):
            if block.depth == 1 and headline is None:
                headline, section, label = _edited(self._headline, block.heading).text, OWN, None
            elif block.depth:
                section, label = self._place(block, section, label)
            for part in block.parts:
                if isinstance(part, _Row):
                    self._add(part.line, section, part.ticked)
                else:
                    self._add_free(part, section, label)
        return Edits(headline, self._found)

    def _blocks(self, rows: Sequence[tuple[int, str]]) -> Iterator[_Block]:
        block, free, code_ends = _Block(), list[str](), -1
        for place, (number, row) in enumerate(rows):
            if place > code_ends:
                code_ends = _end_of_code(rows, place)
            is_code = place <= code_ends
            heading = None if is_code else HEADING.match(row.strip())
            line = None if is_code or heading else self._row(number, row.strip())
            if heading is None and line is None:
                free.append(row)
                continue
            block.parts.append("\n".join(free))
            free = []
            if heading:
                yield block
                depth = len(heading.group(1))
                words = heading.group(2) if depth == 1 else CLOSED.sub("", heading.group(2))
                block = _Block(words, depth)
            elif line:
                block.parts.append(line)
        block.parts.append("\n".join(free))
        yield block

    def _row(self, number: int, row: str) -> _Row | None:
        """The line of the draft that a row of the form is, by its number; None where it has none."""
        numbered = NUMBERED.match(row[2:].strip()) if row.startswith("- ") else None
        if numbered is None:
            return None
        words, known = numbered.group(1), self._numbered.get(int(numbered.group(2)))
        if known is None:
            raise UnreadableForm(
                f"Line {number}: no line of the draft has the number {{{numbered.group(2)}}}; remove the number."
            )
        return _changed(*known, words)

    def _place(self, block: _Block, section: SectionName, label: str | None) -> tuple[SectionName, str | None]:
        """The section that a heading stands for, and what is written below it is labelled with."""
        if (known := self._names.get(_normal(block.heading))) is not None:
            return known, None
        if block.depth > OWN_DEPTH:
            return section, " – ".join(filter(None, (label, block.heading)))
        # A heading in other words is still that of the lines below it.
        lines = [part for part in block.parts if isinstance(part, _Row)]
        if not lines and not any(map(str.strip, filter(_is_text, block.parts))):
            self._add(BriefLine(text=block.heading, memory_ids=[]), OWN, None)
        return (lines[0].section if lines else OWN), block.heading

    def _add_free(self, text: str, section: SectionName, label: str | None) -> None:
        for said in statements(text):
            numbered = NUMBERED.match(said.text)
            known = self._numbered.get(int(numbered.group(2))) if numbered else None
            if numbered and known:
                self._add(_changed(*known, numbered.group(1)).line, section, said.ticked)
                continue
            about = " – ".join(filter(None, (label, said.label)))
            # A label is a short name; a long one is a part of the words.
            words = f"{about}: {said.text}" if len(about) > MOST_LABEL_CHARS else said.text
            for piece in pieces(words):
                line = BriefLine(label=about if words is said.text and about else None, text=piece, memory_ids=[])
                self._add(line, section, said.ticked)

    def _add(self, line: BriefLine, section: SectionName, ticked: bool | None) -> None:
        if ticked is not None:
            section = SectionName.DONE if ticked else section if section in STEPS else SectionName.NEXT_STEPS
        self._found.setdefault(section, []).append(line)


def _changed(line: BriefLine, section: SectionName, words: str) -> _Row:
    """A line of the draft with the words that it has in the form now."""
    box = CHECK_BOX.match(words)
    if box is None or words == on_one_line(line):
        return _Row(_edited(line, words), section, None)
    return _Row(_edited(line, words[box.end() :]), section, box.group(1) != " ")


def _edited(old: BriefLine, text: str) -> BriefLine:
    """Return the line with other words. It keeps its label where the words still begin with it."""
    if text == on_one_line(old):
        return old
    label = f"{label_of(old)}: " if label_of(old) else ""
    # Whoever changed the words before the colon changed the label, which then no longer fits.
    kept = old.label if text.startswith(label) else None
    words = text.removeprefix(label)
    if old.origin is Origin.QUOTE:
        words = words.removeprefix("“").removesuffix("”")
    return old.model_copy(update={"label": kept, "text": words})


def _end_of_code(rows: Sequence[tuple[int, str]], place: int) -> int:
    """Where the code ends that begins at a place; before it where none begins, or none that has an end."""
    opens = FENCE.match(rows[place][1])
    if opens is None:
        return place - 1
    closes = re.compile(rf"^ {{0,3}}{re.escape(opens.group(1)[0])}{{{len(opens.group(1))},}}\s*$")
    later = range(place + 1, len(rows))
    return next((end for end in later if closes.match(rows[end][1])), place - 1)


def _is_text(part: _Row | str) -> TypeGuard[str]:
    return isinstance(part, str)


def _names(draft: Draft) -> dict[str, SectionName]:
    """Return the sections by the headings that a form may use: their names, and their titles in this draft."""
    own = {_normal(section.title): section.name for section in draft.brief.sections}
    return {_normal(name): name for name in SectionName} | own


def _normal(title: str) -> str:
    return " ".join(title.lower().replace("_", " ").split())
