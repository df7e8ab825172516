"""Ending: what the worker does for sheets. It makes them before shifts end, and follows them until they are taken over.

What is done with a sheet is recorded at once, by whoever does it. What happens to its handoffs elsewhere, such as an
item that its owner resolves, is found here.
"""

import logging
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from sqlalchemy import func, select

from warmline_memory import handoffs
from warmline_memory.shifts import duty, making, rotas, sheet_rows, sheets, signing, taking_over
from warmline_memory.storage import clock, tables
from warmline_memory.storage.database import Database, Role
from warmline_memory.storage.transactions import Transaction
from warmline_schemas.events import EventType
from warmline_schemas.shifts import ItemState
from warmline_schemas.targets import of_operator

log = logging.getLogger(__name__)

BATCH = 200
"""One sweep looks at this many rotas and as many sheets at most; the next one takes the rest."""
OLDEST = timedelta(days=1)
"""After the worker stood still, no sheets are made for shifts that ended longer ago than this."""
MOMENT = timedelta(microseconds=1)
"""The shortest time between two moments: a shift whose sheet is due exactly when the rota was to be looked at
counts."""


def sweep(database: Database) -> int:
    """Look at every rota and sheet whose time has come, and answer how many those were.

    Each has a transaction of its own, so one that fails keeps no other one waiting; the next sweep tries it again.
    """
    rota, row = tables.Rota, tables.Sheet
    # The sweeping role sees the names of all tenants' rotas and sheets that are due, and nothing else of them. What is
    # done with one is done inside its tenant.
    with database.transaction(role=Role.SWEEP) as db:
        ending = db.execute(select(rota.tenant_id, rota.name).where(rota.wake_at <= func.now()).limit(BATCH)).all()
        due = db.execute(select(row.tenant_id, row.id).where(row.wake_at <= func.now()).limit(BATCH)).all()
    work = [(tenant_id, partial(end_shifts, name=name)) for tenant_id, name in ending]
    work += [(tenant_id, partial(follow, sheet_id=sheet_id)) for tenant_id, sheet_id in due]
    for tenant_id, look in work:
        try:
            with database.transaction(tenant_id=tenant_id) as db:
                look(db)
        except Exception:
            log.exception("A rota or sheet of tenant %s could not be looked at; the next round tries again", tenant_id)
    return len(work)


def end_shifts(db: Transaction, name: str) -> None:
    """Make the sheets of a rota's shifts that end soon, and set when to look again. May be repeated."""
    found = select(tables.Rota).where(tables.Rota.name == name)
    row = db.scalars(found.with_for_update(), execution_options={"populate_existing": True}).one_or_none()
    now = clock.now(db)
    if row is None or row.wake_at is None or row.wake_at > now:
        return
    rota = rotas.read(db, name)
    # From the moment at which the rota was to be looked at: so no shift is missed however late the worker comes.
    since = max(row.wake_at, now - OLDEST) - MOMENT
    row.wake_at = rotas.next_wake(rota, now)
    for shift in duty.ending(rota, since, now):
        making.draft(db, rota, of_operator(shift.operator), shift, now)


def follow(db: Transaction, sheet_id: UUID) -> None:
    """Look whether items of a sheet were settled or taken over elsewhere, and whether it is late. May be repeated."""
    _call_off_the_settled(db, sheet_id)
    row = sheet_rows.locked(db, sheet_id)
    if row.taken_over_at is not None:
        return
    if row.signed_at is not None:
        taking_over.take_stock(db, row)
    if row.taken_over_at is None:
        _record_if_late(db, row, clock.now(db))


def _call_off_the_settled(db: Transaction, sheet_id: UUID) -> None:
    """Call off the handoffs of items that were resolved after signing, so that nobody takes those over."""
    # This comes before anything is recorded, because it locks chains (see ``lock_items``).
    for item in sheet_rows.lock_items(db, sheet_rows.locked(db, sheet_id)):
        passed = item.passed
        if item.state is ItemState.SETTLED and passed is not None and passed.state in tables.UNDER_WAY:
            handoffs.call_off(db, passed, "its source was closed before it was read back")


def _record_if_late(db: Transaction, row: tables.Sheet, now: datetime) -> None:
    is_late = row.due_at <= now
    if is_late and row.overdue_told_at is None:
        row.overdue_told_at = func.now()
        red = sum(item.state in sheets.UNACKNOWLEDGED for item in sheets.items(db, row))
        sheet_rows.record(db, EventType.SHIFT_DUE, row, None, ends_at=row.ends_at.isoformat(), overdue=True, items=red)
    if row.signed_at is not None:
        row.wake_at = func.now() + signing.LOOK_AGAIN
    else:
        row.wake_at = None if is_late else row.due_at
