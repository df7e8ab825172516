"""A draft as a form that a reviewer edits, and what is read back from it."""

import re
from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given, strategies as st

from tests.builders.brief_parts import a_brief_of, a_line
from warmline.cli.handoffs import draft_forms as forms
from warmline_schemas.briefs import BriefLine, BriefSection, SectionName
from warmline_schemas.drafts import Draft

DONE, NEXT = SectionName.DONE, SectionName.NEXT_STEPS
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


def a_draft(*done: BriefLine, headline: BriefLine | None = None) -> Draft:
    sections = [
        BriefSection(name=DONE, title="What was built", lines=list(done) or [a_line("Built the picker", 1)]),
        BriefSection(name=NEXT, title="Next", lines=[a_line("Run the tests", 2, label="step")]),
    ]
    brief = a_brief_of(*sections, headline=headline or a_line("The context is full", 1, label="coder → coder"))
    return Draft(handoff_id=UUID(int=7), namespace="n", revision=3, brief=brief, since_count=0, since_the_brief=[])


def after(draft: Draft, old: str, new: str) -> forms.Edits:
    form = forms.write(draft)
    assert old in form
    return forms.read(form.replace(old, new), draft)


def test_a_form_that_nobody_changed_changes_nothing() -> None:
    draft = a_draft(a_line("One", 1), a_line("Two", 1, label="plan"), a_line("<!-- Three --> and {3}", 1))
    assert not forms.read(forms.write(draft), draft)


LINES = st.builds(
    a_line,
    st.text(st.characters(codec="utf-8"), min_size=1).filter(str.strip),
    label=st.none() | st.text(min_size=1).filter(str.strip),
)


@given(st.lists(LINES, min_size=1, max_size=5), LINES)
def test_whatever_a_draft_says_its_form_reads_back_the_same(lines: list[BriefLine], headline: BriefLine) -> None:
    draft = a_draft(*lines, headline=headline)
    assert not forms.read(forms.write(draft), draft)


def test_a_changed_line_keeps_its_evidence_and_its_label() -> None:
    edits = after(a_draft(), "step: Run the tests {2}", "step: Run the slow tests {2}")
    assert edits.sections == {NEXT: [a_line("Run the slow tests", 2, label="step")]}


def test_a_line_whose_label_was_changed_is_all_text() -> None:
    edits = after(a_draft(), "step: Run the tests {2}", "First, run the tests {2}")
    assert edits.sections == {NEXT: [a_line("First, run the tests", 2)]}


def test_a_line_that_was_added_has_no_evidence() -> None:
    edits = after(a_draft(), "## Next\n", "## Next\n- Call Ann before noon\n")
    assert [(line.text, line.memory_ids) for line in edits.sections[NEXT][:1]] == [("Call Ann before noon", [])]


def test_a_section_whose_lines_were_taken_out_goes() -> None:
    edits = after(a_draft(), "## Next\n- step: Run the tests {2}\n", "")
    assert edits.sections == {NEXT: []}


def test_a_line_that_was_moved_takes_its_evidence_along() -> None:
    draft = a_draft()
    form = forms.write(draft).replace("- Built the picker {1}\n", "") + "- Built the picker {1}\n"
    assert forms.read(form, draft).sections == {
        DONE: [],
        NEXT: [a_line("Run the tests", 2, label="step"), a_line("Built the picker", 1)],
    }


def test_a_section_can_be_added_by_its_name() -> None:
    draft = a_draft()
    edits = forms.read(forms.write(draft) + "\n## open_questions\n- Who owns the picker?\n", draft)
    assert [line.text for line in edits.sections[SectionName.OPEN_QUESTIONS]] == ["Who owns the picker?"]


def test_a_changed_headline_keeps_who_hands_over_to_whom() -> None:
    edits = after(a_draft(), "coder → coder: The context is full", "coder → coder: Out of room")
    assert edits.headline == "Out of room"


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ("{2}", "{22}", "has the number {22}"),
        ("revision 3", "revision 2", "of revision 2, and the draft is at revision 3"),
        ("<!-- Draft of handoff", "<!-- ", "names the revision, was changed"),
    ],
)
def test_a_form_that_cannot_be_read_says_where_and_how_to_mend_it(old: str, new: str, named: str) -> None:
    with pytest.raises(forms.UnreadableForm, match=named.replace("{", r"\{")):
        after(a_draft(), old, new)


QUOTE = a_line("Cancel it, please.", 1, origin="quote", speaker="user")


def test_a_quote_stands_in_the_form_with_who_said_it() -> None:
    assert "- customer: “Cancel it, please.” {1}" in forms.write(a_draft(QUOTE))


def test_a_quote_that_nobody_changed_is_no_change() -> None:
    assert not forms.read(forms.write(a_draft(QUOTE)), a_draft(QUOTE))


def test_a_changed_quote_keeps_its_evidence_and_loses_its_marks() -> None:
    edits = after(a_draft(QUOTE), "Cancel it, please.", "The customer wants it cancelled.")
    assert [(line.text, line.memory_ids) for line in edits.sections[DONE]] == [
        ("The customer wants it cancelled.", QUOTE.memory_ids)
    ]


def written(draft: Draft, markdown: str) -> dict[SectionName, list[tuple[str | None, str]]]:
    """What free Markdown at the end of a form adds, as labels and texts."""
    edits = forms.read(f"{forms.write(draft)}\n{markdown}\n", draft)
    before = {section.name: section.lines for section in draft.brief.sections}
    added = {
        name: [line for line in lines if line not in before.get(name, [])] for name, lines in edits.sections.items()
    }
    return {name: [(line.label, line.text) for line in lines] for name, lines in added.items() if lines}


@pytest.mark.parametrize(
    ("markdown", "lines"),
    [
        ("1. Rotate the key\n2) Deploy", [(None, "Rotate the key"), (None, "Deploy")]),
        ("* one\n+ two", [(None, "one"), (None, "two")]),
        ("Two rows\nof one paragraph.\n\nAnother.", [(None, "Two rows of one paragraph."), (None, "Another.")]),
        ("- An item that\n  goes on", [(None, "An item that goes on")]),
        ("```bash\npytest -q\n  make lint\n```", [(None, "`pytest -q`"), (None, "`make lint`")]),
        ("~~~\necho `date`\n## no heading\n~~~", [(None, "`` echo `date` ``"), (None, "`## no heading`")]),
        ("```\nnever closed", [(None, "`never closed`")]),
        ("| Datei | Stand |\n|---|---|\n| a.py | fertig |", [(None, "Datei: a.py; Stand: fertig")]),
        ("| a | b |\n|---|---|", [(None, "a; b")]),
        ("- Deploy\n  - staging\n  - production", [("Deploy", "staging"), ("Deploy", "production")]),
        ("> Ana said: wait.", [(None, "Ana said: wait.")]),
        ("[1]: https://example.org/a_b", [(None, "[1]: https://example.org/a_b")]),
        ("<b>bold</b> and *this* &amp; that", [(None, "<b>bold</b> and *this* &amp; that")]),
        ("- [ ] call Ana", [(None, "call Ana")]),
        ("### Before noon\n- call Ana", [("Before noon", "call Ana")]),
        ("Underlined\n---\nbelow it", [("Underlined", "below it")]),
        ("- # a heading in a list", [(None, "a heading in a list")]),
        ("Éteindre le serveur, puis attendre.", [(None, "Éteindre le serveur, puis attendre.")]),
        ("サーバーを止める", [(None, "サーバーを止める")]),
    ],
)
def test_any_markdown_below_a_heading_becomes_lines_of_its_section(
    markdown: str, lines: list[tuple[str | None, str]]
) -> None:
    assert written(a_draft(), markdown) == {NEXT: lines}


def test_a_box_that_is_ticked_is_done_and_another_is_a_step() -> None:
    assert written(a_draft(), "- [x] the key is rotated\n## Done\n* [ ] tell Ana") == {
        DONE: [(None, "the key is rotated")],
        NEXT: [(None, "tell Ana")],
    }


def test_a_line_of_the_draft_that_is_ticked_is_done() -> None:
    edits = after(a_draft(), "- step: Run the tests {2}", "- [x] step: Run the tests {2}")
    assert edits.sections == {DONE: [a_line("Built the picker", 1), a_line("Run the tests", 2, label="step")], NEXT: []}


def test_a_section_of_ones_own_labels_its_lines() -> None:
    own = "## Fallstricke\n- Nie freitags migrieren\n### Daten ###\nErst sichern.\n## Leer"
    assert written(a_draft(), own) == {
        forms.OWN: [
            ("Fallstricke", "Nie freitags migrieren"),
            ("Fallstricke – Daten", "Erst sichern."),
            (None, "Leer"),
        ]
    }


def test_a_heading_in_other_words_is_still_that_of_its_lines() -> None:
    draft = a_draft()
    form = forms.write(draft).replace("## Next", "## Als Nächstes") + "- Call Ana\n"
    assert forms.read(form, draft).sections == {
        NEXT: [
            a_line("Run the tests", 2, label="step"),
            BriefLine(label="Als Nächstes", text="Call Ana", memory_ids=[]),
        ]
    }


def test_a_line_that_an_editor_has_wrapped_or_stripped_of_its_dash_is_as_it_was() -> None:
    assert not after(a_draft(), "- step: Run the tests {2}", "- step: Run\n  the tests {2}")
    assert not after(a_draft(), "- step: Run the tests {2}", "step: Run the tests {2}")


def test_what_is_too_long_for_a_line_goes_on_in_the_next() -> None:
    words = " ".join(f"word-{number}" for number in range(500))
    found = written(a_draft(), f"## {'long ' * 50}\n{words}")[forms.OWN]
    assert " ".join(text for _, text in found) == f"{('long ' * 50).strip()}: {words}"
    assert all(len(text) <= 2_000 and label is None for label, text in found)


def test_words_before_the_first_heading_are_kept() -> None:
    edits = after(a_draft(), "\n# coder", "\nRead this first.\n\n# coder")
    assert [line.text for line in edits.sections[forms.OWN]] == ["Read this first."]


def test_a_form_that_was_just_written_needs_no_comment_at_its_top() -> None:
    draft = a_draft()
    bare = forms.write(draft).partition("-->\n")[2]
    assert not forms.read(bare, draft, written_now=True)
    with pytest.raises(forms.UnreadableForm):
        forms.read(bare, draft)


def test_what_stands_deep_in_lists_and_quotes_is_kept() -> None:
    items = "\n".join(
        f"{'  ' * depth}- item {depth} of a list in lists that goes on and on and on" for depth in range(15)
    )
    told = written(a_draft(), f"{items}\n\n{'> ' * 25}quoted")[NEXT]
    assert [text.split()[1] for _, text in told[:-1]] == [str(depth) for depth in range(15)]
    assert told[-1][1] == "quoted"


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cf", "Zl", "Zp"]), max_size=200))
def test_no_word_of_a_form_is_lost(markdown: str) -> None:
    draft = a_draft()
    edits = forms.read(f"{forms.write(draft)}\n{markdown}\n", draft, written_now=True)
    told = " ".join(f"{line.label or ''} {line.text}" for lines in edits.sections.values() for line in lines)
    assert [word for word in re.findall(r"[^\W\d_]{2,}", markdown) if word not in told] == []
