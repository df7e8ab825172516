"""Consolidating for every tenant that prefers it, namespace by namespace, on the worker."""

import logging
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Select, func, select

from warmline_memory import memories
from warmline_memory.errors import Busy
from warmline_memory.platform import Platform
from warmline_memory.storage import clock, tables
from warmline_memory.storage.database import Role
from warmline_schemas.memories import SIMILARITY

log = logging.getLogger(__name__)

STILL_COMMITTING = timedelta(minutes=1)
"""A memory has the time at which its transaction began, and can be seen once that has committed. Transactions last
seconds, so whoever looks a minute further back than to its last look misses none."""


def consolidate_everywhere(platform: Platform, since: dict[UUID, datetime]) -> None:
    """Consolidate for every tenant that prefers it.

    ``since`` says up to when a tenant's memories were consolidated, and is moved on; a tenant that it does not hold is
    consolidated from the beginning, one that is busy is left for the next time.
    """
    for tenant_id in willing_tenants(platform):
        try:
            since[tenant_id] = consolidate_tenant(platform, tenant_id, since.get(tenant_id))
        except Busy as error:
            # Its moment is not moved on, so that nothing of it is missed.
            log.warning("Tenant %s is consolidated next time: %s", tenant_id, error)


def willing_tenants(platform: Platform) -> Sequence[UUID]:
    """The tenants that prefer that the worker consolidates."""
    with platform.database.transaction(role=Role.SWEEP) as db:
        return db.scalars(
            select(tables.Tenant.id).where(tables.Tenant.preferences.contains({"consolidate": True}))
        ).all()


def consolidate_tenant(platform: Platform, tenant_id: UUID, since: datetime | None) -> datetime:
    """Consolidate the namespaces of a tenant that got memories after ``since``; all of all where it is None.

    Returns what ``since`` is the next time. Raises ``Busy``.
    """
    with platform.database.transaction(tenant_id=tenant_id) as db:
        namespaces = db.scalars(_namespaces(since)).all()
        looked_at: datetime = clock.now(db)
    for namespace in namespaces:
        made = sum(_consolidate_windows(platform, tenant_id, namespace, since))
        if made:
            log.info("Tenant %s: %d consolidations made in %s", tenant_id, made, namespace)
    return looked_at - STILL_COMMITTING


def _consolidate_windows(platform: Platform, tenant_id: UUID, namespace: str, since: datetime | None) -> Iterator[int]:
    """Consolidate window by window, as far back as there are new memories; yields how many each made."""
    before: UUID | None = None
    while True:
        with platform.database.transaction(tenant_id=tenant_id) as db:
            window = memories.read_window(db, namespace, platform.model_id, before)
        found = memories.group_near_duplicates(window.candidates, window.vectors, SIMILARITY)
        # Grouping takes long for a large window, so it is done between the transactions; ``consolidate`` looks again.
        if found:
            with platform.database.transaction(tenant_id=tenant_id) as db:
                yield len(memories.consolidate(db, namespace, found))
        before = window.next_before
        if window.reaches is None or (since is not None and window.reaches < since):
            return


def _namespaces(since: datetime | None) -> Select[str]:
    """The namespaces of the entered tenant that got memories after ``since``.

    It jumps from each namespace to the next one in the index, and to the newest memory of each, and reads no others.
    """
    memory = tables.Memory
    # A recursive query as a loose index scan: Postgres has no skip scan, and DISTINCT would read every memory.
    first = select(func.min(memory.namespace).label("namespace")).cte("namespaces", recursive=True)
    following = select(func.min(memory.namespace)).where(memory.namespace > first.c.namespace).scalar_subquery()
    found = first.union_all(select(following).where(first.c.namespace.is_not(None)))
    newest = select(memory.created_at).where(memory.namespace == found.c.namespace).order_by(memory.id.desc()).limit(1)
    wanted = select(found.c.namespace).where(found.c.namespace.is_not(None))
    return wanted if since is None else wanted.where(newest.scalar_subquery() >= since)
