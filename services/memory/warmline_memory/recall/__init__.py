"""Recall: which memories matter now, ranked by words, meaning, surroundings, importance and recency.

``recall`` asks ``scopes`` which memories are in question, ``scanning`` for what is known of them, ``scoring`` for what
each is worth and ``packing`` for the best ones. ``ranking`` holds the arithmetic, and knows no database.
"""

from warmline_memory.recall.cached_namespaces import IDLE_SECONDS, CachedNamespaces
from warmline_memory.recall.candidates import any_indexed
from warmline_memory.recall.recalling import Recalled, recall
from warmline_memory.recall.scanning import INDEX_ABOVE

__all__ = [
    "IDLE_SECONDS",
    "INDEX_ABOVE",
    "CachedNamespaces",
    "Recalled",
    "any_indexed",
    "recall",
]
