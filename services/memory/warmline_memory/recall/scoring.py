"""Scoring: what each of the scanned memories is worth to a query, as a product of factors that can be shown."""

from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from warmline_memory.language import terms
from warmline_memory.recall import ranking
from warmline_memory.recall.ranking import Weights
from warmline_memory.recall.ranking.reinforcement import recall_factors
from warmline_memory.recall.scanning import Scanned

DAY_SECONDS = 86_400.0


@dataclass(frozen=True)
class Scores:
    """The factors of n scanned memories, shape (n,) each."""

    found: ranking.Relevances | None
    """How the relevance came about; None for an empty query."""
    relevance: NDArray[np.float64]
    importance: NDArray[np.float64]
    recency: NDArray[np.float64]
    recalls: NDArray[np.float64]

    @property
    def score(self) -> NDArray[np.float64]:
        """The product of the factors."""
        return self.relevance * self.importance * self.recency * self.recalls


def score(scanned: Scanned, words: terms.Query | None, weights: Weights) -> Scores:
    """Score the scanned memories. Without a query, ``words`` is None, and importance takes the place of relevance."""
    columns = scanned.columns
    importance = columns.importance.astype(np.float64)
    age_days = (datetime.now(UTC).timestamp() - columns.event_times) / DAY_SECONDS
    recency = ranking.recency_factors(age_days, columns.ageless, weights)
    recalls = recall_factors(columns.times_recalled)
    if words is None:
        return Scores(None, importance, np.ones(len(columns)), recency, recalls)
    found = ranking.weigh(scanned.for_ranking(), words, weights)
    factors = ranking.importance_factors(importance, columns.estimated, weights)
    return Scores(found, found.relevance.astype(np.float64), factors, recency, recalls)
