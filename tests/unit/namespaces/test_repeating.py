"""When somebody's own words repeat what a memory said, and when they only share a word with it."""

import time

import pytest

from warmline_memory.namespaces.repeating import Said

SECONDS = 10.0
"""So long may it take; each with each takes minutes, and the database ends a transaction in which nothing happens for
half a minute."""
ADDRESS = "Please send it to 12 Elm Road in Zwolle before Friday, my sister is there until then."


@pytest.mark.parametrize(
    ("own", "said"),
    [
        ("The order is AB-99127", "My order ab 99127 never came, AB-99127 I mean."),
        ("dave@example.com", "You can write to Dave@example.com if that is easier for you and your team."),
        ("Ship to 12 Elm Road", ADDRESS),
        ("The plan is $199 a month", "I was charged $299, my plan is $199 a month. I want the $100 back."),
        ("Zwolle", "I live in Zwolle"),
        ("pro", "pro"),
        ("the customer lost her job", "I lost my job"),
        ("+31 20 123 4567", "Call me at +31 20 1234567."),
    ],
)
def test_words_that_repeat(own: str, said: str) -> None:
    assert Said([said]).is_repeated_by(own)


@pytest.mark.parametrize(
    ("own", "said"),
    [
        ("yes", "yes, please do that"),
        ("2", "I was charged 2 times in 2026"),
        ("2026", "I was charged 2 times in 2026"),
        ("no", ADDRESS),
        ("the sister", ADDRESS),
        ("in the", ADDRESS),
        ("until then, before Monday", ADDRESS),
        ("", ADDRESS),
        ("A refund was promised", "My order never came and I would like a refund or another one."),
    ],
)
def test_words_that_only_share_a_word(own: str, said: str) -> None:
    assert not Said([said]).is_repeated_by(own)


def test_that_many_wrote_much_and_much_was_said_takes_no_minutes() -> None:
    parts = [f"Parcel {number} of the customer was late, and the customer wants a refund" for number in range(5_000)]
    said, began = Said(parts), time.monotonic()
    written = [f"Another customer, whose parcel {number} came late, asks for money" for number in range(5_000)]
    assert not any(map(said.is_repeated_by, written))
    assert time.monotonic() - began < SECONDS
