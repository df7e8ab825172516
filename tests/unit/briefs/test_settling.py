"""Settling: a change that was made answers the words that led to it, and no others."""

import pytest

from tests.builders.briefs import agent, call, numbered, user
from warmline_memory import salience
from warmline_memory.briefs.settling import settled
from warmline_memory.reading import read
from warmline_memory.source_memory import SourceMemory
from warmline_schemas.memories import Outcome

CANCEL = user("Please cancel my subscription 5521.")
WILL = agent("I will cancel subscription 5521 for you.")
CANCELLED = call("cancel_subscription", {"status": "cancelled"}, Outcome.CONFIRMED, subscription=5521)
BILL = user("And why was my last bill higher than usual?")


def over(*memories: SourceMemory) -> list[str]:
    """The messages, one statement each, that a change settles."""
    record = read(numbered(memories))
    meanings = salience.vectors([one.text for one in record.said])
    spoken = [(one, one.text, meaning) for one, meaning in zip(record.said, meanings, strict=True)]
    return [one.text for one, is_over in zip(record.said, settled(spoken, record.calls), strict=True) if is_over]


def test_a_change_settles_what_led_to_it_and_nothing_after_it() -> None:
    assert over(CANCEL, WILL, CANCELLED, BILL) == [CANCEL.content, WILL.content]


@pytest.mark.parametrize(
    "tried",
    [
        call("cancel_subscription", {"error": "not possible"}, Outcome.FAILED, subscription=5521),
        call("cancel_subscription", None, Outcome.REQUESTED, subscription=5521),
        call("cancel_subscription", {"note": "?"}, subscription=5521),
        call("show_subscription", {"status": "ok"}, Outcome.CONFIRMED, subscription=5521),
        call("cancel_subscription", {"status": "ok"}, Outcome.CONFIRMED, subscription=5521, dry_run=True),
    ],
)
def test_what_failed_what_nobody_answered_and_what_only_looks_settles_nothing(tried: SourceMemory) -> None:
    assert over(CANCEL, WILL, tried) == []


def test_words_with_a_number_that_the_change_does_not_have_are_of_something_else() -> None:
    other = user("Please cancel my subscription 5521, and 7704 as well.")
    assert over(other, WILL, CANCELLED) == [WILL.content]


def test_a_number_of_any_length_is_read() -> None:
    longest = user("7" * 100_000)
    assert over(CANCEL, longest, CANCELLED) == [CANCEL.content]


def test_a_number_counts_where_only_the_result_has_it() -> None:
    done = call("cancel_subscription", {"status": "cancelled", "fee": 12}, Outcome.CONFIRMED, subscription=5521)
    fee = agent("There is a fee of 12 euros for cancelling it.")
    assert over(CANCEL, fee, done) == [CANCEL.content, fee.content]
    assert over(CANCEL, fee, CANCELLED) == [CANCEL.content]


def test_an_hour_of_the_afternoon_counts_as_people_say_it() -> None:
    wish, other = user("Please book a table for 7."), user("Please book a table for 8.")
    booked = call("book_table", {"status": "booked"}, Outcome.CONFIRMED, time="19:00")
    assert over(wish, booked) == [wish.content]
    assert over(other, booked) == []


def test_a_wish_for_something_else_before_the_exchange_stays_open() -> None:
    parking = user("Where can I leave my car near your office in town?")
    assert over(parking, agent("One moment please."), CANCEL, WILL, CANCELLED) == [CANCEL.content, WILL.content]


def test_a_second_change_settles_only_what_was_said_since_the_first() -> None:
    address = user("Please send my mail to 14 Hill Road from now on.")
    moved = call("update_address", {"status": "updated"}, Outcome.CONFIRMED, address="14 Hill Road")
    assert over(CANCEL, CANCELLED, BILL, address, moved) == [CANCEL.content, address.content]


def test_without_statements_or_calls_nothing_is_settled() -> None:
    assert settled([], []) == []
    assert over(CANCEL) == []
    assert over(CANCELLED) == []
