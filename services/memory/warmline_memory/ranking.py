"""Ranking: relevance × importance × bounded recency, every factor shown. Pure: no database, no clock."""

from collections.abc import Hashable, Mapping
from datetime import datetime, timedelta
from typing import TypeVar

Item = TypeVar("Item", bound=Hashable)

IMPORTANCE_WEIGHT = 0.5
"""Importance moves a score by at most a quarter, up or down."""
RECENCY_FLOOR = 0.9
"""Age takes at most a tenth. A floor of .75 already costs 4 points of recall@5 on long conversations."""
HALF_LIFE = timedelta(days=30)
"""After so long, half of what age can take is gone."""
AGELESS_KINDS = frozenset({"handoff"})
"""Kinds that age does not touch."""


def fuse(*arms: Mapping[Item, float]) -> dict[Item, float]:
    """Fuse the scores of several arms: each is divided by its best, then the mean is taken, so 1 is best everywhere.

    An item that only one arm holds is kept: neither arm is a gate for the other. An arm that found nothing has no say.
    Scores rather than ranks are fused, so that a clear winner stays one when importance is weighed in.
    """
    voting = [(arm, max(arm.values())) for arm in arms if arm and max(arm.values()) > 0.0]
    items = dict.fromkeys(item for arm in arms for item in arm)
    return {item: sum(max(arm.get(item, 0.0), 0.0) / best / len(voting) for arm, best in voting) for item in items}


def importance_factor(importance: float) -> float:
    """0.75 for importance 0, 1 for 0.5, 1.25 for 1."""
    return 1.0 + IMPORTANCE_WEIGHT * (importance - 0.5)


def recency_factor(event_time: datetime, now: datetime, kind: str) -> float:
    """1 for what happens now, falling towards ``RECENCY_FLOOR`` with ``HALF_LIFE``; 1 for kinds that do not age."""
    if kind in AGELESS_KINDS:
        return 1.0
    age = max(now - event_time, timedelta(0))
    return RECENCY_FLOOR + (1.0 - RECENCY_FLOOR) * float(0.5 ** (age / HALF_LIFE))
