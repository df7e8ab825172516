"""What holds of every brief, whatever the memories."""

import json
import re
import time
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings, strategies as st

from tests.builders.briefs import a_memory, a_source, agent, call, note, numbered, slot, user
from warmline_memory import briefs, source_memory
from warmline_memory.briefs import Leg, rendering
from warmline_memory.language.statements import word_count
from warmline_memory.language.values import ValueKind, find
from warmline_memory.language.words import label_of, squeezed
from warmline_schemas.briefs import Brief, BriefLine, Origin
from warmline_schemas.memories import Action, Outcome, Role

PROVABLE = {ValueKind.IDENTIFIER, ValueKind.MONEY, ValueKind.EMAIL, ValueKind.PHONE, ValueKind.DATE, ValueKind.TIME}

codes = st.from_regex(r"[A-Z]{2,3}-?[0-9]{3,6}", fullmatch=True)
amounts = st.integers(1, 9999).map(lambda number: f"${number}")
days = st.integers(1, 28).map(lambda number: f"March {number}")
times = st.integers(1, 12).map(lambda number: f"{number} pm")
values = st.one_of(codes, amounts, days, times)
names = st.sampled_from(["Mark", "Angela Brown", "The Grand", "Old Town Inn", "Fremont"])
sentences = st.one_of(
    st.builds("I want {} for {}, please".format, names, values),
    st.builds("My order number is {} and I paid {}".format, codes, amounts),
    st.builds("What about {}?".format, values),
    st.builds("Sorry, I meant {} not {}".format, values, values),
    st.builds("Your booking {} is confirmed for {}.".format, codes, days),
    st.builds("May I have your {}?".format, st.sampled_from(["name", "order number", "PIN", "address"])),
    st.builds("{}".format, values),
    st.sampled_from(["Yes, please", "Thanks!", "I don't remember", "Unfortunately, I cannot do that.", "Hello"]),
    st.text(max_size=60).filter(lambda text: bool(text.strip())),
)
outcomes = st.sampled_from(list(Outcome))
tools = st.sampled_from(["search_room", "book_room", "cancelOrder", "get_order", "RefundOrder"])
calls = st.builds(
    lambda tool, value, other, outcome: call(tool, {"status": "ok", "code": other}, outcome, date=value, name=other),
    tools,
    values,
    st.one_of(codes, names),
    outcomes,
)
memories = st.lists(
    st.one_of(
        sentences.map(user),
        sentences.map(agent),
        sentences.map(note),
        calls,
        st.builds(slot, st.sampled_from(["plan", "account_id", "day"]), values),
    ),
    min_size=1,
    max_size=25,
)


def all_lines(brief: Brief) -> list[BriefLine]:
    return [brief.headline, *(line for section in brief.sections for line in section.lines)]


@given(memories)
@settings(deadline=None, max_examples=25)
def test_every_line_but_what_the_request_says_cites_memories_of_the_session(
    told: list[source_memory.SourceMemory],
) -> None:
    source = a_source(*told)
    known = {memory.id for memory in source.memories}
    for line in all_lines(briefs.write(source))[1:]:
        assert line.memory_ids
        assert set(line.memory_ids) <= known


def proofs(source: briefs.BriefSource) -> dict[UUID, str]:
    return {
        memory.id: memory.content
        + json.dumps(memory.action.model_dump(mode="json") if memory.action else None, ensure_ascii=False)
        + (memory.slot.value if memory.slot else "")
        for memory in source.memories
    }


@given(memories)
@settings(deadline=None, max_examples=25)
def test_every_identifier_amount_and_moment_of_a_line_stands_in_a_memory_it_cites(
    told: list[source_memory.SourceMemory],
) -> None:
    source = a_source(*told)
    said = proofs(source)
    for line in all_lines(briefs.write(source)):
        proof = squeezed(" ".join(said[memory_id] for memory_id in line.memory_ids) + source.request.reason)
        unproven = [
            value.text for value in find(line.text) if value.kind in PROVABLE and squeezed(value.text) not in proof
        ]
        assert unproven == []


@given(memories, st.integers(1, 300))
@settings(deadline=None, max_examples=25)
def test_no_brief_is_longer_than_it_may_be_but_for_its_headline(
    told: list[source_memory.SourceMemory], most: int
) -> None:
    brief = briefs.write(a_source(*told, max_words=most))
    assert brief.words == word_count(brief.text)
    assert brief.words <= max(most, word_count(brief.text.splitlines()[0]))


@given(memories, memories)
@settings(deadline=None, max_examples=15)
def test_a_chain_stays_bounded_and_deterministic(
    first: list[source_memory.SourceMemory], then: list[source_memory.SourceMemory]
) -> None:
    source = a_source(*then, before=[Leg("bot", numbered(first, first=100))])
    brief = briefs.write(source)
    assert brief == briefs.write(source)
    assert brief.words <= 220
    known = {memory.id for memory in source.line}
    assert all(line.memory_ids and set(line.memory_ids) <= known for line in all_lines(brief)[1:])


@given(memories)
@settings(deadline=None, max_examples=25)
def test_every_quote_is_what_its_memory_says(told: list[source_memory.SourceMemory]) -> None:
    source = a_source(*told)
    said = {memory.id: " ".join(memory.content.split()) for memory in source.memories}
    for line in all_lines(briefs.write(source)):
        if line.origin is Origin.QUOTE:
            cited, *_ = line.memory_ids
            assert all(part in said[cited] for part in re.split(r" […/] |\[redacted\]", line.text))


@given(memories)
@settings(deadline=None, max_examples=15)
def test_every_label_is_the_name_of_a_slot_a_tool_or_an_argument(told: list[source_memory.SourceMemory]) -> None:
    names = {memory.slot.name for memory in told if memory.slot}
    for action in (memory.action for memory in told if memory.action):
        names |= {action.name, *action.arguments}
    known = set(map(label_of, names))
    # Some random signs look urgent, which has a label of its own.
    assert {line.label for line in all_lines(briefs.write(a_source(*told)))[1:] if line.label} <= known | {"urgency"}


@given(st.text(min_size=1, max_size=400), st.sampled_from([None, *Role]), st.sampled_from(["message", "todo", "rule"]))
@settings(deadline=None, max_examples=25)
def test_any_text_makes_a_brief_with_one_line_a_row(text: str, role: Role | None, kind: str) -> None:
    brief = briefs.write(a_source(a_memory(text, role=role, kind=kind)))
    rows = 1 + sum(1 + len(rendering.rows(section)) for section in brief.sections)
    assert len(brief.text.split("\n")) == rows


trees = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=20,
)


@given(trees, st.dictionaries(st.from_regex(r"[a-z]{1,8}", fullmatch=True), trees, max_size=4), outcomes)
@settings(deadline=None, max_examples=25)
def test_any_arguments_and_any_result_make_a_brief(result: Any, arguments: dict[str, Any], outcome: Outcome) -> None:
    action = Action(name="book_room", arguments=arguments, result=result, outcome=outcome)
    brief = briefs.write(a_source(a_memory("a call", role=Role.TOOL, kind="action", action=action)))
    assert brief.actions[0].name == "book_room"


@pytest.mark.parametrize(
    "result", ["[" * 5000, "[" * 5000 + "]" * 5000, '{"a":' * 5000, '{"a":' * 900 + "1" + "}" * 900]
)
def test_a_result_that_is_nested_thousands_of_levels_deep_makes_a_brief(result: str) -> None:
    brief = briefs.write(a_source(user("I want a refund"), call("get_order", result, order_id="A-100234")))
    assert "A-100234" in brief.text


@settings(deadline=None)
@given(st.from_regex(r"[0-9]{4}", fullmatch=True))
def test_no_pin_that_was_asked_for_stands_in_a_brief(pin: str) -> None:
    told = [user("My card is gone"), agent("Your PIN, please?"), user(pin), call("log_in", {"ok": True}, code=pin)]
    assert pin not in [word.strip("“”.,") for word in briefs.write(a_source(*told)).text.split()]


@pytest.mark.parametrize(
    "piece", ["a-", "1 ", "1 1 ", "(1(1(", "(", " ", "\n", "my pin is ", "Ab ", "a/", "a.", "**", "your name? "]
)
def test_a_very_long_memory_does_not_hold_the_worker_up(piece: str) -> None:
    told = [agent("What is your PIN?"), user(piece * 10_000), note(piece * 10_000)]
    started = time.process_time()
    assert briefs.write(a_source(*told)).words <= 220
    assert time.process_time() - started < 10
