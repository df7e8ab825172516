"""The sweep: finds what a lost nudge, a dead worker or an idle holder left behind, across all tenants."""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast
from uuid import UUID

from sqlalchemy import CursorResult, Delete, Select, delete, func, select, text, tuple_
from sqlalchemy.orm import InstrumentedAttribute, Session as Transaction

from warmline_memory import desk, recall, shifts
from warmline_memory.errors import Busy
from warmline_memory.platform import Platform
from warmline_memory.storage import tables
from warmline_memory.storage.database import Role
from warmline_schemas.handoffs import HandoffState

log = logging.getLogger(__name__)

BATCH = 200
"""One sweep takes at most this many of each kind; the next one takes the rest."""
_WAIT_BRIEFLY = text("SET LOCAL lock_timeout = '500ms'")
"""One handoff that somebody holds locked does not keep the others waiting."""
EXPIRED_BATCH = 1_000
"""At most this many expired memories are deleted by one statement, in a transaction of its own that holds no lock for
long."""
EXPIRED_BATCHES = 20
"""One sweep deletes at most this many batches, to be back for the handoffs; nobody sees what waits for the next."""


@dataclass(frozen=True)
class Swept:
    """What one sweep found."""

    nudged: int
    forgotten_keys: int
    expired: int


def sweep(platform: Platform) -> Swept:
    """Nudge what is due; end shifts; forget old Idempotency-Keys, events and sign-ins; delete expired memories.

    The sweeping role sees ids, states, namespaces and times of all tenants, and nothing else of them.
    """
    settings = platform.settings
    with platform.database.transaction(role=Role.SWEEP) as db:
        due = db.execute(_due(settings.sweep_seconds)).all()
        forgotten = _forget(db, tables.IdempotentAnswer.created_at, timedelta(hours=settings.idempotency_hours))
        _forget(db, tables.Event.at, timedelta(days=settings.event_days))
        _forget(db, tables.SignIn.expires_at, timedelta())
        # No process holds a namespace for longer without looking: all have heard of these deletions.
        _forget(db, tables.Deletion.at, timedelta(seconds=2 * recall.IDLE_SECONDS))
    # After the commit: a nudge is no part of the transaction, and may make a worker look at once.
    nudged = sum(platform.queue.nudge(tenant_id, handoff_id) for tenant_id, handoff_id in due)
    shifts.sweep_endings(platform.database)
    return Swept(nudged, forgotten, _delete_expired(platform))


def wake_due(platform: Platform) -> int:
    """Wake every handoff whose clocks have run down, each in a transaction of its own; how many there were.

    Several workers may do so at once: the second finds nothing left to do. One that fails is tried again next time, and
    keeps nobody else waiting.
    """
    with platform.database.transaction(role=Role.SWEEP) as db:
        due = db.execute(to_wake()).all()
    for tenant_id, handoff_id in due:
        try:
            with platform.database.transaction(tenant_id=tenant_id) as db:
                db.execute(_WAIT_BRIEFLY)
                desk.wake(db, handoff_id)
        except Busy:
            continue  # somebody is at it right now, and may well do what there is to do
        # One handoff with a fault in it must not keep all others from being woken.
        except Exception:
            log.exception("Handoff %s could not be woken; the next round tries again", handoff_id)
            continue
    return len(due)


def to_wake() -> Select[UUID, UUID]:
    """The tenant and the id of every handoff whose clocks have run down, the longest overdue first."""
    return (
        select(tables.Handoff.tenant_id, tables.Handoff.id)
        .where(tables.Handoff.wake_at <= func.now())
        .order_by(tables.Handoff.wake_at)
        .limit(BATCH)
    )


def _due(grace_seconds: float) -> Select[UUID, UUID]:
    """What has been due for a while; a fresh request's own nudge is still on its way."""
    return (
        select(tables.Handoff.tenant_id, tables.Handoff.id)
        .where(
            tables.Handoff.state == HandoffState.REQUESTED,
            tables.Handoff.due_at <= func.now() - timedelta(seconds=grace_seconds),
        )
        .order_by(tables.Handoff.due_at)
        .limit(BATCH)
    )


def _forget(db: Transaction, moment: InstrumentedAttribute[datetime], age: timedelta) -> int:
    """Delete the rows of a table whose moment is longer ago than ``age``; how many there were."""
    return _deleted(db, delete(moment.class_).where(moment < func.now() - age))


def _delete_expired(platform: Platform) -> int:
    over = tables.Memory.expires_at <= func.now()
    key = (tables.Memory.tenant_id, tables.Memory.id)
    batch = select(*key).where(over).order_by(tables.Memory.expires_at).limit(EXPIRED_BATCH)
    total = 0
    for _ in range(EXPIRED_BATCHES):
        with platform.database.transaction(role=Role.SWEEP) as db:
            deleted = _deleted(db, delete(tables.Memory).where(over, tuple_(*key).in_(batch)))
        total += deleted
        # A batch that is not full was the last.
        if deleted < EXPIRED_BATCH:
            break
    return total


def _deleted(db: Transaction, rows: Delete) -> int:
    return cast(CursorResult[Any], db.execute(rows, execution_options={"synchronize_session": False})).rowcount
