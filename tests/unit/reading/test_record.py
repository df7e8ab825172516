"""The record: notes of a kind whoever wrote them, what later ones did to earlier ones, plans, slots, and who spoke."""

import time
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings, strategies as st

from tests.builders.briefs import a_memory, agent, call, note, numbered, slot, user
from warmline_memory.reading import Record, harness, notes, read
from warmline_memory.source_memory import SourceMemory
from warmline_schemas.briefs import SectionName
from warmline_schemas.memories import Role


def of(*memories: SourceMemory) -> Record:
    return read(numbered(memories))


def noted(*memories: SourceMemory) -> list[tuple[str, str, str | None]]:
    return [(one.section.value, one.text, one.was) for one in of(*memories).notes]


@pytest.mark.parametrize("role", [None, Role.AGENT, Role.USER, Role.TOOL])
def test_a_note_of_a_kind_is_one_whoever_wrote_it(role: Role | None) -> None:
    record = of(a_memory("Llamar al banco", role=role, kind="todo"))
    assert [(one.section, one.text) for one in record.notes] == [(SectionName.NEXT_STEPS, "Llamar al banco")]
    assert record.said == []


@pytest.mark.parametrize(
    ("kind", "section"),
    [
        ("decision", SectionName.DECIDED),
        ("approach", SectionName.DECIDED),
        ("promise", SectionName.PROMISED),
        ("todo_next", SectionName.NEXT_STEPS),
        ("todo item", SectionName.NEXT_STEPS),
        ("Question", SectionName.OPEN_QUESTIONS),
        ("dead-end", SectionName.FAILED),
        ("blocker", SectionName.FAILED),
        ("done", SectionName.DONE),
        ("issue", SectionName.ASK),
        ("metric", SectionName.FIGURES),
        ("contingency", SectionName.IF_THEN),
        ("allergy", SectionName.RULES),
        ("expected-outcome", SectionName.EXPECTED_OUTCOME),
        ("severity", SectionName.SEVERITY),
    ],
)
def test_a_kind_chooses_the_section(kind: str, section: SectionName) -> None:
    assert notes.section_of(kind) is section


@pytest.mark.parametrize("kind", ["message", "note", "handoff", "taskmaster", "asking", "", "Ω"])
def test_a_kind_that_nobody_knows_is_no_note(kind: str) -> None:
    assert notes.section_of(kind) is None


def test_owner_and_time_stand_in_the_metadata_and_are_never_read_of_words() -> None:
    given = a_memory("Restart the replica", kind="todo", metadata={"assignee": "Ana", "deadline": "18:00"})
    plain = note("Ben restarts it by noon", kind="todo")
    assert [(one.owner, one.due) for one in of(given, plain).notes] == [("Ana", "18:00"), (None, None)]


@pytest.mark.parametrize(
    ("step", "done"),
    [
        ("Write the tests for the import", "Wrote the tests for the import"),
        ("Rotate the API keys of staging", "Rotated the API keys of staging"),
        ("Rechnung 4411 korrigieren", "Rechnung 4411 korrigiert"),
    ],
)
def test_a_step_that_was_done_later_is_no_step_any_more(step: str, done: str) -> None:
    assert noted(note(step, kind="todo"), note(done, kind="done")) == [("done", done, None)]


def test_a_step_on_another_thing_stays() -> None:
    told = noted(
        note("Write the tests for the export", kind="todo"), note("Wrote the tests for the import", kind="done")
    )
    assert [section for section, _, _ in told] == ["next_steps", "done"]


def test_what_is_to_be_done_again_is_not_done() -> None:
    again = noted(note("Rotate the keys", kind="done"), note("Rotate the keys", kind="todo"))
    assert again == [("next_steps", "Rotate the keys", None)]


def test_a_reversed_decision_is_the_past_of_the_later_one_and_both_prove_it() -> None:
    record = of(
        note("We store sessions in Redis", kind="decision"), note("We store sessions in Postgres", kind="decision")
    )
    assert [(one.text, one.was) for one in record.notes] == [
        ("We store sessions in Postgres", "We store sessions in Redis")
    ]
    assert set(record.notes[0].memory_ids) == {UUID(int=1), UUID(int=2)}


def test_decisions_on_other_things_both_hold() -> None:
    told = noted(
        note("We store sessions in Redis", kind="decision"), note("Refunds need two signatures", kind="decision")
    )
    assert [was for _, _, was in told] == [None, None]


def test_notes_that_differ_in_a_number_alone_speak_of_two_things_unless_they_are_figures() -> None:
    beds = noted(note("Bed 3 gets insulin at night", kind="rule"), note("Bed 4 gets insulin at night", kind="rule"))
    assert len(beds) == 2
    figures = noted(note("30 of 90 tests pass", kind="metric"), note("45 of 90 tests pass", kind="metric"))
    assert figures == [("figures", "45 of 90 tests pass", "30 of 90 tests pass")]


def test_check_boxes_are_steps_and_deeds_and_the_rest_of_the_message_is_said() -> None:
    record = of(agent("Stand:\n- [x] Ana angerufen\n* [ ] Bank fragen\n1. [✓] Beleg geprüft\nBis morgen!"))
    assert [(one.section.value, one.text) for one in record.notes] == [
        ("done", "Ana angerufen"),
        ("next_steps", "Bank fragen"),
        ("done", "Beleg geprüft"),
    ]
    assert [one.text.split() for one in record.said] == [["Stand:", "Bis", "morgen!"]]


def test_the_newest_plan_of_a_tool_holds() -> None:
    first: dict[str, Any] = {
        "todos": [{"content": "Build it", "status": "in_progress"}, {"content": "Ship it", "status": "pending"}]
    }
    then: dict[str, Any] = {
        "todos": [{"content": "Build it", "status": "completed"}, {"content": "Ship it", "status": "pending"}]
    }
    assert noted(call("TodoWrite", "ok", **first), call("TodoWrite", "ok", **then)) == [
        ("done", "Build it", None),
        ("next_steps", "Ship it", None),
    ]


def test_the_newest_value_of_a_slot_holds_with_the_one_before() -> None:
    record = of(slot("DeliveryDay", "Monday"), slot("city", "Oslo"), slot("delivery_day", "Friday"))
    assert [(one.name, one.value, one.was) for one in record.slots] == [
        ("city", "Oslo", None),
        ("delivery day", "Friday", "Monday"),
    ]
    assert record.slots[1].memory_ids == (UUID(int=3), UUID(int=1))


def test_a_slot_that_is_said_again_keeps_its_past() -> None:
    record = of(slot("day", "Monday"), slot("day", "Friday"), slot("day", "friday"))
    assert (record.slots[0].value, record.slots[0].was) == ("friday", "Monday")


def test_a_person_who_works_as_an_agent_is_named() -> None:
    record = of(user("Hi"), a_memory("I am Ana", role=Role.AGENT, agent="human:ana"), agent("Hello"), note("A note"))
    assert [one.by for one in record.said] == ["user", "human:ana", "agent", "note"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("<system-reminder>be quick</system-reminder>Fix the parser", "Fix the parser"),
        ("Fix <system-reminder>be quick</system-reminder> it", "Fix  it"),
        ("<environment_context>cwd /a</environment_context>", ""),
        ("Fix it\n<system-reminder>never closed", "Fix it"),
        ("Stop hook feedback: lint failed", ""),
        ("[Request interrupted by user]", ""),
        ("use <b>bold</b> and a < b", "use <b>bold</b> and a < b"),
    ],
)
def test_what_a_harness_put_among_a_persons_words_is_not_theirs(text: str, said: str) -> None:
    assert harness.spoken(text) == said


@given(st.lists(st.tuples(st.text(max_size=80), st.sampled_from([None, *Role]), st.text(max_size=12)), max_size=8))
@settings(deadline=None, max_examples=60)
def test_no_text_and_no_kind_raises(told: list[tuple[str, Role | None, str]]) -> None:
    record = of(*(a_memory(text, role=role, kind=kind) for text, role, kind in told))
    assert len(record.said) <= len(told)


@pytest.mark.parametrize(
    "piece",
    ["1 1 ", "(1(1(", "a-", "<system-reminder>", "- [ ] a\n", "- [", "word", "</bash-stdout>", "[x] ", " ", "\n"],
)
def test_a_long_message_is_read_in_no_long_time(piece: str) -> None:
    of(user("warm up"))
    started = time.process_time()
    of(user(piece * (100_000 // len(piece))), note(piece * (100_000 // len(piece)), kind="todo"))
    assert time.process_time() - started < 3
