"""What is known of an action."""

from typing import Any

import pytest

from tests.builders.briefs import a_brief, agent, call, lines, texts, user
from warmline_memory.reading import actions
from warmline_schemas.briefs import SectionName
from warmline_schemas.memories import Outcome


@pytest.mark.parametrize("name", ["book_table", "ReserveRoom", "hotel_book", "cancelOrder", "update-address"])
def test_a_verb_that_changes_something_makes_a_change(name: str) -> None:
    assert actions.is_change(name)


@pytest.mark.parametrize("name", ["get_order", "SearchHouse", "flight_search", "check_booking", "think"])
def test_a_verb_that_reads_makes_a_lookup(name: str) -> None:
    assert not actions.is_change(name)


@pytest.mark.parametrize(
    ("result", "said_next", "outcome"),
    [
        ({"status": "Reservation Confirmed"}, "", Outcome.CONFIRMED),
        ({"ok": True}, "", Outcome.CONFIRMED),
        ('{"message": "successfully scheduled"}', "", Outcome.CONFIRMED),
        ({"status": "Reservation Failed"}, "", Outcome.FAILED),
        ("Error: seat not available", "", Outcome.FAILED),
        ({"message": "Unavailable"}, "", Outcome.FAILED),
        (None, "I'm sorry, that did not work", Outcome.FAILED),
        (None, "", Outcome.UNKNOWN),
        ({"message": "Available"}, "", Outcome.UNKNOWN),
    ],
)
def test_an_outcome_is_read_off_the_result(result: Any, said_next: str, outcome: Outcome) -> None:
    told = [call("book_table", result, guests=2), *([agent(said_next)] if said_next else [])]
    assert a_brief(*told).actions[0].outcome is outcome


@pytest.mark.parametrize("outcome", [Outcome.CONFIRMED, Outcome.FAILED, Outcome.REQUESTED])
def test_an_outcome_that_was_given_is_kept(outcome: Outcome) -> None:
    assert a_brief(call("book_table", {"status": "failed"}, outcome)).actions[0].outcome is outcome


def test_every_action_is_listed_oldest_first_whatever_the_length() -> None:
    brief = a_brief(*(call(f"update_item_{number}", {"ok": True}, value=number) for number in range(40)), max_words=30)
    assert [action.name for action in brief.actions] == [f"update_item_{number}" for number in range(40)]


def test_done_and_failed_stand_apart() -> None:
    brief = a_brief(
        call("book_table", {"status": "Booking failed"}, time="7 pm"),
        call("book_table", {"status": "Booking confirmed"}, time="8 pm"),
    )
    assert texts(brief, SectionName.DONE) == ["book table: 8 pm → Booking confirmed"]
    assert texts(brief, SectionName.FAILED) == ["book table: 7 pm → Booking failed"]


def test_the_same_change_to_several_things_shares_a_line() -> None:
    brief = a_brief(*(call("cancel_order", {}, Outcome.CONFIRMED, order_id=f"A-10{number}") for number in range(3)))
    assert texts(brief, SectionName.DONE) == ["cancel order: A-100; A-101; A-102 → confirmed"]
    assert len(lines(brief, SectionName.DONE)[0].memory_ids) == 3


def test_a_request_that_was_only_sent_is_not_told_as_done() -> None:
    brief = a_brief(call("refund_order", {"accepted": True}, Outcome.REQUESTED, order_id="A-100"))
    assert texts(brief, SectionName.DONE) == ["refund order: A-100 → requested, not confirmed"]


def test_a_lookup_is_background() -> None:
    brief = a_brief(user("Find me a flat"), call("search_flats", [{"street": "a"}, {"street": "b"}], area="North"))
    assert texts(brief, SectionName.SITUATION) == ["search flats: North → 2 found"]
    assert texts(brief, SectionName.DONE) == []


def test_what_a_change_brought_can_be_quoted() -> None:
    brief = a_brief(call("book_table", {"status": "confirmed", "booking_id": "BK-90210"}, guests=2))
    assert "BK-90210" in texts(brief, SectionName.IDENTIFIERS)[0]
