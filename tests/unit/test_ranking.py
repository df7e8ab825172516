"""Ranking: what fuses, what weighs, and what is bounded."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from warmline_memory.ranking import RECENCY_FLOOR, fuse, importance_factor, recency_factor

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def test_the_best_of_both_arms_has_relevance_one() -> None:
    assert fuse({"a": 0.8, "b": 0.4}, {"a": 3.0, "c": 1.5}) == {"a": 1.0, "b": 0.25, "c": 0.25}


def test_what_only_one_arm_found_is_kept() -> None:
    assert set(fuse({"a": 0.9}, {"b": 0.1})) == {"a", "b"}


def test_an_arm_that_found_nothing_has_no_say() -> None:
    assert fuse({"a": 0.5, "b": 0.25}, {}) == {"a": 1.0, "b": 0.5}


@given(st.dictionaries(st.text(), st.floats(-1, 1)), st.dictionaries(st.text(), st.floats(0, 1e6)))
def test_relevance_is_between_nothing_and_one(meaning: dict[str, float], words: dict[str, float]) -> None:
    assert all(0 <= relevance <= 1.0000001 for relevance in fuse(meaning, words).values())


@pytest.mark.parametrize(("importance", "factor"), [(0.0, 0.75), (0.5, 1.0), (1.0, 1.25)])
def test_importance_moves_a_score_by_a_quarter_at_most(importance: float, factor: float) -> None:
    assert importance_factor(importance) == factor


@given(st.timedeltas(timedelta(0), timedelta(days=36500)))
def test_age_takes_a_tenth_at_most(age: timedelta) -> None:
    assert RECENCY_FLOOR <= recency_factor(NOW - age, NOW, "fact") <= 1.0


def test_a_handoff_does_not_age_and_the_future_is_not_favoured() -> None:
    assert recency_factor(NOW - timedelta(days=900), NOW, "handoff") == 1.0
    assert recency_factor(NOW + timedelta(days=900), NOW, "fact") == 1.0
