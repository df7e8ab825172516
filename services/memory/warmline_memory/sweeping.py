"""The sweep: finds what a lost nudge, a dead worker or an idle holder left behind, across all tenants."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, cast
from uuid import UUID

from sqlalchemy import CursorResult, Delete, Select, delete, func, select
from sqlalchemy.orm import Session as Db

from warmline_memory import claims, residents, tables
from warmline_memory.database import Role
from warmline_memory.platform import Platform
from warmline_schemas.handoffs import HandoffState

BATCH = 200
"""One sweep takes at most so many of each; the next one takes the rest."""
EXPIRED_BATCH = 1_000
"""So many expired memories are deleted by one statement, in a transaction of its own that holds no lock for long."""
EXPIRED_BATCHES = 20
"""One sweep deletes at most so many batches, to be back for the handoffs; nobody sees what waits for the next."""


@dataclass(frozen=True)
class Swept:
    """What one sweep found."""

    nudged: int
    released: int
    forgotten_keys: int
    expired: int


def sweep(platform: Platform) -> Swept:
    """Nudge what is due, give lapsed claims back, forget old Idempotency-Keys, delete expired memories.

    The sweeping role sees ids, states, namespaces and times of all tenants, and nothing else of them.
    """
    with platform.database.transaction(role=Role.SWEEP) as db:
        due = db.execute(_due(platform.settings.sweep_seconds)).all()
        lapsed = db.execute(_lapsed()).all()
        forgotten = _forget_keys(db, platform.settings.idempotency_hours)
        _forget_departures(db)
    nudged = sum(platform.queue.nudge(tenant_id, handoff_id) for tenant_id, handoff_id in due)
    released = 0
    for tenant_id, handoff_id in lapsed:
        with platform.database.transaction(tenant_id=tenant_id) as db:
            released += claims.release_lapsed(db, handoff_id)
    return Swept(nudged, released, forgotten, _delete_expired(platform))


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


def _lapsed() -> Select[UUID, UUID]:
    return (
        select(tables.Claim.tenant_id, tables.Claim.handoff_id)
        .join(tables.Handoff, tables.Handoff.id == tables.Claim.handoff_id)
        .where(tables.Claim.expires_at <= func.now(), tables.Handoff.state == HandoffState.CLAIMED)
        .limit(BATCH)
    )


def _forget_keys(db: Db, hours: int) -> int:
    age = func.now() - timedelta(hours=hours)
    old = delete(tables.IdempotentAnswer).where(tables.IdempotentAnswer.created_at < age)
    return _deleted(db, old)


def _forget_departures(db: Db) -> None:
    """Forget departures that every process has heard of: none holds a namespace for longer without looking."""
    age = timedelta(seconds=2 * residents.IDLE_SECONDS)
    _deleted(db, delete(tables.Departure).where(tables.Departure.at < func.now() - age))


def _delete_expired(platform: Platform) -> int:
    over = tables.Memory.expires_at <= func.now()
    batch = select(tables.Memory.id).where(over).order_by(tables.Memory.expires_at).limit(EXPIRED_BATCH)
    total = 0
    for _ in range(EXPIRED_BATCHES):
        with platform.database.transaction(role=Role.SWEEP) as db:
            deleted = _deleted(db, delete(tables.Memory).where(over, tables.Memory.id.in_(batch)))
        total += deleted
        if deleted < EXPIRED_BATCH:
            break
    return total


def _deleted(db: Db, rows: Delete) -> int:
    return cast(CursorResult[Any], db.execute(rows, execution_options={"synchronize_session": False})).rowcount
