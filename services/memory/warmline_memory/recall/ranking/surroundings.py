"""Surroundings: what was said around a memory, in the same session."""

import numpy as np
from numpy.typing import NDArray

REACH = 4
"""A memory is read together with this many before it and after it. From 2 to 8, recall stays within a point."""
FADE = 0.7
"""A memory one place further away counts this share of what the nearer one counts."""
FADES = np.array([FADE ** max(gap, 1) for gap in range(REACH + 1)] + [0.0], dtype=np.float32)
"""The weight of a memory by its distance in places: shape (REACH + 2,), the last one for all that is out of reach."""
ORDINAL_BITS = 20
"""Sessions and ordinals are put into one number of 64 bits to be sorted at once: 20 bits for the ordinal, and the lower
44 of the session. The latter are random, so two sessions of a namespace hardly ever share them."""


class Surroundings:
    """The places of n memories in their sessions. A session of 0 means none: such a memory stands alone.

    All values go in and come out in the order of conversation, which ``order`` gives and ``back`` undoes.
    """

    order: NDArray[np.int64]
    """Brings memories into the order of conversation, shape (n,): ``values[order]``."""
    back: NDArray[np.int64]
    """Brings them back, shape (n,): ``ordered[back]``."""

    def __init__(self, sessions: NDArray[np.int64], ordinals: NDArray[np.int32]) -> None:
        """``sessions``, ``ordinals``: shape (n,). An ordinal that is missing leaves a gap between its neighbours."""
        self.order = np.argsort((sessions << ORDINAL_BITS) + ordinals)
        self.back = np.empty_like(self.order)
        self.back[self.order] = np.arange(len(self.order))
        session, ordinal = sessions[self.order], ordinals[self.order]
        begins = np.ones(len(session), dtype=np.bool_)
        begins[1:] = (session[1:] != session[:-1]) | (session[1:] == 0)
        self._starts = np.flatnonzero(begins)
        self._sitting = np.cumsum(begins) - 1
        # In small namespaces or without sessions most distances pull nothing; those are left out here, once for all
        # columns.
        pulls = ((away, self._pull(ordinal, away)) for away in range(1, REACH + 1))
        self._pulls = [(away, pull) for away, pull in pulls if pull.any()]

    def _pull(self, ordinal: NDArray[np.int32], away: int) -> NDArray[np.float32]:
        """How much two memories that are so many places apart count for each other: shape (n - away,)."""
        together = self._sitting[away:] == self._sitting[:-away]
        gap = np.where(together, ordinal[away:] - ordinal[:-away], REACH + 1)
        return FADES[np.minimum(gap, REACH + 1)]

    def nearby(self, values: NDArray[np.float32]) -> NDArray[np.float32]:
        """Each memory's values plus the fading values around it: shape (rows, n) gives shape (rows, n)."""
        total = values.copy()
        for away, pull in self._pulls:
            total[:, away:] += pull * values[:, :-away]
            total[:, :-away] += pull * values[:, away:]
        return total

    def sittings(self, values: NDArray[np.float32]) -> NDArray[np.float32]:
        """The sum of the values over each session: shape (rows, n) gives shape (rows, sittings)."""
        # Every memory stands alone: there is nothing to add up.
        if len(self._starts) == values.shape[1]:
            return values
        sums: NDArray[np.float32] = np.add.reduceat(values, self._starts, axis=1)
        return sums

    def spread(self, of_sittings: NDArray[np.float32]) -> NDArray[np.float32]:
        """The value of its session for each memory: shape (sittings,) gives shape (n,)."""
        own: NDArray[np.float32] = of_sittings[self._sitting]
        return own
