"""The backlog: handoffs that are due for a brief and wait for a worker, over all tenants."""

from dataclasses import dataclass

from sqlalchemy import func, or_, select

from warmline_memory.storage import tables
from warmline_memory.storage.database import Database, Role
from warmline_schemas.handoffs import HandoffState

_DUE = select(func.count(), func.extract("epoch", func.now() - func.min(tables.Handoff.due_at))).where(
    tables.Handoff.state == HandoffState.REQUESTED, tables.Handoff.due_at <= func.now()
)


_OPEN = (
    select(tables.Handoff.state, func.count())
    .where(
        or_(tables.Handoff.closed_at.is_(None), tables.Handoff.state == HandoffState.FAILED),
        tables.in_state(tables.Handoff, *tables.UNDER_WAY, HandoffState.ACCEPTED, HandoffState.FAILED),
    )
    .group_by(tables.Handoff.state)
)


@dataclass(frozen=True)
class Backlog:
    """How many handoffs are due for a brief, and for how many seconds the first of them has been."""

    waiting: int
    oldest_seconds: float


def backlog(database: Database) -> Backlog:
    """Count what waits for a worker. The sweeping role sees ids, states and times of all tenants, and nothing else."""
    with database.transaction(role=Role.SWEEP) as db:
        waiting, oldest = db.execute(_DUE).one()
    return Backlog(waiting, float(oldest or 0.0))


def count_open(database: Database) -> dict[str, int]:
    """How many handoffs of all tenants are in each state in which somebody has still to do something."""
    with database.transaction(role=Role.SWEEP) as db:
        return {state: count for state, count in db.execute(_OPEN)}
