"""An edited brief is read back from Markdown and from plain text, with headings in any of the languages."""

import time
from uuid import UUID

import pytest

from tests.builders.brief_parts import a_brief_of, a_line, a_section
from warmline_memory.briefs import BriefRequest, edited_text, editing, to_markdown, to_text, wording
from warmline_memory.briefs.templates import BUILT_IN
from warmline_schemas.briefs import Brief, BriefLine, Origin, SectionName

REQUEST = BriefRequest(source_agent="bot", to="desk", reason="Late", namespace="user-dave")
SHIFT = BUILT_IN["shift"]
ASK, DONE, NEXT = SectionName.ASK, SectionName.DONE, SectionName.NEXT_STEPS


def a_brief() -> Brief:
    odd = BriefLine(label="note", text="1. *not* a list, [not] a link_to it", memory_ids=[UUID(int=2)])
    sections = [
        a_section(ASK, a_line("Where is the parcel?", 1)),
        a_section(DONE, odd, a_line("Called the depot", 3)),
        a_section(NEXT, a_line("Call back", 4)),
    ]
    return a_brief_of(*sections, headline=a_line("Late"))


def applied(written: str) -> Brief:
    brief = a_brief()
    ask = edited_text.read(written, brief, SHIFT, revision=1)
    return editing.edit(brief, ask, SHIFT, REQUEST, lambda text: text)


def lines(brief: Brief, name: SectionName) -> list[BriefLine]:
    return [line for section in brief.sections if section.name is name for line in section.lines]


def edited_lines(brief: Brief) -> list[str]:
    return [line.text for section in brief.sections for line in section.lines if line.edited]


@pytest.mark.parametrize("write", [to_markdown, lambda brief: to_text(brief.headline, brief.sections)])
def test_a_brief_that_nobody_changed_is_read_back_as_it_was(write) -> None:  # type: ignore[no-untyped-def]
    after = applied(write(a_brief()))
    before = {section.name: section.lines for section in a_brief().sections}
    assert {section.name: section.lines for section in after.sections if section.lines} == before
    assert not editing.has_edits(after)


def test_what_was_added_is_the_reviewers_and_has_the_memories_of_its_footnotes() -> None:
    written = to_markdown(a_brief()).replace("- Call back", "- Send a new one [^1]\n- Call back")
    added = lines(applied(written), NEXT)[0]
    assert (added.text, added.edited, added.origin) == ("Send a new one", True, Origin.REVIEWER)
    assert added.memory_ids == lines(a_brief(), ASK)[0].memory_ids


def test_what_was_taken_out_is_gone() -> None:
    text = to_text(a_brief().headline, a_brief().sections)
    after = applied(text.replace("  Called the depot\n", "").split("Next")[0])
    assert [len(lines(after, name)) for name in (ASK, DONE, NEXT)] == [1, 1, 0]


def test_the_headline_is_changed_without_its_label() -> None:
    assert applied(to_markdown(a_brief()).replace("Late", "Lost", 1)).headline.text == "Lost"


@pytest.mark.parametrize("language", sorted(wording.KNOWN))
def test_a_plain_heading_is_accepted_in_every_language(language: str) -> None:
    title = wording.of(language).title(SectionName.RULES)
    after = applied(f"# Late\n\n## {title}\n\n- Never ring before nine\n")
    assert [line.text for line in lines(after, SectionName.RULES)] == ["Never ring before nine"]


@pytest.mark.parametrize("title", ["Contingencies: if, then", "If so, then", "if_then", "IF THEN"])
def test_a_title_of_the_template_and_a_sections_name_are_accepted(title: str) -> None:
    after = applied(f"Late\n{title}\n  If it fails, page Ana\n")
    assert [line.text for line in lines(after, SectionName.IF_THEN)] == ["If it fails, page Ana"]


def test_a_section_of_which_nothing_was_said_stays_empty() -> None:
    assert edited_lines(applied("# Late\n## Severity\nnot said\n## Ask\n- Where is the parcel?\n")) == []


def test_check_boxes_and_numbers_are_marks_of_a_list() -> None:
    after = applied("# Late\n## Next\n- [x] Call back\n2. Write\n")
    assert [line.text for line in lines(after, NEXT)] == ["Call back", "Write"]


def test_a_heading_that_is_no_section_is_named_with_those_that_are() -> None:
    with pytest.raises(ValueError, match="no section is called Weather; use one of Severity, Summary"):
        applied("# Late\n## Weather\n- Rain\n")


def test_a_line_under_no_heading_is_refused() -> None:
    with pytest.raises(ValueError, match="“lost” stands under no heading"):
        applied("# Late\nlost\n## Next\n- Call\n")


@pytest.mark.parametrize("hostile", ["[^1", "\\", "- ", "_a, from 1 memories, cut at ", "# "])
def test_long_texts_are_read_in_linear_time(hostile: str) -> None:
    begun = time.process_time()
    written = "# Late\n## Next\n- " + hostile * (100_000 // len(hostile))
    with pytest.raises(ValueError, match="at most"):
        edited_text.read(written, a_brief(), SHIFT, 1)
    assert time.process_time() - begun < 1
