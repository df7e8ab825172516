"""Quotas: how much a tenant may have, looked at where programs ask for more, in the transaction that adds it."""

import time
from collections.abc import Callable
from uuid import UUID

from warmline_memory import tenancy
from warmline_memory.errors import QuotaReached
from warmline_memory.settings import Settings
from warmline_memory.storage import Transaction
from warmline_memory.tenancy import Quota

ADDING = {
    "remember": Quota.MEMORIES,
    "remember_many": Quota.MEMORIES,
    "keep_messages": Quota.MEMORIES,
    "import_namespace": Quota.MEMORIES,
    "request_handoff": Quota.HANDOFFS,
    "start_session": Quota.SESSIONS,
    "upload_attachment": Quota.ATTACHMENT_BYTES,
}
"""The routes that add to what is counted, and what that is."""
WINDOWS = {Quota.HANDOFFS: " in 24 hours", Quota.SESSIONS: " in 24 hours"}
COUNTED_AGAIN_SECONDS = 10.0
"""A count holds for so long: to count a million rows takes a tenth of a second, which is too much for every request."""
AT_MOST = 10_000
"""At most this many counts are remembered."""


class Quotas:
    """Looks at what tenants have, and remembers that for a moment. Safe to share between threads."""

    def __init__(self, settings: Settings, clock: Callable[[], float] = time.monotonic) -> None:
        self._settings = settings
        self._clock = clock
        self._counted: dict[tuple[UUID, Quota], tuple[float, int]] = {}

    def check(self, db: Transaction, route: str, adds: int = 1) -> None:
        """Raise ``QuotaReached`` where a route would add so many to what the tenant would then have too much of."""
        quota = ADDING.get(route)
        if quota is None:
            return
        own: int | None = getattr(tenancy.signed_in(db).limits, quota)
        default: int = getattr(self._settings, f"quota_{quota}")
        most = default if own is None else own
        if not most:
            return
        count = self._held(db, quota, most)
        if count + adds > most:
            raise QuotaReached(quota=quota.value, most=most, window=WINDOWS.get(quota, ""))
        # What this request adds; more than one row of a batch is found with the next count.
        key = tenancy.signed_in(db).tenant_id, quota
        self._counted[key] = self._counted[key][0], count + adds

    def _held(self, db: Transaction, quota: Quota, most: int) -> int:
        key = tenancy.signed_in(db).tenant_id, quota
        until, count = self._counted.get(key, (0.0, 0))
        if self._clock() >= until:
            count = tenancy.held(db, quota, most)
            if len(self._counted) >= AT_MOST:
                self._counted.clear()
            until = self._clock() + COUNTED_AGAIN_SECONDS
        self._counted[key] = until, count
        return count
