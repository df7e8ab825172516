"""Materials: what the brief of a handoff is made from, as the database has it."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, select

from warmline_memory import sessions, source_memory
from warmline_memory.briefs import BriefRequest, withdrawing
from warmline_memory.source_memory import SourceMemory
from warmline_memory.storage import clock, tables, wire
from warmline_memory.storage.ids import among
from warmline_memory.storage.transactions import Transaction
from warmline_schemas.briefs import Brief

MEMORIES_READ = 5_000
"""A brief is made from at most this many memories of its session, the newest: reading them takes the worker a few
seconds, and a session of a day has some hundreds."""


@dataclass(frozen=True)
class Material:
    """What a brief is made from, and every memory that it may come to cite."""

    memories: Sequence[SourceMemory]
    request: BriefRequest
    earlier: Brief | None
    """The brief that the source session was started from."""
    earlier_id: UUID | None
    """The memory that holds it."""
    previous: Brief | None
    """What this handoff's own brief was before: a draft that is renewed, or a brief that was refused."""
    citable: Sequence[UUID]
    cut_ordinal: int
    cut_at: datetime


def read(db: Transaction, row: tables.Handoff) -> Material:
    """Read what the brief of a handoff is made from now."""
    source = sessions.find(db, row.source_session_id)
    # What earlier briefs cite is citable too: lines are carried over from there with their proofs.
    rows = _newest(db, source.id)
    earlier, earlier_id = _started_from(db, source)
    previous = wire.brief(row)
    carried = set().union(*(withdrawing.cited(brief) for brief in (earlier, previous) if brief is not None))
    known = [memory.id for memory in rows] + ([earlier_id] if earlier_id else [])
    return Material(
        memories=[source_memory.source(wire.memory(memory)) for memory in rows],
        request=request_of(row),
        earlier=earlier,
        earlier_id=earlier_id,
        previous=previous,
        citable=[*known, *_existing(db, carried.difference(known))],
        cut_ordinal=rows[-1].ordinal or 0 if rows else 0,
        cut_at=clock.now(db),
    )


def memories_of(db: Transaction, session_id: UUID) -> list[SourceMemory]:
    """The memories of a session that a brief is made from, oldest first."""
    return [source_memory.source(wire.memory(memory)) for memory in _newest(db, session_id)]


def request_of(row: tables.Handoff) -> BriefRequest:
    """What a handoff was requested with, as its brief says it."""
    return BriefRequest(
        source_agent=row.source_agent,
        to=row.target,
        reason=row.reason,
        goal=row.goal,
        hop=row.hop,
        namespace=row.namespace,
    )


def hold(db: Transaction, ids: Collection[UUID]) -> set[UUID]:
    """Keep memories from being forgotten until the transaction ends; those of them that are still there.

    Before any other lock, as forgetting does it, so that neither waits for the other.
    """
    row = tables.Memory
    # In the order of ids, as whoever forgets memories locks them; KEY SHARE keeps them from being deleted, not changed.
    wanted = select(row.id).where(among(row.id, ids))
    return set(db.scalars(wanted.order_by(row.id).with_for_update(read=True, key_share=True)))


def kept_since(row: tables.Handoff) -> tuple[ColumnElement[bool], ...]:
    """What of the memories its source session kept since the brief of a handoff was cut."""
    memory = tables.Memory
    return (
        memory.session_id == row.source_session_id,
        memory.ordinal > row.cut_ordinal,
        memory.handoff_id.is_(None),
    )


def _newest(db: Transaction, session_id: UUID) -> list[tables.Memory]:
    row = tables.Memory
    # Without the memories of briefs, for a brief is not made from itself, nor from another that went out beside it.
    own = select(row).where(row.session_id == session_id, row.handoff_id.is_(None))
    return list(reversed(db.scalars(own.order_by(row.ordinal.desc()).limit(MEMORIES_READ)).all()))


def _started_from(db: Transaction, source: tables.Session) -> tuple[Brief | None, UUID | None]:
    if source.handoff_id is None:
        return None, None
    started_from = db.get_one(tables.Handoff, source.handoff_id)
    memory_id = db.scalar(select(tables.Memory.id).where(tables.Memory.handoff_id == source.handoff_id))
    return wire.brief(started_from), memory_id


def _existing(db: Transaction, ids: Iterable[UUID]) -> Sequence[UUID]:
    row = tables.Memory
    return db.scalars(select(row.id).where(among(row.id, ids))).all()
