"""Which texts are near-duplicates, and which of them stands for the others."""

import random
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import numpy as np
import pytest
from numpy.typing import NDArray

from warmline_memory.memories import group_near_duplicates
from warmline_memory.memories.near_duplicates import Candidate, Group, words

START = datetime(2026, 3, 1, tzinfo=UTC)

SAME = [
    ("User prefers window seats", "The user prefers window seats."),
    ("Customer prefers contact by e-mail", "customer prefers contact by email!"),
    ("The user doesn't eat meat", "The user does not eat meat."),
    ("The user can't log in", "The user cannot log in"),
    ("The user can’t log in", "The user can not log in"),
    ("They won't renew", "they will not renew"),
    ("We'll ship on 2026-03-01", "We will ship on 2026-03-01."),
    ("Customer was charged $299 but the plan is $199/mo", "Customer was charged $299, but the plan is $199/mo."),
    ("Follow-up with the vendor is due", "Follow up with vendor is due"),
    ("“Dark mode” is preferred", "dark mode is preferred"),
    ("Long-term contract (two years)", "Long term contract, two years"),
    ("User said that the app crashes  on start\n", "User said the app crashes on start"),
    ("Please call Dave back", "Call Dave back"),
    ("不喜欢茶", "不喜欢茶。"),
]

DIFFERENT = [
    ("Customer was charged $299", "Customer was charged $199"),
    ("Customer was charged $299", "Customer was charged 299"),
    ("Customer was charged $299", "Customer was charged €299"),
    ("The discount is 5%", "The discount is 5"),
    ("It is -5 degrees", "It is 5 degrees"),
    ("The rate is .5", "The rate is 5"),
    ("The result is (500)", "The result is 500"),
    ("The desk is 5' wide", 'The desk is 5" wide'),
    ("Version 2.3 fixes it", "Version 23 fixes it"),
    ("Invoice INV-1001 is paid", "Invoice INV-1002 is paid"),
    ("The token is aB3x", "The token is ab3X"),
    ("The customer was refunded", "The customer was not refunded"),
    ("The customer was refunded", "The customer wasn't refunded"),
    ("The user can export", "The user cannot export"),
    ("The customer always pays late", "The customer never pays late"),
    ("The delivery is on Monday", "The delivery is on Tuesday"),
    ("Due on 2026-03-01", "Due on 2026-03-02"),
    ("Due on March 1", "Due on May 1"),
    ("Meeting at 3 pm", "Meeting at 3 am"),
    ("Meeting at 10:30", "Meeting at 10:00"),
    ("Write to dave@example.com", "Write to dana@example.com"),
    ("The server has two replicas", "The server has three replicas"),
    ("Transfer $500 from checking to savings", "Transfer $500 from savings to checking"),
    ("Alice manages Bob", "Bob manages Alice"),
    ("Alice manages Bob", "Alice is managed by Bob"),
    ("Call before noon", "Call after noon"),
    ("All of the tests pass", "Most of the tests pass"),
    ("Stay below 5 degrees", "Stay above 5 degrees"),
    ("The order was refunded", "The order will be refunded"),
    ("The customer paid", "The customer was paid"),
    ("The customer is angry", "The customer was angry"),
    ("The customer cancels", "The customer cancelled"),
    ("The server is slower", "The server is faster"),
    ("The flag is on", "The flag is off"),
    ("The refund was approved", "The refund was rejected"),
    ("Follow plan A", "Follow the plan"),
    ("The priority is very high", "The priority is high"),
    ("Contact US support", "Contact us support"),
    ("Written in C", "Written in C++"),
    ("Ready if a < b", "Ready if a > b"),
    ("Fails where x != y", "Fails where x = y"),
    ("The customer wants a refund?", "The customer wants a refund"),
    ("Dave answered 👍", "Dave answered 👎"),
    ("[x] Send the contract", "[ ] Send the contract"),
    ("The ticket is non-refundable", "The ticket is refundable"),
    ("喜欢茶", "不喜欢茶"),
    ("...", "!"),
]


def a_candidate(number: int = 1, content: str = "Prefers tea", **changes: Any) -> Candidate:
    known: dict[str, Any] = {
        "id": UUID(int=number),
        "scope": "fact",
        "content": content,
        "importance": 0.5,
        "event_time": START,
        "created_at": START,
        "stands": False,
        "parted_at": None,
    }
    return Candidate(**{**known, **changes})


def alike(*candidates: Candidate) -> NDArray[np.float32]:
    """Equal vectors, so that the words alone decide."""
    return np.ones((len(candidates), 4), dtype=np.float32)


def ids(groups: list[Group]) -> list[tuple[int, list[int]]]:
    return [(found.kept.id.int, [one.id.int for one in found.merged]) for found in groups]


def grouped(*candidates: Candidate) -> list[tuple[int, list[int]]]:
    return ids(group_near_duplicates(candidates, alike(*candidates), 0.9))


def at(degrees: float) -> tuple[float, float]:
    return (np.cos(np.radians(degrees)), np.sin(np.radians(degrees)))


@pytest.mark.parametrize(("one", "other"), SAME)
def test_what_is_only_written_differently_has_the_same_words(one: str, other: str) -> None:
    assert words(one) == words(other)


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_what_says_something_else_is_never_merged_however_similar(one: str, other: str) -> None:
    assert grouped(a_candidate(1, one), a_candidate(2, other)) == []


def test_near_duplicates_of_different_scopes_stay_apart() -> None:
    assert grouped(a_candidate(1, scope="fact"), a_candidate(2, scope="decision")) == []


def test_the_most_important_is_kept() -> None:
    assert grouped(a_candidate(1, importance=0.4), a_candidate(2, importance=0.9), a_candidate(3)) == [(2, [3, 1])]


def test_of_equally_important_ones_what_happened_last_is_kept() -> None:
    assert grouped(a_candidate(1, event_time=START + timedelta(days=1)), a_candidate(2)) == [(1, [2])]


def test_the_cosine_must_agree() -> None:
    candidates = [a_candidate(1), a_candidate(2, "The prefers tea")]
    vectors = np.array([at(0), at(40)], dtype=np.float32)
    assert group_near_duplicates(candidates, vectors, 0.9) == []
    assert ids(group_near_duplicates(candidates, vectors, 0.7)) == [(2, [1])]


def test_likeness_does_not_travel_along_a_chain() -> None:
    first, second, third = (a_candidate(number, importance=1 - number / 10) for number in (1, 2, 3))
    vectors = np.array([at(0), at(20), at(40)], dtype=np.float32)
    assert ids(group_near_duplicates([first, second, third], vectors, 0.9)) == [(1, [2])]


def test_the_lowest_similarity_of_a_group_is_told() -> None:
    candidates = [a_candidate(number, importance=1 - number / 10) for number in (1, 2, 3)]
    vectors = np.array([at(0), at(10), at(20)], dtype=np.float32)
    (found,) = group_near_duplicates(candidates, vectors, 0.9)
    assert found.similarity == round(np.cos(np.radians(20)), 4)


def test_the_length_of_vectors_does_not_count_and_rounding_stays_in_bounds() -> None:
    candidates = [a_candidate(1), a_candidate(2)]
    vectors = np.array([[3, 1, 2], [0.3, 0.1, 0.2]], dtype=np.float32)
    (found,) = group_near_duplicates(candidates, vectors, 0.9)
    assert 0.999 < found.similarity <= 1


def test_the_order_of_the_candidates_does_not_matter() -> None:
    candidates = [a_candidate(number, f"Note {number // 4}") for number in range(40)]
    shuffled = random.Random(7).sample(candidates, len(candidates))
    assert grouped(*shuffled) == grouped(*candidates)


def test_what_stands_for_others_is_never_merged_itself() -> None:
    assert grouped(a_candidate(1, stands=True), a_candidate(2, importance=0.9)) == []
    assert grouped(a_candidate(1, stands=True), a_candidate(2, importance=0.2)) == [(1, [2])]


def test_what_was_parted_stays_parted_as_a_group() -> None:
    undone = a_candidate(1, importance=0.9, parted_at=START + timedelta(days=1))
    assert grouped(undone, a_candidate(2), a_candidate(3)) == []


def test_what_was_parted_stays_parted_when_the_other_one_matters_more() -> None:
    undone = a_candidate(1, parted_at=START + timedelta(days=1))
    assert grouped(undone, a_candidate(2, importance=0.9)) == []


def test_what_is_said_after_the_parting_is_grouped_anew() -> None:
    undone = a_candidate(1, importance=0.9, parted_at=START + timedelta(days=1))
    later = a_candidate(3, created_at=START + timedelta(days=2))
    assert grouped(undone, a_candidate(2), later) == [(1, [3])]


def test_nothing_is_made_of_nothing() -> None:
    assert group_near_duplicates([], np.empty((0, 0), dtype=np.float32), 0.9) == []
