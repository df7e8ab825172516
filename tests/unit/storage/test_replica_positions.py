"""Whether a server may answer for a primary, by where both are."""

from dataclasses import replace

import pytest

from warmline_memory.storage.replicas import Position, State

THERE = Position(system=7, timeline=3, lsn=1_000, namespaces="")
ARRIVED = State(copies=True, system=7, timeline=3, lsn=1_000, silent_seconds=0.0)


@pytest.mark.parametrize("lsn", [1_000, 5_000])
def test_a_copy_answers_where_it_has_as_much_of_the_log_or_more(lsn: int) -> None:
    assert replace(ARRIVED, lsn=lsn).has(THERE)


def test_a_copy_that_is_behind_may_still_arrive() -> None:
    behind = replace(ARRIVED, lsn=999)
    assert not behind.has(THERE)
    assert behind.problem(THERE) == ""


@pytest.mark.parametrize(
    "other", [{"copies": False}, {"system": 8}, {"timeline": 2}, {"timeline": 4}], ids=lambda one: next(iter(one))
)
def test_no_other_server_answers_however_much_it_has(other: dict[str, int]) -> None:
    stranger = replace(ARRIVED, lsn=9_000, **other)  # type: ignore[arg-type]
    assert stranger.problem(THERE)
    assert not stranger.has(THERE)
