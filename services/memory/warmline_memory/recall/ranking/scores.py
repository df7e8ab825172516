"""Scores: relevance × importance × bounded recency."""

from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from warmline_memory.recall.ranking.weights import DEFAULT, Weights

DAY = timedelta(days=1)
AGELESS_KINDS = frozenset({"handoff"})
"""Kinds that age does not touch."""


def importance_factors(
    importance: NDArray[np.float64], estimated: NDArray[np.bool_], weights: Weights = DEFAULT
) -> NDArray[np.float64]:
    """1 at importance .5; for a stated importance .75 at 0 and 1.25 at 1, for an estimated one less far from 1.

    Shapes: (n,) each.
    """
    return 1.0 + np.where(estimated, weights.estimated_importance, weights.importance) * (importance - 0.5)


def recency_factors(
    age_days: NDArray[np.float64], ageless: NDArray[np.bool_], weights: Weights = DEFAULT
) -> NDArray[np.float64]:
    """1 for what happens now or later, falling with the half-life towards a floor; 1 for what does not age.

    Shapes: (n,) each.
    """
    faded = 1.0 - np.exp2(-np.maximum(age_days, 0.0) / weights.half_life_days)
    return 1.0 - np.where(ageless, 0.0, weights.recency * faded)


def importance_factor(importance: float, *, estimated: bool = False, weights: Weights = DEFAULT) -> float:
    """``importance_factors`` of one memory."""
    return float(importance_factors(np.array([importance]), np.array([estimated]), weights)[0])


def recency_factor(event_time: datetime, now: datetime, kind: str, weights: Weights = DEFAULT) -> float:
    """``recency_factors`` of one memory."""
    age = (now - event_time) / DAY
    return float(recency_factors(np.array([age]), np.array([kind in AGELESS_KINDS]), weights)[0])
