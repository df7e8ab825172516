"""Draft forms: a draft as fields that a reviewer edits, and what a posted form changes of it.

Every line carries what it was when the form was written. So a form can be read without the draft that it came from:
what somebody typed is not lost where the draft has changed meanwhile.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from pydantic import ValidationError

from warmline_api.console import shell
from warmline_api.console.languages import _, in_context
from warmline_api.console.shell import MalformedForm
from warmline_memory.language import shown
from warmline_schemas.briefs import Brief, BriefLine, SectionName
from warmline_schemas.drafts import EditDraft, EditLine, EditSection

# A brief has at most some hundred lines. The number of lines comes from the form, and must not be able to keep us busy.
MOST_LINES = 1_000
_KEPT = set(EditLine.model_fields)


@dataclass(frozen=True)
class LineFields:
    """A line of the form. ``was`` is the line before, as JSON; empty for one that the reviewer adds."""

    section: SectionName
    label: str = ""
    text: str = ""
    was: str = ""
    is_removed: bool = False

    @property
    def before(self) -> BriefLine | None:
        """The line before; None for a new one. Raises ``ValidationError`` where that was tampered with."""
        return BriefLine.model_validate_json(self.was) if self.was else None

    @property
    def wanted(self) -> BriefLine | None:
        """The line as the reviewer wants it; None where it goes, or was never filled in."""
        if self.is_removed or not self.text:
            return None
        old = self.before or BriefLine(text="", memory_ids=[])
        # A text field takes no line breaks, and a page shows nothing unseen. A line that only lost such characters in
        # the form counts as unchanged, and keeps them.
        label = old.label if self.label == _as_shown(old.label or "") else self.label or None
        text = old.text if self.text == _as_shown(old.text) else self.text
        return old.model_copy(update={"label": label, "text": text})


@dataclass(frozen=True)
class DraftForm:
    """A draft as fields. ``revision`` is the one that it was written from."""

    revision: int
    headline: str
    headline_was: str
    lines: Sequence[LineFields] = ()

    def edit(self, revision: int) -> EditDraft | None:
        """What the form changes, against a revision of the draft; None for nothing. Raises ``MalformedForm``."""
        headline = self.headline if self.headline != self.headline_was else None
        changed = {
            name: [line.model_dump(include=_KEPT) for line in wanted] for name, wanted in self.changed_sections()
        }
        if not changed and headline is None:
            return None
        try:
            sections = [EditSection.model_validate({"name": name, "lines": lines}) for name, lines in changed.items()]
            return EditDraft(revision=revision, headline=headline, sections=sections)
        except ValidationError as error:
            faults = "; ".join(f"{item['loc'][-1]}: {item['msg']}" for item in error.errors()[:3])
            raise MalformedForm(faults=_("Nothing was saved: {faults}.", faults=faults)) from error

    def changed_sections(self) -> Iterator[tuple[SectionName, list[BriefLine]]]:
        """The sections in which the reviewer changed something, with the lines that they should have."""
        for name in dict.fromkeys(line.section for line in self.lines):
            own = [line for line in self.lines if line.section == name]
            wanted = [line.wanted for line in own]
            if wanted != [line.before for line in own]:
                yield name, [line for line in wanted if line is not None]


@dataclass(frozen=True)
class Change:
    """What a form changes of a part of a brief: each line as it was and as it will be. None is before a line that is
    new, and after one that goes."""

    title: str
    lines: Sequence[tuple[BriefLine | None, BriefLine | None]]


@dataclass(frozen=True)
class Clash:
    """What is saved by now of what a reviewer changed too: the headline, and lines by section."""

    headline: str | None = None
    sections: Mapping[SectionName, Sequence[BriefLine]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return self.headline is not None or bool(self.sections)


def write(brief: Brief, revision: int) -> DraftForm:
    """The form of a draft."""
    headline = _as_shown(brief.headline.text)
    return DraftForm(revision, headline, headline, [line for name in _names(brief) for line in _lines(brief, name)])


def changes(form: DraftForm, after: Brief) -> list[Change]:
    """What a form changes, against the brief that comes of it: there the words are as they will be read."""
    found = []
    if form.headline != form.headline_was:
        # Who hands over to whom does not change, and stands above.
        now = after.headline.model_copy(update={"label": None})
        found.append(Change(_("Headline"), [(now.model_copy(update={"text": form.headline_was}), now)]))
    for section in form.changed_sections():
        lines = _pairs([line for line in form.lines if line.section == section[0]], after)
        found.append(Change(_title_in(after, section[0]), [(old, new) for old, new in lines if _differ(old, new)]))
    return found


def read(form: Mapping[str, Any]) -> DraftForm:
    """A posted form. Raises ``MalformedForm`` for one that is not of this page."""
    try:
        lines = [_read_line(form, f"line-{number}") for number in range(min(int(form["count"]), MOST_LINES))]
        headlines = _one_line(form["headline"]), _one_line(form["headline-was"])
        return DraftForm(int(form["revision"]), *headlines, lines)
    except (KeyError, ValueError) as error:
        raise MalformedForm(faults=_("The form is incomplete. Load the page anew.")) from error


def rebase(form: DraftForm, brief: Brief, revision: int) -> tuple[DraftForm, Clash]:
    """A form on a draft that has changed since, and what clashes.

    What the reviewer left alone is as it is saved now; what they changed stays as they typed it.
    """
    changed = dict(form.changed_sections())
    lines: list[LineFields] = []
    clashing: dict[SectionName, Sequence[BriefLine]] = {}
    for name in dict.fromkeys([*_names(brief), *changed]):
        now = _lines(brief, name)
        own = [line for line in form.lines if line.section == name] if name in changed else now
        lines += own
        # Compared as JSON of the lines before: two reviewers clash only where both began from different lines.
        if [line.was for line in own if line.was] != [line.was for line in now]:
            clashing[name] = [line.before for line in now if line.before]
    headline = _as_shown(brief.headline.text)
    typed = form.headline != form.headline_was
    rebased = DraftForm(revision, form.headline if typed else headline, headline, lines)
    return rebased, Clash(headline if typed and headline != form.headline_was else None, clashing)


def by_section(form: DraftForm, brief: Brief) -> list[tuple[SectionName, str, list[LineFields]]]:
    """The form's lines by section with its title, each with a blank one at its end."""
    names = dict.fromkeys([*_names(brief), *(line.section for line in form.lines)])
    found = []
    for name in names:
        own = [line for line in form.lines if line.section == name and (line.was or line.text or line.label)]
        found.append((name, _title_in(brief, name), [*own, LineFields(name)]))
    return found


def title_of(name: SectionName) -> str:
    """A section's name as a heading."""
    return shell.sentence(in_context("section", name.replace("_", " ")))


def as_text(form: DraftForm) -> str:
    """What a form says, as plain text: for where it can no longer be saved."""
    rows = [form.headline]
    for name in dict.fromkeys(line.section for line in form.lines):
        kept = [line for line in form.lines if line.section == name and line.text and not line.is_removed]
        rows += ["", title_of(name)] if kept else []
        rows += [f"- {line.label}: {line.text}" if line.label else f"- {line.text}" for line in kept]
    return "\n".join(rows)


def _pairs(lines: Sequence[LineFields], after: Brief) -> Iterator[tuple[BriefLine | None, BriefLine | None]]:
    """The lines of a section before and after. The brief has those that are wanted, in their order."""
    kept = iter([line for section in after.sections if section.name == lines[0].section for line in section.lines])
    for line in lines:
        wanted = line.wanted
        yield line.before, None if wanted is None else next(kept, wanted)


def _differ(old: BriefLine | None, new: BriefLine | None) -> bool:
    if old is None or new is None:
        return old is not new
    return (old.label, old.text) != (new.label, new.text)


def _title_in(brief: Brief, name: SectionName) -> str:
    return next((section.title for section in brief.sections if section.name == name), title_of(name))


def _names(brief: Brief) -> list[SectionName]:
    return [section.name for section in brief.sections]


def _lines(brief: Brief, name: SectionName) -> list[LineFields]:
    lines = [line for section in brief.sections if section.name == name for line in section.lines]
    return [LineFields(name, _as_shown(line.label or ""), _as_shown(line.text), _as_json(line)) for line in lines]


def _read_line(form: Mapping[str, Any], name: str) -> LineFields:
    line = LineFields(
        section=SectionName(form[f"{name}-section"]),
        label=_one_line(form.get(f"{name}-label", "")),
        text=_one_line(form.get(f"{name}-text", "")),
        was=form.get(f"{name}-was", ""),
        is_removed=f"{name}-remove" in form,
    )
    # The line before is parsed and written anew, so that the same line is the same string whoever wrote it; a form that
    # was tampered with fails here.
    return replace(line, was=_as_json(line.before) if line.before else "")


def _as_json(line: BriefLine) -> str:
    """A line as JSON in nothing but visible ASCII: a page leaves out what is unseen, also in a hidden field."""
    return json.dumps(line.model_dump(mode="json")).replace("\x7f", r"\u007f")


def _as_shown(text: str) -> str:
    return _one_line(shown(text))


def _one_line(text: str) -> str:
    return " ".join(text.split())
