"""Accounts as free Markdown: every statement of it as an entry, in the section that its heading stands for."""

import re
from collections.abc import Generator, Iterator
from dataclasses import dataclass, replace

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from warmline_memory.briefs.accounts.headings import section_of
from warmline_schemas.accounts import MAX_ENTRIES, MAX_TEXT_CHARS, Account, AccountEntry
from warmline_schemas.briefs import SectionName

MOST_LABEL_WORDS = 8
MOST_COMMANDS = 12
"""A block of code of more lines is a program or what one printed, and not commands to be copied one by one."""
MOST_NAMES = 150
"""Of more headings and lead-ins than this the rest stands for no section: each takes some 3 ms."""
CHECK_BOX = re.compile(r"^\[([ xX✓✔])\]\s+")
ALL_BOLD = re.compile(r"\*\*[^*\n]{1,80}\*\*\s*[:：]?")
LEAD_IN = re.compile(r"^([^:：\n]{1,60})[:：]\s*(.*)$", re.S)
# A mark of any script that ends a sentence. Behind one of a Latin script stands white space and no small letter.
SENTENCE_END = re.compile(r"(?<=[.!?…])[\"'”’»)\]*_]*\s+(?=[^\sa-zà-þ])|(?<=[。！？؟।])\s*")
ABBREVIATION = re.compile(r"(?:^|[\s(])(?:[^\W\d_]\.)*[^\W\d_]{1,2}\.$|\d\.$")
"""A part that ends like this, such as `Dr.`, `z.B.` or `3.`, is not the end of a sentence."""
LISTS_OF_STEPS = {SectionName.OPEN_QUESTIONS, SectionName.PROMISED, SectionName.NEXT_STEPS, SectionName.IF_THEN}
"""What stands here without a tick in its box stays here; elsewhere it is a next step."""


@dataclass(frozen=True)
class _Place:
    """Where in a text a statement stands: under which section, and with which label."""

    section: SectionName = SectionName.SITUATION
    label: str | None = None
    depth: int = 0


def entries_of(account: Account | str | None) -> list[AccountEntry]:
    """The entries of an account; those of Markdown in the order of the text, at most 100."""
    if not isinstance(account, str):
        return list(account.entries) if account else []
    # Without HTML, which is then text like any other, so that nothing of it is lost in silence.
    tree = SyntaxTreeNode(MarkdownIt("commonmark", {"html": False}).enable("table").parse(account))
    found: list[AccountEntry] = []
    for place, text in _Reader().statements(tree.children, _Place()):
        clean = " ".join(text.split())[:MAX_TEXT_CHARS]
        if re.search(r"\w", clean) and len(found) < MAX_ENTRIES:
            label = " ".join((place.label or "").split()).strip(" :：*_")[:200] or None
            found.append(AccountEntry(section=place.section, text=clean, label=label))
    return found


class _Reader:
    """Reads a text, and remembers which sections its headings stand for."""

    def __init__(self) -> None:
        self._known: dict[str, SectionName | None] = {}

    def statements(self, nodes: list[SyntaxTreeNode], place: _Place) -> Iterator[tuple[_Place, str]]:
        """Every statement below some nodes, in order, with its place."""
        above = outer = place
        for node in nodes:
            if node.type == "heading":
                outer = place = above = self._under(text_of(node), above, int(node.tag[1]))
            elif node.type == "paragraph":
                text = text_of(node)
                place = yield from self._paragraph(text, place, outer)
                # A paragraph that is bold as a whole is a heading to its writer.
                outer = place if ALL_BOLD.fullmatch(text) else outer
            elif node.type in ("bullet_list", "ordered_list"):
                for item in node.children:
                    yield from self._item(item, place)
                place = outer
            elif node.type == "table":
                yield from ((replace(place, label=label), text) for label, text in _rows(node))
            elif node.type in ("fence", "code_block"):
                yield from ((place, one) for one in _commands(node.content))
            else:
                yield from self.statements(node.children, place)

    def _under(self, heading: str, above: _Place, depth: int) -> _Place:
        """The place under a heading. A subheading that stands for no section labels what is in the section above it."""
        section = self._section_of(heading)
        if section is not None:
            return _Place(section, None, depth)
        inside = above.depth and depth > above.depth
        return _Place(above.section if inside else SectionName.SITUATION, heading, above.depth if inside else 0)

    def _paragraph(self, text: str, place: _Place, outer: _Place) -> Generator[tuple[_Place, str], None, _Place]:
        """The statements of a paragraph; what it returns is the place of a list behind it."""
        for line in text.split("\n"):
            place, rest = self._led(line, place, outer)
            yield from ((place, sentence) for sentence in _sentences(rest))
        return place

    def _item(self, item: SyntaxTreeNode, place: _Place) -> Iterator[tuple[_Place, str]]:
        """The statements of a list's item, and of the lists in it."""
        if not item.children:
            return
        first, *rest = item.children
        if first.type != "paragraph":
            yield from self.statements(item.children, place)
            return
        text = text_of(first).replace("\n", " ")
        box = CHECK_BOX.match(text)
        if box:
            text = text[box.end() :]
            open_in = place.section if place.section in LISTS_OF_STEPS else SectionName.NEXT_STEPS
            place = replace(place, section=open_in if box.group(1) == " " else SectionName.DONE)
        inner, text = self._led(text, place, place)
        lists = [node for node in rest if node.type.endswith("_list")]
        if lists and len(text.split()) <= MOST_LABEL_WORDS and not box:
            # A short item above a list says what the list is about; as a name of a section it says where that belongs.
            section = self._section_of(text) if text else None
            inner = _Place(section) if section else replace(inner, label=text or inner.label)
        elif text:
            yield inner, text
        yield from self.statements(rest, inner)

    def _led(self, text: str, place: _Place, outer: _Place) -> tuple[_Place, str]:
        """The place and the rest of a text that may begin with the name of a section or with a label: `**Done:** …`."""
        bold = re.match(r"^\*\*([^*\n]{1,80})\*\*\s*[:：]?\s*(.*)$", text, re.S)
        lead = bold or LEAD_IN.match(text)
        if lead is None:
            return place, text
        name, rest = lead.group(1).strip(" :："), lead.group(2)
        is_lead = bool(bold) and (not rest or ":" in text[: lead.start(2)] or "：" in text[: lead.start(2)])
        # Under a heading that says the section, `Customer requests: not answered` is a statement of it.
        may_lead = is_lead or (outer.section is SectionName.SITUATION and len(name.split()) <= 3)
        section = self._section_of(name) if may_lead else None
        if section is not None:
            return _Place(section, None, outer.depth), rest
        if is_lead:
            return replace(outer, label=name), rest
        return place, text

    def _section_of(self, name: str) -> SectionName | None:
        if name not in self._known:
            self._known[name] = section_of(name) if len(self._known) < MOST_NAMES else None
        return self._known[name]


def _commands(code: str) -> list[str]:
    """The lines of a block of code, each as code that can be copied; a long block, which is no list of commands, as one
    text."""
    lines = [line.strip() for line in code.replace("\\\n", " ").splitlines() if line.strip()]
    return [line if "`" in line else f"`{line}`" for line in lines] if len(lines) <= MOST_COMMANDS else [code]


def _rows(table: SyntaxTreeNode) -> Iterator[tuple[str | None, str]]:
    """The rows of a table as a label and a text: the first cell, and the others behind their column's name."""
    rows = [[text_of(cell) for cell in row.children] for part in table.children for row in part.children]
    names, *body = rows or [[]]
    for first, *others in body:
        if len(others) == 1:
            yield first, others[0]
        else:
            cells = [f"{name}: {cell}" if name else cell for name, cell in zip(names[1:], others, strict=False) if cell]
            yield (first, "; ".join(cells)) if cells else (None, first)


def text_of(node: SyntaxTreeNode, before: SyntaxTreeNode | None = None) -> str:
    """The text of a node, ``before`` which another one stands in its line. Bold at its beginning keeps its stars, which
    ``_led`` looks for; a link keeps its address."""
    if node.type in ("text", "code_inline"):
        return node.content if node.type == "text" else f"`{node.content}`"
    if node.type in ("softbreak", "hardbreak"):
        return "\n"
    # A node looks its neighbours up among all others, so they come along with it.
    inner = "".join(map(text_of, node.children, [None, *node.children[:-1]]))
    if node.type == "strong":
        opens = before is None or before.type in ("softbreak", "hardbreak") or not before.content.strip()
        return f"**{inner}**" if opens or (before and CHECK_BOX.fullmatch(before.content)) else inner
    if node.type == "link":
        href = str(node.attrs.get("href", ""))
        return inner if inner in href else f"{inner} ({href})"
    return inner or node.content if node.type == "image" else inner


def _sentences(text: str) -> Iterator[str]:
    part = ""
    for piece in SENTENCE_END.split(text):
        part = f"{part} {piece}".strip()
        if not ABBREVIATION.search(part[-12:]):
            yield part
            part = ""
    if part:
        yield part
