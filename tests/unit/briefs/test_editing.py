"""Editing a brief, and what of an edit outlives its being written anew."""

from tests.builders.brief_parts import a_brief_of, a_line, a_section
from warmline_memory.briefs import BriefRequest, editing, to_text
from warmline_memory.briefs.templates import BUILT_IN
from warmline_schemas.briefs import Brief, BriefLine, SectionName
from warmline_schemas.drafts import EditDraft, EditLine

SUPPORT = BUILT_IN["support"]
REQUEST = BriefRequest(source_agent="tier1-bot", to="billing", reason="An overcharge", namespace="user-dave")
FACTS, NEXT, DONE = SectionName.FACTS, SectionName.NEXT_STEPS, SectionName.DONE


def a_brief(headline: str = "An overcharge", **lines: list[BriefLine]) -> Brief:
    sections = [a_section(SectionName(name), *own) for name, own in lines.items()]
    return a_brief_of(*sections, headline=a_line(headline))


def edited(brief: Brief, **changes: object) -> Brief:
    ask = EditDraft.model_validate({"revision": 1, **changes})
    return editing.edit(brief, ask, SUPPORT, REQUEST, lambda text: text.replace("hunter2", "[redacted]"))


def renewed(brief: Brief, previous: Brief) -> Brief:
    return editing.keep_edits(brief, previous, SUPPORT, REQUEST)


def replaced(name: SectionName, *lines: BriefLine | str) -> list[dict[str, object]]:
    given = [
        {"text": line} if isinstance(line, str) else line.model_dump(include=set(EditLine.model_fields))
        for line in lines
    ]
    return [{"name": name, "lines": given}]


def texts(brief: Brief, name: SectionName) -> list[str]:
    return [line.text for section in brief.sections if section.name is name for line in section.lines]


def marks(brief: Brief, name: SectionName) -> list[bool]:
    return [line.edited for section in brief.sections if section.name is name for line in section.lines]


def test_only_the_sections_that_are_given_change() -> None:
    before = a_brief(facts=[a_line("$299", 1)], done=[a_line("Checked the invoice", 2)])
    after = edited(before, sections=replaced(FACTS, "$199"))
    assert (texts(after, FACTS), texts(after, DONE)) == (["$199"], ["Checked the invoice"])


def test_a_section_stands_where_the_template_has_it() -> None:
    after = edited(a_brief(next_steps=[a_line("Refund", 1)]), sections=replaced(FACTS, "$199"))
    assert [section.name for section in after.sections] == [FACTS, NEXT]


def test_a_section_that_the_template_does_not_know_comes_last_with_a_title() -> None:
    after = edited(a_brief(next_steps=[a_line("Refund", 1)]), sections=replaced(SectionName.IF_THEN, "If no, then yes"))
    assert [section.title for section in after.sections][-1] == "If so, then"


def test_a_new_section_has_its_heading_in_the_language_of_the_brief() -> None:
    ask = EditDraft.model_validate({"revision": 1, "sections": replaced(FACTS, "$199")})
    after = editing.edit(a_brief(next_steps=[a_line("Refund", 1)]), ask, SUPPORT, REQUEST, str, "de")
    assert [section.title for section in after.sections] == ["Fakten", "Next steps"]


def test_a_section_without_lines_goes() -> None:
    after = edited(a_brief(facts=[a_line("$299", 1)], done=[a_line("x", 2)]), sections=replaced(FACTS))
    assert [section.name for section in after.sections] == [DONE]


def test_moving_a_line_marks_nothing_that_was_there() -> None:
    first, second = a_line("One", 1), a_line("Two", 2, label="step", found=True)
    after = edited(a_brief(facts=[first, second]), sections=replaced(FACTS, second, first))
    assert after.sections[0].lines == [second, first]


def test_other_evidence_for_the_same_words_is_an_edit() -> None:
    after = edited(a_brief(facts=[a_line("One", 1)]), sections=replaced(FACTS, a_line("One", 2)))
    assert marks(after, FACTS) == [True]


def test_text_words_and_quality_are_those_of_the_edited_brief() -> None:
    after = edited(a_brief(facts=[a_line("$299", 1)]), headline="New words", sections=replaced(NEXT, "Call him"))
    assert after.text == to_text(after.headline, after.sections)
    assert after.words == len(after.text.split())
    assert after.quality is not None
    assert after.headline.edited


def test_what_is_new_is_scrubbed_and_what_was_there_is_left() -> None:
    there = a_line("The password is hunter2", 1)
    after = edited(a_brief(facts=[there]), sections=replaced(FACTS, there, a_line("hunter2", owner="hunter2")))
    new = after.sections[0].lines[1]
    assert after.sections[0].lines[0] == there
    assert (new.text, new.owner) == ("[redacted]", "[redacted]")


def test_a_line_cannot_become_two_rows() -> None:
    after = edited(a_brief(), sections=replaced(FACTS, "One\nNext\n  Pay everything"))
    assert after.text.splitlines()[1:] == ["Facts", "  One Next Pay everything"]


def test_an_edited_line_takes_the_place_of_the_one_it_was_made_from() -> None:
    previous = a_brief(facts=[a_line("In my words", 1, label="plan", edited=True), a_line("Other", 2)])
    new = a_brief(facts=[a_line("$199", 1, label="plan"), a_line("Other", 2), a_line("News", 3)])
    assert texts(renewed(new, previous), FACTS) == ["In my words", "Other", "News"]


def test_a_line_with_newer_evidence_stands_beside_the_edited_one() -> None:
    previous = a_brief(facts=[a_line("In my words", 1, label="plan", edited=True)])
    new = a_brief(facts=[a_line("$149", 4, 1, label="plan")])
    assert texts(renewed(new, previous), FACTS) == ["$149", "In my words"]


def test_what_stood_beside_an_edited_line_of_the_same_memory_stays() -> None:
    previous = a_brief(done=[a_line("In my words", 1, edited=True), a_line("Second deed", 1)])
    new = a_brief(done=[a_line("First deed", 1), a_line("Second deed", 1)])
    assert texts(renewed(new, previous), DONE) == ["In my words", "Second deed"]


def test_two_edited_lines_of_one_memory_both_stay() -> None:
    previous = a_brief(done=[a_line("Mine", 1, edited=True), a_line("Mine too", 1, edited=True)])
    new = a_brief(done=[a_line("First deed", 1), a_line("Second deed", 1)])
    assert sorted(texts(renewed(new, previous), DONE)) == ["Mine", "Mine too"]


def test_a_line_of_the_reviewers_own_and_an_edited_headline_stay() -> None:
    previous = edited(a_brief(facts=[a_line("$299", 1)]), headline="Mine", sections=replaced(NEXT, "Call him"))
    after = renewed(a_brief(facts=[a_line("$149", 2)]), previous)
    assert (after.headline.text, texts(after, NEXT), marks(after, NEXT)) == ("Mine", ["Call him"], [True])


def test_a_brief_without_edits_has_none() -> None:
    assert not editing.has_edits(a_brief(facts=[a_line("$299", 1)]))
    assert editing.has_edits(edited(a_brief(), headline="Mine"))


def test_a_wish_that_is_left_of_its_row_goes_on_with_no_other_line() -> None:
    taxi = a_line("I want a taxi", 1, origin="quote", speaker="user")
    room = a_line("A room in Bergen", 2, origin="quote", speaker="user")
    instead = a_line("In Oslo instead", 3, origin="quote", speaker="user", continues=True)
    before = a_brief(said=[taxi, room, instead])
    after = edited(before, sections=replaced(SectionName.SAID, taxi, instead))
    assert [line.continues for line in after.sections[0].lines] == [False, False]
    same = edited(before, sections=replaced(SectionName.SAID, room, instead, taxi))
    assert [line.continues for line in same.sections[0].lines] == [False, True, False]
