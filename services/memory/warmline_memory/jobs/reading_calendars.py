"""Reading calendars: the feeds of rotas that are due, one tenant after the other."""

import logging
from collections.abc import Callable
from uuid import UUID

from sqlalchemy import select

from warmline_memory import shifts
from warmline_memory.platform import Platform
from warmline_memory.shifts import Feed, Fetched, NotFetched
from warmline_memory.storage import tables
from warmline_memory.storage.database import Role

log = logging.getLogger(__name__)

Fetch = Callable[[Feed], Fetched]
"""Fetches a calendar. Raises ``NotFetched``."""


def read_calendars(platform: Platform, fetch: Fetch) -> int:
    """Read every calendar that is due; how many those were. What goes wrong stands on its rota.

    They are looked for tenant by tenant, where there are rotas: the sweep sees nothing of what a tenant wrote.
    """
    row = tables.Rota
    with platform.database.transaction(role=Role.SWEEP) as db:
        tenants = db.scalars(select(row.tenant_id).where(row.wake_at.is_not(None)).distinct()).all()
    return sum(_read_of(platform, tenant_id, fetch) for tenant_id in tenants)


def _read_of(platform: Platform, tenant_id: UUID, fetch: Fetch) -> int:
    with platform.database.transaction(tenant_id=tenant_id) as db:
        due = shifts.begin_feeds(db)
    for feed in due:
        try:
            _read(platform, tenant_id, feed, fetch)
        except Exception:
            log.exception("The calendar of a rota of tenant %s could not be taken; it is read again", tenant_id)
    return len(due)


def _read(platform: Platform, tenant_id: UUID, feed: Feed, fetch: Fetch) -> None:
    try:
        # No transaction is open, and no connection held, while a server is waited for.
        fetched = fetch(feed)
    except NotFetched as error:
        with platform.database.transaction(tenant_id=tenant_id) as db:
            shifts.fail_feed(db, feed, str(error))
        return
    with platform.database.transaction(tenant_id=tenant_id) as db:
        shifts.take_feed(db, feed, fetched)
