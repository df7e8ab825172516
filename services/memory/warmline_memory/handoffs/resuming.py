"""Resuming: somebody goes on in a session, on another device or at another time."""

from uuid import UUID

from sqlalchemy import select

from warmline_memory import sessions, tenancy
from warmline_memory.storage import tables, wire
from warmline_memory.storage.transactions import Transaction
from warmline_schemas.events import EventType
from warmline_schemas.handoffs import HandoffMode
from warmline_schemas.sessions import EndReason, ResumeSession, Session

_ENDED_BY_A_HANDOFF = {EndReason.HANDOFF, EndReason.ESCALATED}


def resume(db: Transaction, session_id: UUID, ask: ResumeSession) -> Session:
    """Go on in a session; one that its client ended is open again. The handoff that its end closed stays closed.

    Raises ``NotFound``, ``AgentNotBound``, and ``SessionEnded`` where its work goes on elsewhere.
    """
    row = sessions.lock_chain(db, session_id)
    tenancy.check_party(db, row.agent)
    if row.ended_at is not None:
        if row.ended_reason != EndReason.CLIENT or _goes_on_elsewhere(db, row):
            raise sessions.ended(db, row)
        open_again(db, row)
    row.custom = {**row.custom, **ask.metadata}
    db.flush()
    return wire.session(row)


def take_back(db: Transaction, session_id: UUID) -> None:
    """Let the source session of a handoff that was called off go on, where that handoff had ended it.

    A handoff that its end closed stays closed. The chain is locked.
    """
    row = sessions.lock(db, session_id)
    if row.ended_reason in _ENDED_BY_A_HANDOFF and not _goes_on_elsewhere(db, row):
        open_again(db, row)


def open_again(db: Transaction, row: tables.Session) -> None:
    """Open an ended session of a locked chain, whose work goes on nowhere else."""
    row.ended_at = row.ended_reason = row.outcome = None
    db.flush()
    sessions.record_event(db, EventType.SESSION_RESUMED, row)


def _goes_on_elsewhere(db: Transaction, row: tables.Session) -> bool:
    """Whether another session speaks for the chain, or will as soon as somebody accepts."""
    if row.owns_conversation and sessions.owning_session(db, row.chain_id) is not None:
        return True
    onward = tables.Handoff
    under_way = select(onward.id).where(
        onward.source_session_id == row.id, onward.state.in_(tables.UNDER_WAY), onward.mode != HandoffMode.CONSULT
    )
    return db.scalar(under_way.limit(1)) is not None
