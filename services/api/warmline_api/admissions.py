"""Admissions: keys that were valid a moment ago, so that costly work may begin before they are looked up again."""

import time
from collections.abc import Callable

SECONDS = 60.0
"""How long a key that was valid is taken for a valid one. Every transaction of a revoked key fails all the same."""
AT_MOST = 10_000
"""At most this many keys are remembered."""


class Admissions:
    """Which keys were valid within the last minute. It lets nobody in: every transaction looks its key up itself."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._until: dict[bytes, float] = {}

    def note(self, key_hash: bytes) -> None:
        """Remember that a transaction found this key valid."""
        # Forgetting all of them is enough: a key that is used comes back with its next transaction. Whoever sends many
        # keys at random cannot fill this, because only keys that were valid get here.
        if len(self._until) >= AT_MOST:
            self._until.clear()
        self._until[key_hash] = self._clock() + SECONDS

    def holds(self, key_hash: bytes) -> bool:
        """Whether this key was found valid within the last minute."""
        return self._until.get(key_hash, 0.0) > self._clock()
