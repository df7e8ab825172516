"""Draft forms: what a reviewer typed becomes an edit, and is not lost where the draft has changed meanwhile."""

from dataclasses import replace
from uuid import UUID

import pytest

from tests.builders.brief_parts import a_brief_of, a_line, a_section
from warmline_api.console.handoffs import draft_forms
from warmline_api.console.handoffs.draft_forms import DraftForm, LineFields
from warmline_api.console.shell import MalformedForm
from warmline_memory.language import shown
from warmline_schemas.briefs import Brief, BriefLine, SectionName
from warmline_schemas.drafts import EditDraft

PROOF = UUID(int=1)
NEXT, FACTS = SectionName.NEXT_STEPS, SectionName.FACTS


def a_brief(headline: str = "Refund wanted", **lines: list[BriefLine]) -> Brief:
    given = lines or {"next_steps": [a_line("Refund $100", 1), a_line("Call back", 1)], "facts": [a_line("$299", 1)]}
    sections = [a_section(SectionName(name), *own) for name, own in given.items()]
    return a_brief_of(*sections, headline=a_line(headline))


def a_form(brief: Brief | None = None, revision: int = 1) -> DraftForm:
    return draft_forms.write(brief or a_brief(), revision)


def posted(form: DraftForm) -> dict[str, str]:
    fields = {"revision": str(form.revision), "headline": form.headline, "headline-was": form.headline_was}
    for number, line in enumerate(form.lines):
        own = {"section": line.section, "label": line.label, "text": line.text, "was": line.was}
        fields |= {f"line-{number}-{name}": value for name, value in own.items()}
    return fields | {"count": str(len(form.lines))}


def typed(form: DraftForm, number: int, **changes: object) -> DraftForm:
    lines = list(form.lines)
    lines[number] = replace(lines[number], **changes)
    return replace(form, lines=lines)


def edit_of(form: DraftForm) -> EditDraft:
    ask = form.edit(form.revision)
    assert ask is not None
    return ask


def test_a_form_that_nobody_touched_changes_nothing() -> None:
    assert draft_forms.read(posted(a_form())).edit(1) is None


def test_a_changed_line_keeps_its_evidence_and_its_neighbours() -> None:
    (section,) = edit_of(typed(a_form(), 0, text="Refund $90")).sections
    assert [(line.text, line.memory_ids) for line in section.lines] == [("Refund $90", [PROOF]), ("Call back", [PROOF])]


def test_only_the_sections_that_were_changed_are_sent() -> None:
    assert [section.name for section in edit_of(typed(a_form(), 2, text="$300")).sections] == [FACTS]


@pytest.mark.parametrize("changes", [{"is_removed": True}, {"text": ""}])
def test_a_line_that_is_ticked_or_emptied_goes(changes: dict[str, object]) -> None:
    (section,) = edit_of(typed(a_form(), 0, **changes)).sections
    assert [line.text for line in section.lines] == ["Call back"]


def test_a_new_line_has_no_evidence() -> None:
    form = a_form()
    (section,) = edit_of(replace(form, lines=[*form.lines, LineFields(FACTS, "", "Plan is Team")])).sections
    assert section.lines[-1].memory_ids == []


def test_a_blank_line_is_no_line() -> None:
    form = a_form()
    assert replace(form, lines=[*form.lines, LineFields(FACTS)]).edit(1) is None


def test_what_a_field_cannot_show_is_no_change() -> None:
    form = a_form(a_brief(next_steps=[a_line("one\n  two", 1, label="my\nlabel")]))
    assert draft_forms.read(posted(form)).edit(1) is None


UNSEEN = [
    "a\x1b]0;owned\x07b",
    "back\x08\x08",
    "del\x7f",
    "right\u202eleft\u202c",
    "zero\u200bwidth\ufeff tag\U000e0041",
]


def as_a_page_shows(form: DraftForm) -> dict[str, str]:
    return {name: shown(value) for name, value in posted(form).items()}


@pytest.mark.parametrize("text", UNSEEN)
def test_what_a_page_leaves_out_is_no_change(text: str) -> None:
    form = a_form(a_brief(headline=text, next_steps=[a_line(text, 1, label=text)]))
    assert draft_forms.read(as_a_page_shows(form)).edit(1) is None


@pytest.mark.parametrize("text", UNSEEN)
def test_a_line_keeps_what_a_page_leaves_out_where_its_neighbour_is_changed(text: str) -> None:
    form = a_form(a_brief(next_steps=[a_line(text, 1), a_line("Call back", 1)]))
    (section,) = edit_of(typed(draft_forms.read(as_a_page_shows(form)), 1, text="Write")).sections
    assert [line.text for line in section.lines] == [text, "Write"]


def test_a_line_keeps_what_the_form_has_no_field_for() -> None:
    form = a_form(a_brief(next_steps=[a_line("Refund", 1, owner="you", due="Friday")]))
    line = edit_of(typed(form, 0, text="Refund it")).sections[0].lines[0]
    assert (line.owner, line.due) == ("you", "Friday")


def test_a_line_that_is_too_long_is_refused_with_a_sentence() -> None:
    with pytest.raises(MalformedForm, match="Nothing was saved"):
        typed(a_form(), 0, text="x" * 2_001).edit(1)


@pytest.mark.parametrize("broken", [{"revision": "x"}, {"count": "x"}, {"line-0-section": "nonsense"}])
def test_a_form_of_something_else_is_refused(broken: dict[str, str]) -> None:
    with pytest.raises(MalformedForm, match="incomplete"):
        draft_forms.read({**posted(a_form()), **broken})


def test_a_line_that_was_tampered_with_is_refused() -> None:
    with pytest.raises(MalformedForm, match="incomplete"):
        draft_forms.read({**posted(a_form()), "line-0-was": '{"text": 1}'})


def test_changes_elsewhere_are_taken_over_and_clash_with_nothing() -> None:
    mine = typed(a_form(), 0, text="Refund $90")
    theirs = a_brief(next_steps=[a_line("Refund $100", 1), a_line("Call back", 1)], facts=[a_line("$301", 1)])
    rebased, clash = draft_forms.rebase(mine, theirs, 2)
    assert not clash
    assert [line.text for line in rebased.lines] == ["Refund $90", "Call back", "$301"]


def test_changes_of_the_same_section_stand_side_by_side() -> None:
    mine = typed(a_form(), 0, text="Refund $90")
    theirs = a_brief(next_steps=[a_line("Refund $80", 1), a_line("Call back", 1)], facts=[a_line("$299", 1)])
    rebased, clash = draft_forms.rebase(mine, theirs, 2)
    assert [line.text for line in clash.sections[NEXT]] == ["Refund $80", "Call back"]
    assert rebased.lines[0].text == "Refund $90"


def test_saving_after_a_clash_sends_ones_own_section_and_leaves_the_others_alone() -> None:
    theirs = a_brief(next_steps=[a_line("Refund $80", 1), a_line("Call back", 1)], facts=[a_line("$301", 1)])
    rebased, _ = draft_forms.rebase(typed(a_form(), 0, text="Refund $90"), theirs, 2)
    ask = edit_of(draft_forms.read(posted(rebased)))
    assert (ask.revision, [section.name for section in ask.sections]) == (2, [NEXT])


def test_a_headline_that_both_changed_clashes() -> None:
    mine = replace(a_form(), headline="My headline")
    rebased, clash = draft_forms.rebase(mine, a_brief("Their headline"), 2)
    assert (rebased.headline, clash.headline) == ("My headline", "Their headline")


def test_what_changes_is_told_line_by_line_and_what_stays_is_not() -> None:
    form = replace(typed(a_form(), 0, is_removed=True), headline="Refund $100")
    form = typed(replace(form, lines=[*form.lines, LineFields(FACTS, "", "Plan is Team")]), 2, text="$301")
    after = a_brief("Refund $100", next_steps=[a_line("Call back", 1)], facts=[a_line("$301"), a_line("Plan is Team")])
    told = [
        (change.title, [(old and old.text, new and new.text) for old, new in change.lines])
        for change in draft_forms.changes(form, after)
    ]
    assert told == [
        ("Headline", [("Refund wanted", "Refund $100")]),
        ("Next steps", [("Refund $100", None)]),
        ("Facts", [("$299", "$301"), (None, "Plan is Team")]),
    ]


def test_what_a_secret_was_taken_out_of_is_told_as_it_will_be_read() -> None:
    form = typed(a_form(a_brief(facts=[a_line("PIN asked", 1)])), 0, text="PIN 4711")
    (change,) = draft_forms.changes(form, a_brief(facts=[a_line("PIN [secret]")]))
    assert [new and new.text for _, new in change.lines] == ["PIN [secret]"]


def test_what_can_no_longer_be_saved_is_told_as_text() -> None:
    told = draft_forms.as_text(typed(a_form(), 0, text="Refund $90", label="step"))
    assert told == "Refund wanted\n\nNext steps\n- step: Refund $90\n- Call back\n\nFacts\n- $299"
