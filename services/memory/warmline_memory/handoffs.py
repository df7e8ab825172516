"""Handoffs: requesting, reading, cancelling, retrying. Claiming is in ``claims``, accepting in ``starts``."""

from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session as Db

from warmline_memory import answers, claims, sessions, tables, templates
from warmline_memory.errors import HandoffInProgress, HandoffStateForbids, NotFound
from warmline_memory.pages import read_page
from warmline_schemas.briefs import Brief
from warmline_schemas.handoffs import Handoff, HandoffMode, HandoffState, HandoffWithBrief, RequestHandoff
from warmline_schemas.wire import Page

NOTHING_ENDED = (HandoffState.REQUESTED, HandoffState.DRAFTED, HandoffState.FAILED)
"""The states in which a handoff has not ended its source session, whatever its mode."""


def request(db: Db, ask: RequestHandoff) -> Handoff:
    """Ask for a session's work to go to a target. The row is due at once; whoever calls nudges the worker after commit.

    Raises ``NotFound``, also for a template, ``SessionEnded`` and ``HandoffInProgress``.
    """
    source = sessions.find_in_locked_chain(db, ask.session_id)
    if source.ended_at is not None:
        raise sessions.ended(db, source)
    if ask.template is not None:
        templates.read(db, ask.template)
    _refuse_a_second(db, source.id)
    row = tables.Handoff(
        chain_id=source.chain_id,
        namespace=source.namespace,
        mode=ask.mode,
        source_session_id=source.id,
        source_agent=source.agent,
        target=ask.to,
        reason=ask.reason,
        goal=ask.goal,
        hop=_hops_before(db, source) + 1,
        template=ask.template,
        review=ask.review,
        refuse_vague=ask.refuse_vague,
        due_at=func.now(),
        custom=ask.metadata,
    )
    db.add(row)
    db.flush()
    db.refresh(row)
    return answers.handoff(row)


def get(db: Db, handoff_id: UUID) -> HandoffWithBrief:
    """One handoff with its brief. Raises ``NotFound``."""
    row = find(db, handoff_id)
    return answers.handoff_with_brief(row, claims.live(db, row))


def brief_of(db: Db, handoff_id: UUID) -> Brief:
    """The brief of a handoff, be it a draft or refused. Raises ``NotFound``, and ``HandoffStateForbids`` where it is
    still being written."""
    row = find(db, handoff_id)
    brief = None if row.state == HandoffState.REQUESTED else answers.brief(row)
    if brief is None:
        raise HandoffStateForbids(handoff_id=row.id, state=row.state, verb="read its brief", needed="ready")
    return brief


def find(db: Db, handoff_id: UUID) -> tables.Handoff:
    """One handoff's row. Raises ``NotFound``."""
    row = db.get(tables.Handoff, handoff_id)
    if row is None:
        raise NotFound(noun="handoff", id=handoff_id)
    return row


def find_in_locked_chain(db: Db, handoff_id: UUID) -> tables.Handoff:
    """One handoff's row as it is once its chain is locked. Raises ``NotFound``."""
    sessions.lock_chain_of(db, tables.Handoff, handoff_id)
    return find(db, handoff_id)


def list_page(
    db: Db,
    *,
    limit: int,
    cursor: str | None,
    namespace: str | None = None,
    state: HandoffState | None = None,
    to: str | None = None,
    chain_id: UUID | None = None,
    session_id: UUID | None = None,
) -> Page[Handoff]:
    """Handoffs, newest first. ``session_id`` is the source session's."""
    wanted = {
        "namespace": namespace,
        "state": state,
        "target": to,
        "chain_id": chain_id,
        "source_session_id": session_id,
    }
    rows = select(tables.Handoff).filter_by(**{name: value for name, value in wanted.items() if value is not None})
    return read_page(db, rows, tables.Handoff.id, answers.handoff, limit=limit, cursor=cursor)


def cancel(db: Db, handoff_id: UUID, reason: str | None) -> Handoff:
    """Call a handoff off; the source session goes on untouched. Raises ``NotFound`` and ``HandoffStateForbids``."""
    row = find_in_locked_chain(db, handoff_id)
    waits_warm = row.mode == HandoffMode.WARM and row.state in tables.UNDER_WAY
    if not waits_warm and row.state not in NOTHING_ENDED:
        raise HandoffStateForbids(
            handoff_id=row.id,
            state=row.state,
            verb="cancel",
            needed="requested, drafted or failed, or in warm mode not yet accepted: later its source session has ended",
        )
    call_off(db, row, reason or "cancelled by the caller")
    return answers.handoff(row)


def call_off(db: Db, row: tables.Handoff, reason: str) -> None:
    """Cancel a handoff of a locked chain, and forget the memory of a brief that nobody will start from."""
    db.execute(delete(tables.Memory).where(tables.Memory.handoff_id == row.id))
    row.state, row.problem, row.due_at, row.closed_at = HandoffState.CANCELLED, reason, None, func.now()
    db.flush()
    db.refresh(row)


def retry(db: Db, handoff_id: UUID) -> Handoff:
    """Put a failed handoff back to work. Raises ``NotFound``, ``HandoffStateForbids``, ``HandoffInProgress``."""
    row = find_in_locked_chain(db, handoff_id)
    if row.state != HandoffState.FAILED:
        raise HandoffStateForbids(handoff_id=row.id, state=row.state, verb="retry", needed="failed")
    _refuse_a_second(db, row.source_session_id)
    row.state, row.attempts, row.problem = HandoffState.REQUESTED, 0, None
    row.due_at, row.closed_at = func.now(), None
    db.flush()
    db.refresh(row)
    return answers.handoff(row)


def _refuse_a_second(db: Db, session_id: UUID) -> None:
    under_way = db.scalar(
        select(tables.Handoff.id).where(
            tables.Handoff.source_session_id == session_id, tables.Handoff.state.in_(tables.UNDER_WAY)
        )
    )
    if under_way is not None:
        raise HandoffInProgress(session_id=session_id, handoff_id=under_way)


def _hops_before(db: Db, source: tables.Session) -> int:
    if source.handoff_id is None:
        return 0
    return db.scalars(select(tables.Handoff.hop).where(tables.Handoff.id == source.handoff_id)).one()
