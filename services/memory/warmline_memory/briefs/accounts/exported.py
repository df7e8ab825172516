"""Exported: a brief that was exported as Markdown, read as an account line by line, each in the section that it had."""

import re
from collections.abc import Iterator

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from warmline_memory.briefs import templates, wording
from warmline_memory.briefs.accounts import markdown
from warmline_schemas.accounts import MAX_ENTRIES, MAX_TEXT_CHARS, Account, AccountEntry
from warmline_schemas.briefs import SectionName
from warmline_schemas.templates import Template

# How an exported brief ends, with the template's own words behind it; and its footnotes, which name memories of the
# platform that it comes from.
MADE = re.compile(r"^_[^\n]+, from \d+ memories, cut at \d{4}-[\d:T.+Z-]+\._$(?:\n\n(?:>[^\n]*\n?)+)?", re.M)
FOOTNOTES = re.compile(r"^\[\^\d+\]: memory [0-9a-f-]{36}$| (?:\[\^\d+\])+$", re.M)
NOT_SAID = frozenset(one.word("not_said") for one in wording.KNOWN.values())
LABEL = re.compile(r"^([^“”`]{1,60}?): (.+)$", re.S)


def entries_of(account: Account | str | None) -> list[AccountEntry]:
    """The entries of an account, at most 100. Those of an exported brief are its lines; how other Markdown is read
    says ``markdown``."""
    if not isinstance(account, str) or not MADE.search(account):
        return markdown.entries_of(account)
    text = FOOTNOTES.sub("", MADE.sub("", account))
    nodes = SyntaxTreeNode(MarkdownIt("commonmark", {"html": False}).parse(text)).children
    found = [(section, " ".join(row.split())) for section, row in _rows(nodes)]
    return [_entry(section, row) for section, row in found if re.search(r"\w", row) and row not in NOT_SAID][
        :MAX_ENTRIES
    ]


def _rows(nodes: list[SyntaxTreeNode]) -> Iterator[tuple[SectionName, str]]:
    template = _template([markdown.text_of(node) for node in nodes if node.tag == "h2"])
    section = SectionName.SITUATION
    for node in nodes:
        if node.tag == "h2":
            section = wording.section_of(markdown.text_of(node), template) or SectionName.SITUATION
        elif node.type in ("bullet_list", "ordered_list"):
            yield from ((section, markdown.text_of(item)) for item in node.children)
        # What somebody wrote into it since stays. The headline says who handed off to whom, which is over.
        elif node.tag != "h1":
            yield section, markdown.text_of(node) or node.content


def _template(titles: list[str]) -> Template:
    """The template whose titles these are, or most of them: the same title may stand for another section elsewhere."""
    return max(templates.BUILT_IN.values(), key=lambda one: len({part.title for part in one.sections} & set(titles)))


def _entry(section: SectionName, row: str) -> AccountEntry:
    labelled = LABEL.match(row)
    label, text = labelled.groups() if labelled else (None, row)
    return AccountEntry(section=section, label=label, text=text[:MAX_TEXT_CHARS])
