"""Reinforcement: what was recalled often comes back a little more easily, damped and bounded."""

import numpy as np
from numpy.typing import NDArray

STEP = 0.02
"""Every doubling of the number of recalls adds this to the factor."""
MOST = 0.1
"""Recalls add at most this: as much as age can take. With more, what was found once would be found for ever."""


def recall_factors(times_recalled: NDArray[np.int32]) -> NDArray[np.float64]:
    """1 for what was never recalled, growing with the logarithm of the recalls up to 1.1: shape (n,)."""
    factors: NDArray[np.float64] = 1.0 + np.minimum(STEP * np.log2(1.0 + times_recalled), MOST)
    return factors
