"""Matches: which of a query's terms stand in which memory, and how often."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SIEVE = (1 << 14) - 1
"""The bits of a hash that are looked at first. For each wanted term they let one in 16,384 other terms through."""


@dataclass(frozen=True)
class TermTable:
    """The stored terms of n memories, one after another."""

    terms: NDArray[np.int64]
    """All hashes, those of a memory side by side, a term as often as it occurs."""
    offsets: NDArray[np.int64]
    """Where each memory's hashes begin, and where the last one's end: shape (n + 1,)."""


def count(table: TermTable, wanted: NDArray[np.int64], columns: NDArray[np.int64]) -> NDArray[np.float32]:
    """How often each wanted term stands in each memory, and in the last row how long that is: shape (wanted + 1, n).

    The wanted terms are all different. ``columns`` says in which one each memory comes, shape (n,).
    """
    counts = np.zeros((len(wanted) + 1, len(columns)), dtype=np.float32)
    counts[-1, columns] = np.diff(table.offsets)
    if not len(wanted):
        return counts
    # To search every hash of a namespace for each wanted term takes too long. The sieve is a table of the lowest 14
    # bits of the wanted hashes: one look-up throws out nearly all others, and only the rest is compared in full.
    sieve = np.zeros(SIEVE + 1, dtype=np.bool_)
    sieve[wanted & SIEVE] = True
    places = np.flatnonzero(sieve[table.terms & SIEVE])
    found = table.terms[places]
    order = np.argsort(wanted)
    rows = order[np.minimum(np.searchsorted(wanted, found, sorter=order), len(wanted) - 1)]
    real = wanted[rows] == found
    holders = np.searchsorted(table.offsets, places[real], side="right") - 1
    np.add.at(counts, (rows[real], columns[holders]), np.float32(1))
    return counts
