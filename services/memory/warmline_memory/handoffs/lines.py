"""Lines: the sessions that led to a handoff, one from the other. What branched off elsewhere is not in them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from warmline_memory import memories, sessions, source_memory
from warmline_memory.source_memory import SourceMemory
from warmline_memory.storage import tables, wire
from warmline_memory.storage.transactions import Transaction
from warmline_schemas.accounts import Account
from warmline_schemas.briefs import Brief

MEMORIES_READ = 5_000
"""A brief is made from at most this many memories of its line, the newest: reading them takes the worker a few seconds,
and a session of a day has some hundreds."""
LONGEST_LINE = 20
"""Of a long chain the sessions of at most this many hops are read, the last ones."""


@dataclass(frozen=True)
class Stretch:
    """An earlier session of a line: the handoff that ended it, its brief and account, and when the next one started."""

    session_id: UUID
    agent: str
    handoff_id: UUID
    reason: str
    brief: Brief | None
    account: Account | str | None
    until: datetime


def back(db: Transaction, session_id: UUID) -> list[Stretch]:
    """The sessions from which a session came to be, oldest first; without the session itself. Raises ``NotFound``."""
    found: list[Stretch] = []
    at = sessions.find(db, session_id)
    while at.handoff_id is not None and len(found) < LONGEST_LINE:
        handoff = db.get_one(tables.Handoff, at.handoff_id)
        source = sessions.find(db, handoff.source_session_id)
        brief = wire.brief(handoff)
        account = wire.account(handoff)
        found.append(Stretch(source.id, source.agent, handoff.id, handoff.reason, brief, account, at.started_at))
        at = source
    return list(reversed(found))


def memories_of(
    db: Transaction, session_id: UUID, most: int = MEMORIES_READ, until: datetime | None = None
) -> list[SourceMemory]:
    """The newest memories of a session, oldest first; those that were kept up to a time, where one is given.

    The memories of briefs are not among them: a brief is not made from itself, nor from another one beside it.
    """
    return [source_memory.source(memory) for memory in memories.shown(db, _newest(db, session_id, most, until))]


def of_line(db: Transaction, line: Sequence[Stretch], most: int) -> list[list[SourceMemory]]:
    """The memories of each session of a line, in its order: so many in all, the newest."""
    read: list[list[SourceMemory]] = []
    for stretch in reversed(line):
        # A session that was consulted from, or branched, goes on; what it kept later did not lead here.
        read.append(memories_of(db, stretch.session_id, most, stretch.until) if most > 0 else [])
        most -= len(read[-1])
    return list(reversed(read))


def _newest(db: Transaction, session_id: UUID, most: int, until: datetime | None) -> list[tables.Memory]:
    row = tables.Memory
    own = select(row).where(row.session_id == session_id, row.handoff_id.is_(None))
    if until is not None:
        own = own.where(row.created_at <= until)
    return list(reversed(db.scalars(own.order_by(row.ordinal.desc()).limit(most)).all()))
