"""Staffing: who is there for a target, how much they hold, and whom a handoff is offered to next."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from warmline_memory.operators import operators
from warmline_memory.storage import tables
from warmline_memory.storage.transactions import Transaction
from warmline_schemas.operators import OperatorRole, Presence
from warmline_schemas.targets import TargetKind, kind_of, name_of, of_operator

REMEMBERED = 500
"""Who was active last is read from at most this many of a target's newest events, by one scan of their index. An
operator who is not among these has been idle for longest."""


@dataclass(frozen=True)
class StaffMember:
    """An operator, and how much they hold now."""

    operator: tables.Operator
    load: int

    @property
    def agent(self) -> str:
        """The agent as which they work."""
        return of_operator(self.operator.name)

    @property
    def is_free(self) -> bool:
        """Whether they are available and have room."""
        is_there = operators.presence(self.operator) is Presence.AVAILABLE
        return is_there and self.load < self.operator.capacity


def of_target(db: Transaction, target: str) -> list[StaffMember]:
    """Every operator who works a target, be they there or not, by name."""
    row, kind, name = tables.Operator, kind_of(target), name_of(target)
    if kind is TargetKind.AGENT:
        return []
    works = {
        TargetKind.QUEUE: row.queues.contains([name]),
        TargetKind.SKILL: row.skills.contains([name]),
        TargetKind.HUMAN: row.name == name,
    }
    found = db.scalars(
        select(row).where(works[kind], row.disabled_at.is_(None), row.role != OperatorRole.AUDITOR).order_by(row.name)
    ).all()
    held = operators.loads(db, [of_operator(one.name) for one in found])
    return [StaffMember(one, held.get(of_operator(one.name), 0)) for one in found]


def in_order_of_offers(db: Transaction, target: str, staff: Sequence[StaffMember]) -> list[StaffMember]:
    """The order in which a handoff is offered: who holds least of what they can comes first, of several the one who
    has had no part in this target's events for longest."""
    # Of one alone there is no order, and most targets have one who is free.
    active = _last_active(db, target) if len(staff) > 1 else {}
    return sorted(
        staff, key=lambda one: (one.load / one.operator.capacity, active.get(one.agent, 0), one.operator.name)
    )


def _last_active(db: Transaction, target: str) -> dict[str, int]:
    """The number of the newest event of a target that each agent had a part in: did it, or was offered a handoff."""
    row = tables.Event
    part = func.coalesce(row.facts["offered_to"].astext, row.actor).label("agent")
    recent = select(part, row.sequence).where(row.queue == target).order_by(row.sequence.desc()).limit(REMEMBERED)
    newest = recent.subquery()
    latest = select(newest.c.agent, func.max(newest.c.sequence)).group_by(newest.c.agent)
    return {agent: sequence for agent, sequence in db.execute(latest) if agent is not None}
