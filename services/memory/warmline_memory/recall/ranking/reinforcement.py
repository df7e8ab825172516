"""Reinforcement: what was recalled often comes back a little more easily, damped and bounded."""

import numpy as np
from numpy.typing import NDArray

STEP = 0.02
"""What every doubling of the recalls adds."""
MOST = 0.1
"""What recalls can add at most: no more than age can take, or what is found once would be found for ever."""


def recall_factors(times_recalled: NDArray[np.int32]) -> NDArray[np.float64]:
    """1 for what was never recalled, growing with the logarithm of the recalls up to 1.1: shape (n,)."""
    factors: NDArray[np.float64] = 1.0 + np.minimum(STEP * np.log2(1.0 + times_recalled), MOST)
    return factors
