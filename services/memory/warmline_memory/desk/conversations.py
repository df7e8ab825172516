"""Conversations: what was said on the line of sessions that leads to one, a page at a time; and speaking in one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from warmline_memory import memories, sessions
from warmline_memory.embedding import Embeddings
from warmline_memory.errors import ConversationNotYours, NotFound
from warmline_memory.storage import tables
from warmline_memory.storage.transactions import Transaction
from warmline_schemas.handoffs import Handoff
from warmline_schemas.memories import Memory, Remember, Role
from warmline_schemas.sessions import Session

NOTE = "note"
"""The kind of a memory that colleagues read, and no customer's channel sends on."""


@dataclass(frozen=True)
class Stretch:
    """One session of a line, and the handoff that it started from."""

    session: Session
    started_from: Handoff | None


@dataclass(frozen=True)
class Extract:
    """Some of what a line of sessions kept, in its order, and whether there is more of it on either side."""

    memories: Sequence[Memory]
    has_earlier: bool
    has_later: bool


@dataclass(frozen=True)
class Ownership:
    """Who spoke for a chain, and from when until when; ``until`` is None for whoever does now."""

    session_id: UUID
    agent: str
    since: datetime
    until: datetime | None


def line(db: Transaction, session_id: UUID) -> list[Stretch]:
    """The sessions that led to one by handoffs, oldest first, and it itself last. Raises ``NotFound``."""
    chain = sessions.chain_of(db, session_id)
    by_id = {session.id: session for session in chain.sessions}
    handoffs = {handoff.id: handoff for handoff in chain.handoffs}
    found: list[Stretch] = []
    at = by_id.get(session_id)
    while at is not None:
        handoff = handoffs.get(at.handoff_id) if at.handoff_id else None
        found.append(Stretch(at, handoff))
        at = by_id.get(handoff.source_session_id) if handoff else None
    return found[::-1]


def newest(db: Transaction, stretches: Sequence[Stretch], limit: int) -> Extract:
    """The last of what a line kept."""
    rows = _backwards(db, stretches, len(stretches) - 1, None, limit + 1)
    return _extract(db, rows[-limit:], has_earlier=len(rows) > limit)


def before(db: Transaction, stretches: Sequence[Stretch], memory_id: UUID, limit: int) -> Extract:
    """What a line kept just before a memory. Raises ``NotFound``."""
    index, ordinal = _place(db, stretches, memory_id)
    rows = _backwards(db, stretches, index, ordinal, limit + 1)
    return _extract(db, rows[-limit:], has_earlier=len(rows) > limit, has_later=True)


def after(db: Transaction, stretches: Sequence[Stretch], memory_id: UUID, limit: int) -> Extract:
    """What a line kept just after a memory. Raises ``NotFound``."""
    index, ordinal = _place(db, stretches, memory_id)
    rows = _forwards(db, stretches, index, ordinal, limit + 1)
    return _extract(db, rows[:limit], has_earlier=True, has_later=len(rows) > limit)


def around(db: Transaction, stretches: Sequence[Stretch], memory_id: UUID, limit: int) -> Extract:
    """What a line kept around a memory, half of it before. Raises ``NotFound``."""
    index, ordinal = _place(db, stretches, memory_id)
    half = limit // 2
    earlier = _backwards(db, stretches, index, ordinal + 1, half + 1)
    later = _forwards(db, stretches, index, ordinal, half + 1)
    shown = [*earlier[-half:], *later[:half]]
    return _extract(db, shown, has_earlier=len(earlier) > half, has_later=len(later) > half)


def owners(db: Transaction, chain_id: UUID) -> list[Ownership]:
    """Who spoke for a chain, one after the other."""
    row = tables.Session
    owning = select(row).where(row.chain_id == chain_id, row.owns_conversation).order_by(row.started_at, row.id)
    return [Ownership(one.id, one.agent, one.started_at, one.ended_at) for one in db.scalars(owning)]


def reply(db: Transaction, session_id: UUID, agent: str, text: str, embeddings: Embeddings) -> Memory:
    """Say something to the customer: a memory of role `agent` of the session, which its channel reads.

    Raises ``NotFound``, ``SessionEnded``, and ``ConversationNotYours`` for whoever does not speak for the chain.
    """
    row = sessions.find(db, session_id)
    if row.ended_at is None and (row.agent != agent or not row.owns_conversation):
        owner = sessions.owning_session(db, row.chain_id)
        raise ConversationNotYours(owner=owner.agent if owner else "nobody", session_id=row.id)
    return memories.remember(db, [_said(session_id, agent, text, Role.AGENT, "message")], embeddings)[0]


def note(db: Transaction, session_id: UUID, agent: str, text: str, embeddings: Embeddings) -> Memory:
    """Keep something for colleagues in an open session, whosever it is. Raises ``NotFound`` and ``SessionEnded``."""
    return memories.remember(db, [_said(session_id, agent, text, None, NOTE)], embeddings)[0]


def _said(session_id: UUID, agent: str, text: str, role: Role | None, kind: str) -> Remember:
    return Remember(session_id=session_id, agent=agent, content=text, role=role, kind=kind)


def _extract(db: Transaction, rows: Sequence[tables.Memory], *, has_earlier: bool, has_later: bool = False) -> Extract:
    return Extract(memories.shown(db, rows), has_earlier, has_later)


def _place(db: Transaction, stretches: Sequence[Stretch], memory_id: UUID) -> tuple[int, int]:
    """Which session of a line kept a memory, counted from 0, and its ordinal there."""
    row = db.get(tables.Memory, memory_id)
    index = next((index for index, one in enumerate(stretches) if row and one.session.id == row.session_id), None)
    if row is None or index is None or row.ordinal is None:
        raise NotFound(noun="memory of this conversation", id=memory_id)
    return index, row.ordinal


def _backwards(
    db: Transaction, stretches: Sequence[Stretch], index: int, ordinal: int | None, limit: int
) -> list[tables.Memory]:
    """At most so many memories that end before a place, oldest first: a read of one index for each session."""
    memory = tables.Memory
    found: list[tables.Memory] = []
    for stretch in reversed(stretches[: index + 1]):
        rows = select(memory).where(memory.session_id == stretch.session.id).order_by(memory.ordinal.desc())
        if ordinal is not None:
            rows = rows.where(memory.ordinal < ordinal)
        found += db.scalars(rows.limit(limit - len(found)))
        if len(found) >= limit:
            break
        ordinal = None
    return found[::-1]


def _forwards(
    db: Transaction, stretches: Sequence[Stretch], index: int, ordinal: int, limit: int
) -> list[tables.Memory]:
    """At most so many memories that begin after a place, oldest first."""
    memory = tables.Memory
    found: list[tables.Memory] = []
    for number, stretch in enumerate(stretches[index:]):
        rows = select(memory).where(memory.session_id == stretch.session.id).order_by(memory.ordinal)
        if number == 0:
            rows = rows.where(memory.ordinal > ordinal)
        found += db.scalars(rows.limit(limit - len(found)))
        if len(found) >= limit:
            break
    return found
