"""Closing: what ends a session also closes the handoff that it was started from."""

from uuid import UUID

from sqlalchemy import delete, func, select, update

from warmline_memory import events, queues, sessions, tenancy
from warmline_memory.handoffs import measuring, requests
from warmline_memory.storage import tables, wire
from warmline_memory.storage.transactions import Transaction
from warmline_schemas.events import EventType
from warmline_schemas.handoffs import ClosedAs, HandoffMode, HandoffState
from warmline_schemas.sessions import EndReason, EndSession, Session

_CLOSED_BY = {
    EndReason.ROLLBACK: ClosedAs.ROLLED_BACK,
    EndReason.RESOLVED: ClosedAs.RESOLVED,
    EndReason.ESCALATED: ClosedAs.ESCALATED,
}


def end(db: Transaction, session_id: UUID, ask: EndSession) -> Session:
    """End a session for its agent, and close the handoff it was started from; one that has ended is left alone.

    Raises ``NotFound`` and ``AgentNotBound``.
    """
    row = sessions.lock_chain(db, session_id)
    tenancy.check_party(db, row.agent)
    if row.ended_at is None:
        row.outcome, row.custom = ask.outcome, {**row.custom, **ask.metadata}
        finish(db, row, EndReason.CLIENT)
    return wire.session(row)


def finish(db: Transaction, row: tables.Session, reason: EndReason, closed_as: ClosedAs | None = None) -> None:
    """End a session of a locked chain, and close the handoff that it took over; one that has ended is left alone.

    What that is closed as follows from the reason, and from the handoff that goes on from the session, where there is
    one: that gives the work back, or sends it on. Raises ``HandoffInProgress`` where the work is resolved although it
    is going over to somebody else.
    """
    if row.ended_at is not None:
        return
    if reason is EndReason.RESOLVED:
        requests.refuse_a_second(db, row.id)
    closed_as = closed_as or _closed_as(db, row, reason)
    # A session that the platform handed up did not hand over by itself, and analytics count the two apart.
    is_escalated = reason is EndReason.HANDOFF and closed_as is ClosedAs.ESCALATED
    row.ended_at, row.ended_reason = func.now(), EndReason.ESCALATED if is_escalated else reason
    db.flush()
    # At most one is found, for a session is started from one handoff; a branch of a closed handoff closes nothing.
    closed = db.scalars(
        update(tables.Handoff)
        .where(tables.Handoff.target_session_id == row.id, tables.Handoff.state == HandoffState.ACCEPTED)
        .values(state=HandoffState.CLOSED, closed_at=func.now(), closed_as=closed_as)
        .returning(tables.Handoff)
        .execution_options(populate_existing=True)
    ).all()
    db.refresh(row)
    sessions.record_event(db, EventType.SESSION_ENDED, row, reason=row.ended_reason)
    for handoff in closed:
        measuring.measure(db, handoff)
        events.record_of_handoff(db, EventType.HANDOFF_CLOSED, handoff, row.agent, closed_as=closed_as)


def open_again(db: Transaction, handoff_id: UUID) -> None:
    """Let the work on a handoff go on, which the end of its session closed and whose session is open again. Its chain
    is locked. One that is not closed is left alone."""
    row = db.find(tables.Handoff, handoff_id, populate_existing=True)
    if row is None or row.state != HandoffState.CLOSED:
        return
    row.state, row.closed_at, row.closed_as = HandoffState.ACCEPTED, None, None
    db.flush()
    # It is measured at its end, which is still to come.
    db.execute(delete(tables.Measure).where(tables.Measure.handoff_id == row.id))
    db.refresh(row)
    events.record_of_handoff(db, EventType.HANDOFF_REOPENED, row, row.holder, to=row.holder)
    queues.set_next_deadline(db, queues.of_target(db, row.target), row)


def _closed_as(db: Transaction, row: tables.Session, reason: EndReason) -> ClosedAs:
    """What a handoff is closed as by the end of its session.

    One that goes on above the first level was sent up by the platform: what people send on begins at the first, and a
    cold brief is not older than the end of its session.
    """
    if reason is not EndReason.HANDOFF and reason is not EndReason.CLIENT:
        return _CLOSED_BY[reason]
    onward = tables.Handoff
    found = db.execute(
        select(onward.returns_id, onward.level, onward.mode).where(
            onward.source_session_id == row.id,
            onward.state.in_(tables.UNDER_WAY),
            onward.mode != HandoffMode.CONSULT,
        )
    ).first()
    if found is None:
        return ClosedAs.ENDED
    if found.returns_id is not None:
        return ClosedAs.RETURNED
    is_sent_up = found.level > 1 and found.mode == HandoffMode.COLD
    return ClosedAs.ESCALATED if is_sent_up else ClosedAs.TRANSFERRED
