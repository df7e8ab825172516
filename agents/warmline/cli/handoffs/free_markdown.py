"""Free Markdown in a form: what a reviewer writes as they like, as statements of one line each, none of it left out."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

SHORT_WORDS = 8
"""An item of so many words above a list says what the list is about."""
MOST_CHARS = 2_000
"""A statement is no longer than this; what is longer goes on in the next one."""
DEEPEST = 100
"""So many lists, items and quotes may be in one another; what is deeper is left out by the reader of Markdown."""
CHECK_BOX = re.compile(r"\[([ xX])\]\s+")
NUMBER_AT_END = re.compile(r"\{\d+\}\s*$")
TICKS = re.compile(r"`+")

# Without HTML, which is then text like any other, and without link definitions, which are read and not shown: nothing
# of a person's words may be lost in silence.
_markdown = MarkdownIt("commonmark", {"html": False, "maxNesting": DEEPEST}).enable("table").disable("reference")


@dataclass(frozen=True)
class Statement:
    """One line of a person's words. ``label`` says what it is about; ``ticked`` is None where it has no check box."""

    text: str
    label: str | None = None
    ticked: bool | None = None


def statements(text: str) -> Iterator[Statement]:
    """Every statement of a text without headings of its own, in order: of paragraphs, lists, tables, quotes, code."""
    yield from _below(SyntaxTreeNode(_markdown.parse(text)).children, None)


def pieces(text: str) -> Iterator[str]:
    """A text in pieces that a line may hold, cut between words where there are any."""
    while len(text) > MOST_CHARS:
        blank = text.rfind(" ", 1, MOST_CHARS)
        end = blank if blank > 0 else MOST_CHARS
        yield text[:end]
        text = text[end:].strip()
    if text:
        yield text


def _below(nodes: Sequence[SyntaxTreeNode], label: str | None) -> Iterator[Statement]:
    above, unused = label, None
    for node in nodes:
        if node.type != "heading":
            said = list(_of(node, label))
            unused = None if said else unused
            yield from said
            continue
        # One that is underlined, or within a list: the form's own headings are not read here.
        yield from [Statement(unused, above)] if unused else []
        label = unused = _words(node)
    yield from [Statement(unused, above)] if unused else []


def _of(node: SyntaxTreeNode, label: str | None) -> Iterator[Statement]:
    if node.type == "paragraph":
        yield from (Statement(line, label) for line in _paragraph(node))
    elif node.type in ("bullet_list", "ordered_list"):
        for item in node.children:
            yield from _item(item, label)
    elif node.type == "table":
        yield from (Statement(row, label) for row in _rows(node))
    elif node.type in ("fence", "code_block"):
        yield from (Statement(_as_code(line), label) for line in node.content.splitlines() if line.strip())
    else:
        yield from _below(node.children, label)


def _item(item: SyntaxTreeNode, label: str | None) -> Iterator[Statement]:
    if not item.children or item.children[0].type != "paragraph":
        yield from _below(item.children, label)
        return
    first, *rest = item.children
    text = " ".join(_paragraph(first))
    box = CHECK_BOX.match(text)
    text = text[box.end() :] if box else text
    is_about = rest and rest[0].type.endswith("_list") and len(text.split()) <= SHORT_WORDS
    if is_about and not box and not NUMBER_AT_END.search(text):
        yield from _below(rest, text.rstrip(" :："))
        return
    yield Statement(text, label, box and box.group(1) != " ")
    yield from _below(rest, label)


def _paragraph(node: SyntaxTreeNode) -> Iterator[str]:
    """A paragraph as it was typed, on one line. A line that ends with the number of one of the form's ends there."""
    line = ""
    for row in _words(node).split("\n"):
        line = f"{line} {row.strip()}".strip()
        # Two blanks or a backslash at the end of a row break the line, as in any Markdown.
        if NUMBER_AT_END.search(row) or row.endswith(("  ", "\\")):
            yield line.removesuffix("\\").strip()
            line = ""
    if line:
        yield line


def _rows(table: SyntaxTreeNode) -> Iterator[str]:
    """Each row of a table with the names of its columns; of a table without rows the names."""
    rows = [[_words(cell) for cell in row.children] for part in table.children for row in part.children]
    names, *body = rows
    for row in body or [names]:
        pairs = zip(names, row, strict=True)
        cells = [f"{name}: {cell}" if name and body else cell for name, cell in pairs if cell]
        if cells:
            yield "; ".join(cells)


def _words(node: SyntaxTreeNode) -> str:
    """What was typed, with its marks."""
    return "\n".join(child.content for child in node.children if child.type == "inline")


def _as_code(line: str) -> str:
    """A line of code as a code span, whatever ticks it has."""
    code = line.strip()
    longest = max((len(ticks) for ticks in TICKS.findall(code)), default=0)
    fence, gap = "`" * (longest + 1), " " if longest else ""
    return f"{fence}{gap}{code}{gap}{fence}"
