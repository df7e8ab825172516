"""Scores: what weighs, what is bounded, and what does not age."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, strategies as st

from warmline_memory.recall import ranking
from warmline_memory.recall.ranking import Weights

NOW = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.mark.parametrize(("importance", "factor"), [(0.0, 0.75), (0.5, 1.0), (1.0, 1.25)])
def test_a_stated_importance_moves_a_score_by_a_quarter_at_most(importance: float, factor: float) -> None:
    assert ranking.importance_factor(importance) == factor


@given(st.floats(0, 1))
def test_an_estimated_importance_moves_a_score_less_than_a_stated_one(importance: float) -> None:
    estimated = ranking.importance_factor(importance, estimated=True)
    assert abs(estimated - 1) <= abs(ranking.importance_factor(importance) - 1)


@given(st.timedeltas(timedelta(0), timedelta(days=36500)))
def test_age_takes_a_tenth_at_most(age: timedelta) -> None:
    assert 0.9 <= ranking.recency_factor(NOW - age, NOW, "fact") <= 1.0


def test_half_of_what_age_can_take_is_gone_after_the_half_life() -> None:
    weights = Weights(recency=0.4, half_life_days=7)
    assert ranking.recency_factor(NOW - timedelta(days=7), NOW, "fact", weights) == pytest.approx(0.8)


def test_a_handoff_does_not_age() -> None:
    assert ranking.recency_factor(NOW - timedelta(days=900), NOW, "handoff") == 1.0


def test_the_future_is_not_favoured() -> None:
    assert ranking.recency_factor(NOW + timedelta(days=900), NOW, "fact") == 1.0


def test_what_is_pinned_does_not_age_among_others_that_do() -> None:
    factors = ranking.recency_factors(np.array([400.0, 400.0]), np.array([True, False]))
    assert factors[0] == 1.0 > factors[1]


def test_an_empty_query_ranks_by_importance_first() -> None:
    recency = ranking.recency_factors(np.array([900.0, 0.0]), np.array([False, False]))
    assert (np.array([0.9, 0.5]) * recency).argmax() == 0
