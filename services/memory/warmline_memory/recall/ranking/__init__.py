"""Ranking: relevance × importance × bounded recency, every part shown. Pure: no database, no clock, no settings.

A recall hashes its query with ``query``, puts what it scanned into ``Memories``, and gets from ``weigh`` a relevance
for each memory, which ``importance_factors`` and ``recency_factors`` then weigh. Tall matrices meet vectors row by row
(``vecdot``), because BLAS would wake a second thread for them, which costs more than they do.
"""

from warmline_memory.recall.ranking.matches import TermTable
from warmline_memory.recall.ranking.relevance import Memories, Relevances, weigh
from warmline_memory.recall.ranking.scores import (
    AGELESS_KINDS,
    importance_factor,
    importance_factors,
    recency_factor,
    recency_factors,
)
from warmline_memory.recall.ranking.slips import sets_right
from warmline_memory.recall.ranking.surroundings import Surroundings
from warmline_memory.recall.ranking.weights import Weights

__all__ = [
    "AGELESS_KINDS",
    "Memories",
    "Relevances",
    "Surroundings",
    "TermTable",
    "Weights",
    "importance_factor",
    "importance_factors",
    "recency_factor",
    "recency_factors",
    "sets_right",
    "weigh",
]
