"""Retention for every tenant that wants it, in small transactions, within the time of one job of the sweep."""

import logging
import time
from collections.abc import Callable, Sequence
from functools import partial
from uuid import UUID

from sqlalchemy import func, select

from warmline_memory import namespaces
from warmline_memory.embedding import Ready, until_embedded
from warmline_memory.platform import Platform
from warmline_memory.storage import tables
from warmline_memory.storage.database import Role
from warmline_schemas.tenancy import Preferences, Retention

log = logging.getLogger(__name__)


def forget_by_retention(platform: Platform) -> int:
    """Forget what tenants keep no longer, until nothing is left or the job's time is over; how many rows there were."""
    total, ends_at = 0, time.monotonic() + platform.settings.sweep_job_seconds
    for tenant_id, retention in _tenants(platform):
        for kind, forget in namespaces.RETAINED.items():
            days = getattr(retention, kind)
            # What fails for one tenant or one kind must not keep others' words for ever.
            try:
                total += 0 if days is None else _all(platform, tenant_id, partial(forget, days=days), ends_at)
            except Exception:
                log.exception("Tenant %s: the retention of %s failed; the next round tries again", tenant_id, kind)
    return total


def _all(platform: Platform, tenant_id: UUID, forget: Callable[..., int], ends_at: float) -> int:
    """Forget piece by piece, each in a transaction of its own, until nothing is left or the time is over."""

    def forget_piece(ready: Ready) -> int:
        with platform.database.transaction(tenant_id=tenant_id) as db:
            return forget(db, ready=ready)

    total = 0
    while time.monotonic() < ends_at and (forgotten := until_embedded(platform.embed, forget_piece)):
        total += forgotten
    return total


def _tenants(platform: Platform) -> Sequence[tuple[UUID, Retention]]:
    """The tenants that limit how long something is kept. In no order, so that the job's time is shared in the end."""
    row = tables.Tenant
    wanted = select(row.id, row.preferences).where(row.preferences.has_key("retention")).order_by(func.random())
    with platform.database.transaction(role=Role.SWEEP) as db:
        return [(found.id, Preferences.model_validate(found.preferences).retention) for found in db.execute(wanted)]
