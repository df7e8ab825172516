"""Sessions and the chains that handoffs make of them."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, TypeVar, Unpack
from uuid import UUID

from sqlalchemy import ColumnElement, Integer, bindparam, func, select, update
from uuid_utils.compat import uuid7

from warmline_memory import events
from warmline_memory.errors import NotFound, SessionEnded
from warmline_memory.storage import tables, wire
from warmline_memory.storage.database import Direct
from warmline_memory.storage.pages import ALWAYS, Many, Period, matching, read_page
from warmline_memory.storage.transactions import Transaction
from warmline_schemas.events import EventFacts, EventType
from warmline_schemas.handoffs import HandoffState
from warmline_schemas.sessions import Chain, Session, SessionState, StartSession
from warmline_schemas.wire import Metadata, Page

Row = TypeVar("Row", tables.Session, tables.Handoff)

CHAIN_LIMIT = 1000
"""At most this many sessions, and as many handoffs, of a chain are shown, the newest."""


def start(db: Transaction, ask: StartSession) -> Session:
    """Start the first session of a new chain; it owns the conversation."""
    return wire.session(_first(db, ask))


def begin_anew(db: Transaction, earlier: tables.Session, agent: str | None = None) -> tables.Session:
    """Start a new chain where another one has ended, whose first session is given, with the same agent unless another
    is."""
    ask = StartSession(namespace=earlier.namespace, agent=agent or earlier.agent, metadata=earlier.custom)
    return _first(db, ask, earlier_chain_id=earlier.chain_id)


def _first(db: Transaction, ask: StartSession, earlier_chain_id: UUID | None = None) -> tables.Session:
    # A chain has the id of its first session; chains have no table of their own.
    session_id = uuid7()
    row = tables.Session(
        id=session_id,
        chain_id=session_id,
        namespace=ask.namespace,
        agent=ask.agent,
        owns_conversation=True,
        custom=ask.metadata,
        earlier_chain_id=earlier_chain_id,
    )
    db.add(row)
    db.flush()
    record_event(db, EventType.SESSION_STARTED, row)
    return row


def continue_chain(
    db: Transaction, handoff: tables.Handoff, *, agent: str, metadata: Metadata, owns_conversation: bool
) -> tables.Session:
    """Start a session of a handoff's chain."""
    row = tables.Session(
        chain_id=handoff.chain_id,
        namespace=handoff.namespace,
        agent=agent,
        owns_conversation=owns_conversation,
        handoff_id=handoff.id,
        custom=metadata,
    )
    db.add(row)
    db.flush()
    record_event(db, EventType.SESSION_STARTED, row)
    return row


def get(db: Transaction, session_id: UUID) -> Session:
    """One session. Raises ``NotFound``."""
    return wire.session(find(db, session_id))


def find(db: Transaction, session_id: UUID) -> tables.Session:
    """One session's row. Raises ``NotFound``."""
    row = db.find(tables.Session, session_id)
    if row is None:
        raise NotFound(noun="session", id=session_id)
    return row


def lock(db: Transaction, session_id: UUID) -> tables.Session:
    """One session's row, to which nobody adds a memory until the transaction ends. Raises ``NotFound``."""
    row = db.find(tables.Session, session_id, populate_existing=True, with_for_update={"key_share": True})
    if row is None:
        raise NotFound(noun="session", id=session_id)
    return row


def list_page(
    db: Transaction,
    *,
    limit: int,
    cursor: str | None,
    namespace: Many[str] = None,
    agent: Many[str] = None,
    state: SessionState | None = None,
    chain_id: Many[UUID] = None,
    metadata: Mapping[str, Any] | None = None,
    period: Period = ALWAYS,
    offset: int = 0,
) -> Page[Session]:
    """Sessions, newest first; with ``metadata`` those that have all of its members."""
    wanted = {"namespace": namespace, "agent": agent, "chain_id": chain_id}
    rows = select(tables.Session).where(*matching(tables.Session, wanted, period=period, at="started_at"))
    if state is not None:
        rows = rows.where(_is_in(state))
    if metadata:
        rows = rows.where(tables.Session.custom.contains(metadata))
    return read_page(db, rows, tables.Session.id, wire.session, limit=limit, cursor=cursor, offset=offset)


def count(db: Transaction, *, namespace: Many[str] = None, state: SessionState | None = None) -> int:
    """How many sessions there are."""
    wanted = matching(tables.Session, {"namespace": namespace})
    if state is not None:
        wanted.append(_is_in(state))
    return db.scalars(select(func.count()).select_from(tables.Session).where(*wanted)).one()


def _is_in(state: SessionState) -> ColumnElement[bool]:
    ended = tables.Session.ended_at.is_not(None)
    return ended if state is SessionState.ENDED else ~ended


class Home(NamedTuple):
    """What a new memory needs to know of its session."""

    id: UUID
    chain_id: UUID
    namespace: str
    agent: str
    handoff_id: UUID | None
    memory_count: int


_SESSION = tables.Session.__table__
# One statement checks that the session is open, counts and locks it, so that its memories are numbered without gaps in
# the order of their commits (docs/decisions/0003).
_RESERVE = Direct(
    update(tables.Session.__table__)  # type: ignore[arg-type]
    .where(_SESSION.c.id == bindparam("session"), _SESSION.c.ended_at.is_(None))
    .values(memory_count=_SESSION.c.memory_count + bindparam("more", type_=Integer))
    .returning(*(_SESSION.c[name] for name in Home._fields))
)


def reserve_ordinals(db: Transaction, session_id: UUID, count: int) -> Home:
    """Count ``count`` more memories into an open session, and lock it until the transaction ends.

    The new memories have the ordinals up to the returned ``memory_count``. Raises ``NotFound`` and ``SessionEnded``.
    """
    rows = _RESERVE.run(db, session=session_id, more=count)
    if not rows:
        raise ended(db, find(db, session_id))
    return Home(*rows[0])


def ended(db: Transaction, row: tables.Session) -> SessionEnded:
    """The error for writing to an ended session: it names the chain's current one."""
    # Whoever writes to the wrong session finds in the error where the work goes on.
    current = owner(db, row.chain_id)
    if current is None:
        waiting, fix = _waiting(db, row.chain_id)
        return SessionEnded(session_id=row.id, current_session_id=None, waiting_handoff_id=waiting, fix=fix)
    return SessionEnded(
        session_id=row.id,
        current_session_id=current.id,
        fix=f"Write to the chain's current session {current.id} ({current.agent}).",
    )


def _waiting(db: Transaction, chain_id: UUID) -> tuple[UUID | None, str]:
    """The handoff of a chain that waits to be taken over, if any, and how its work goes on."""
    row = tables.Handoff
    under_way = select(row.id, row.state).where(row.chain_id == chain_id, row.state.in_(tables.UNDER_WAY))
    waiting = db.execute(under_way.order_by(row.id.desc())).first()
    if waiting is None:
        return None, "Start a new session to go on."
    verbs = "Confirm and accept" if waiting.state == HandoffState.DRAFTED else "Accept"
    return waiting.id, f"{verbs} handoff {waiting.id} to go on."


def owner(db: Transaction, chain_id: UUID) -> tables.Session | None:
    """The open session that owns a chain's conversation, if any."""
    return db.scalars(
        select(tables.Session).where(
            tables.Session.chain_id == chain_id,
            tables.Session.owns_conversation,
            tables.Session.ended_at.is_(None),
        )
    ).one_or_none()


def chain_of(db: Transaction, session_id: UUID) -> Chain:
    """The chain that a session belongs to. Raises ``NotFound``."""
    return chain(db, find(db, session_id).chain_id)


def chain(db: Transaction, chain_id: UUID) -> Chain:
    """A chain with its sessions and handoffs, oldest first; of a very long one the newest thousand of each."""
    # The chain of a session that was found has at least that session, so there is a first row below.
    rows = _newest(db, tables.Session, chain_id)
    handoffs = _newest(db, tables.Handoff, chain_id)
    current = next((row for row in rows if row.owns_conversation and row.ended_at is None), None)
    return Chain(
        id=chain_id,
        namespace=rows[0].namespace,
        owner=None if current is None else wire.session(current),
        sessions=[wire.session(row) for row in rows],
        handoffs=[wire.handoff(row) for row in handoffs],
    )


def record_event(db: Transaction, type: EventType, row: tables.Session, **facts: Unpack[EventFacts]) -> None:
    """Note an event about a session. ``facts`` hold nothing that anybody wrote."""
    whole: EventFacts = {"session_id": str(row.id), **facts}
    events.record(
        db,
        type,
        actor=row.agent,
        namespace=row.namespace,
        chain_id=row.chain_id,
        handoff_id=row.handoff_id,
        **whole,
    )


def _newest(db: Transaction, table: type[Row], chain_id: UUID) -> Sequence[Row]:
    # Newest first finds the end of the chain by its index; the answer is oldest first.
    newest = select(table).where(table.chain_id == chain_id).order_by(table.id.desc()).limit(CHAIN_LIMIT)
    return list(reversed(db.scalars(newest).all()))
