"""Texts made to be slow: how they are measured."""

from bench.briefs.writing import is_slow, strained


def test_a_text_is_measured_in_each_place_where_it_may_be_read() -> None:
    assert set(strained("a-", 200)) == {"size", "keep_ms", "user_ms", "agent_ms", "action_ms", "scrub_ms", "prompt_ms"}


def test_a_longer_text_may_take_longer() -> None:
    assert is_slow({"size": 10_000, "user_ms": 101.0})
    assert not is_slow({"size": 100_000, "user_ms": 101.0})


def test_an_error_counts_as_slow() -> None:
    assert is_slow({"size": 100_000, "user_ms": "RecursionError"})
