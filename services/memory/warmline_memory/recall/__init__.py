"""Recall: which memories matter now, ranked by words, meaning, surroundings, importance and recency."""

from warmline_memory.recall.cached_namespaces import IDLE_SECONDS, Residents
from warmline_memory.recall.candidates import any_indexed
from warmline_memory.recall.recalling import recall
from warmline_memory.recall.scopes import INDEX_ABOVE

__all__ = [
    "IDLE_SECONDS",
    "INDEX_ABOVE",
    "Residents",
    "any_indexed",
    "recall",
]
