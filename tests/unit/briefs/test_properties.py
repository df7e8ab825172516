"""What holds of every brief, whatever the memories."""

import json
from uuid import UUID

import pytest
from hypothesis import given, settings, strategies as st

from tests.builders.briefs import a_memory, a_source, agent, call, note, slot, user
from warmline_memory import briefs, source_memory
from warmline_memory.language.values import ValueKind, find
from warmline_memory.language.words import squeezed
from warmline_schemas.briefs import Brief, BriefLine
from warmline_schemas.memories import Outcome, Role

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
@settings(deadline=None)
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
@settings(deadline=None)
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
@settings(deadline=None)
def test_no_brief_is_longer_than_it_may_be_but_for_its_headline(
    told: list[source_memory.SourceMemory], most: int
) -> None:
    brief = briefs.write(a_source(*told, max_words=most))
    assert brief.words == len(brief.text.split())
    assert brief.words <= max(most, len(brief.text.splitlines()[0].split()))


@given(memories, memories)
@settings(deadline=None, max_examples=50)
def test_a_chain_stays_bounded_and_deterministic(
    first: list[source_memory.SourceMemory], then: list[source_memory.SourceMemory]
) -> None:
    earlier = briefs.write(a_source(*first))
    source = a_source(*then, earlier=earlier)
    assert briefs.write(source) == briefs.write(source)
    assert briefs.write(source).words <= 220


@given(st.text(min_size=1, max_size=400), st.sampled_from([None, *Role]))
@settings(deadline=None)
def test_any_text_makes_a_brief_with_one_line_a_row(text: str, role: Role | None) -> None:
    brief = briefs.write(a_source(a_memory(text, role=role)))
    rows = 1 + sum(1 + len(section.lines) for section in brief.sections)
    assert len(brief.text.split("\n")) == rows


@given(st.from_regex(r"[0-9]{4}", fullmatch=True))
def test_no_pin_that_was_asked_for_stands_in_a_brief(pin: str) -> None:
    told = [user("My card is gone"), agent("Your PIN, please?"), user(pin), call("log_in", {"ok": True}, code=pin)]
    assert pin not in [word.strip("“”.,") for word in briefs.write(a_source(*told)).text.split()]


@pytest.mark.parametrize("piece", ["a-", "1 ", "(", "my pin is ", "Ab ", "a/", "a.", "**", "your name? "])
def test_a_very_long_memory_does_not_hold_the_worker_up(piece: str) -> None:
    told = [agent("What is your PIN?"), user(piece * 10_000), note(piece * 10_000)]
    assert briefs.write(a_source(*told)).words <= 220
