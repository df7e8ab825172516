"""Forms: a draft as Markdown that a reviewer edits, and reading the form back.

Each line of the draft has its number in braces. With the number, a line keeps its evidence, even if its words change.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from warmline.cli.handoffs.lines import label_of, on_one_line
from warmline_schemas.briefs import BriefLine, Origin, SectionName
from warmline_schemas.drafts import Draft

HELP = """\
<!-- Draft of handoff {handoff_id}, revision {revision}
Change, move, add and delete lines. A number in braces keeps a line's evidence; a line of your own needs none.
A quote that you change is told as your words.
Sections: {names}. -->
"""
# The comment that ``HELP`` writes. Editors may add blank lines before it, and reviewers may change its sentences, so
# only its first line and its end must be right. ``.*?`` stops at the first ``-->``, because a brief can contain one.
HEAD = re.compile(r"\A\s*<!-- Draft of handoff \S+, revision (\d+)\n.*?-->\n", re.DOTALL)
PRINT_AGAIN = "print the form again with `--form`, and make your changes there."
# A line's number, as in ``{12}``, at its end only: the words themselves may have braces. The space before it may be
# lost in editing.
NUMBERED = re.compile(r"^(.*?)\s*\{(\d+)\}$")


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


def read(form: str, draft: Draft) -> Edits:
    """Read which changes a form makes to its draft. Raises ``UnreadableForm``."""
    start = _end_of_head(form, draft.revision)
    before = {section.name: section.lines for section in draft.brief.sections}
    edits = Edits(sections={name: [] for name in before})
    numbered_lines = {number: line for number, line in enumerate(_lines_of(draft), 1)}
    names = _names(draft)
    section: SectionName | None = None
    for number, row in _rows(form, start):
        if row.startswith("## "):
            section = names.get(_normal(row[3:]))
            if section is None:
                raise UnreadableForm(
                    f"Line {number}: there is no section {row[3:].strip()}; the top of the form names them."
                )
            edits.sections.setdefault(section, [])
        elif row.startswith("# "):
            edits.headline = _edited(draft.brief.headline, row[2:].strip()).text
        elif row.startswith("- ") and section is not None:
            edits.sections[section].append(_line(number, row[2:].strip(), numbered_lines))
        else:
            raise UnreadableForm(f"Line {number}: begin a line of a section with `- `, and keep it in one line.")
    # Only what differs is sent, so that unchanged lines are not marked as edited.
    if edits.headline == draft.brief.headline.text:
        edits.headline = None
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
    """Yield the lines after the head that are not blank, with their numbers in the file."""
    # ``splitlines`` would also split at characters such as U+2028, and the numbers would not be those of the editor.
    first = form.count("\n", 0, start) + 1
    return ((number, row.strip()) for number, row in enumerate(form[start:].split("\n"), first) if row.strip())


def _line(number: int, words: str, numbered_lines: dict[int, BriefLine]) -> BriefLine:
    numbered = NUMBERED.match(words)
    if numbered is None:
        return BriefLine(text=words, memory_ids=[])
    text, old = numbered.group(1), numbered_lines.get(int(numbered.group(2)))
    if old is None:
        raise UnreadableForm(
            f"Line {number}: no line of the draft has the number {{{numbered.group(2)}}}; remove the number."
        )
    return _edited(old, text)


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


def _lines_of(draft: Draft) -> Iterator[BriefLine]:
    return (line for section in draft.brief.sections for line in section.lines)


def _names(draft: Draft) -> dict[str, SectionName]:
    """Return the sections by the headings that a form may use: their names, and their titles in this draft."""
    own = {_normal(section.title): section.name for section in draft.brief.sections}
    return {_normal(name): name for name in SectionName} | own


def _normal(title: str) -> str:
    return " ".join(title.lower().replace("_", " ").split())
