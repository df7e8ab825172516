"""Words: how much of a query a text holds, by BM25, as a share of the most that a text could hold.

BM25 as in S. Robertson, H. Zaragoza: The Probabilistic Relevance Framework (2009).
"""

import numpy as np
from numpy.typing import NDArray

SATURATION = 1.2
"""k1 of BM25: how soon it stops to count that a word is said again. As in Lucene; from .6 to 1.5, recall stays within a
point."""
LENGTH_PENALTY = 0.75
"""b of BM25: how far long texts are discounted. As in Lucene; from .3 to .75, recall stays within a point."""


def rarity(holders: NDArray[np.float32], texts: float) -> NDArray[np.float32]:
    """The weight of terms that ``holders`` of so many texts hold: ln(1 + (N - n + .5) / (n + .5)), shape as given.

    The inverse document frequency of BM25 with the 1 that Lucene adds, so that no term counts against a text.
    """
    return np.log1p((texts - holders + 0.5) / (holders + 0.5)).astype(np.float32)


def share(
    counts: NDArray[np.float32], sample: NDArray[np.float32], weights: NDArray[np.float32]
) -> NDArray[np.float32]:
    """The share of a query that each text holds, 0 to 1, shape (n,): BM25 over the most that these terms can give.

    A share rather than a sum or a standard score, so that it means the same in a small namespace and in a large one.

    Args:
        counts: how often each term stands in each text, and how long that is: shape (terms + 1, n).
        sample: 1 for a text that the average length is taken from, or else 0: shape (n,).
        weights: of the terms, shape (terms,).
    """
    most = float(weights.sum())
    if most <= 0.0:
        return np.zeros(counts.shape[1], dtype=np.float32)
    held, length = counts[:-1], counts[-1]
    usual = max(float(sample @ length) / max(float(sample.sum()), 1.0), 1.0)
    norm = SATURATION * (1.0 - LENGTH_PENALTY + LENGTH_PENALTY / usual * length)
    shares: NDArray[np.float32] = np.einsum("t,tn->n", weights / np.float32(most), held / (held + norm))
    return shares
