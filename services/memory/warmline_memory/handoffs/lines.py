"""Lines: the sessions that led to a handoff, one from the other. What branched off elsewhere is not in them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, select

from warmline_memory import memories, sessions, source_memory
from warmline_memory.briefs import recaps
from warmline_memory.source_memory import SourceMemory
from warmline_memory.storage import tables, wire
from warmline_memory.storage.ids import among
from warmline_memory.storage.transactions import Transaction
from warmline_schemas.accounts import Account
from warmline_schemas.briefs import Brief
from warmline_schemas.memories import Role

MEMORIES_READ = 5_000
"""A brief is made from at most this many memories of its line, the newest: reading them takes the worker a few seconds,
and a session of a day has some hundreds."""
LONGEST_LINE = 20
"""Of a long chain the sessions of at most this many hops are read, the last ones."""


@dataclass(frozen=True)
class Stretch:
    """An earlier session of a line, the handoff that ended it, and when the next session started."""

    session_id: UUID
    agent: str
    handoff: tables.Handoff
    until: datetime

    @property
    def brief(self) -> Brief | None:
        """The brief that the next session started from."""
        return wire.brief(self.handoff)

    @property
    def account(self) -> Account | str | None:
        """What the agent of the session said of it when it handed off."""
        return wire.account(self.handoff)


def back(db: Transaction, session_id: UUID) -> list[Stretch]:
    """The sessions from which a session came to be, oldest first; without the session itself. Raises ``NotFound``."""
    found: list[Stretch] = []
    at = sessions.find(db, session_id)
    while at.handoff_id is not None and len(found) < LONGEST_LINE:
        handoff = db.find_one(tables.Handoff, at.handoff_id)
        source = sessions.find(db, handoff.source_session_id)
        found.append(Stretch(source.id, source.agent, handoff, at.started_at))
        at = source
    return list(reversed(found))


def memories_of(
    db: Transaction, session_id: UUID, most: int = MEMORIES_READ, until: datetime | None = None
) -> list[SourceMemory]:
    """The newest memories of a session, oldest first; those that were kept up to a time, where one is given.

    The memories of briefs are not among them, nor what was asked about one: a brief is not made from itself, nor from
    another one beside it.
    """
    shown = memories.shown(db, _newest(db, session_id, most, until))
    return recaps.without([source_memory.source(memory) for memory in shown])


def of_line(db: Transaction, line: Sequence[Stretch], most: int) -> list[list[SourceMemory]]:
    """The memories of each session of a line, in its order: so many in all, the newest."""
    read: list[list[SourceMemory]] = []
    for stretch in reversed(line):
        # A session that was consulted from, or branched, goes on; what it kept later did not lead here.
        read.append(memories_of(db, stretch.session_id, most, stretch.until) if most > 0 else [])
        most -= len(read[-1])
    return list(reversed(read))


def beside(chain_id: UUID, led_here: Collection[UUID]) -> ColumnElement[bool]:
    """Whether a memory was kept in a session of a chain that is none of these."""
    row = tables.Memory
    # A memory of no session has no chain, and belongs to everybody.
    return and_(row.chain_id == chain_id, row.session_id.not_in(led_here))


def said_or_done() -> ColumnElement[bool]:
    """Whether a memory is of the work itself, and not of what an agent was instructed with: whoever takes over has
    instructions of its own."""
    return tables.Memory.role.is_distinct_from(Role.SYSTEM)


def as_on_line(
    db: Transaction, chain_id: UUID, led_here: Collection[UUID], known: Sequence[SourceMemory]
) -> list[SourceMemory]:
    """Memories as the sessions of a line know them: what was corrected beside the line alone still holds on it."""
    row = tables.Memory
    holding = {memory.superseded_by for memory in known if memory.superseded_by is not None}
    elsewhere = set(db.scalars(select(row.id).where(among(row.id, holding), beside(chain_id, led_here))))
    return [replace(one, superseded_by=None) if one.superseded_by in elsewhere else one for one in known]


def _newest(db: Transaction, session_id: UUID, most: int, until: datetime | None) -> list[tables.Memory]:
    row = tables.Memory
    own = select(row).where(row.session_id == session_id, row.handoff_id.is_(None), said_or_done())
    if until is not None:
        own = own.where(row.created_at <= until)
    newest = db.scalars(own.order_by(row.ordinal.desc()).limit(most)).all()
    return memories.in_order_said(newest[::-1])
