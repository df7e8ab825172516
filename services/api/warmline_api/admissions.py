"""Admissions: keys that were valid a moment ago, so that costly work may begin before they are looked up again."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from warmline_schemas.tenancy import TenantLimits

SECONDS = 60.0
"""How long a key that was valid is taken for a valid one. Every transaction of a revoked key fails all the same."""
AT_MOST = 10_000
"""At most this many keys are remembered."""


@dataclass(frozen=True)
class Admitted:
    """Whose key it is, and what that tenant may take where it has limits of its own."""

    tenant_id: UUID
    limits: TenantLimits


class Admissions:
    """Which keys were valid within the last minute. It lets nobody in: every transaction looks its key up itself."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._known: dict[bytes, tuple[float, Admitted]] = {}

    def note(self, key_hash: bytes, whose: Admitted) -> None:
        """Remember that a transaction found this key valid, and whose it is."""
        # Forgetting all of them is enough: a key that is used comes back with its next transaction. Whoever sends many
        # keys at random cannot fill this, because only keys that were valid get here.
        if len(self._known) >= AT_MOST:
            self._known.clear()
        self._known[key_hash] = self._clock() + SECONDS, whose

    def holds(self, key_hash: bytes) -> bool:
        """Whether this key was found valid within the last minute."""
        return self.whose(key_hash) is not None

    def whose(self, key_hash: bytes) -> Admitted | None:
        """Whose a key is that was found valid within the last minute; None for any other."""
        until, whose = self._known.get(key_hash, (0.0, None))
        return whose if until > self._clock() else None
