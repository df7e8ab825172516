"""Handoffs: requesting, reading, cancelling, retrying. Accepting is in ``starts``, what a holder does in ``desk``."""

from datetime import timedelta
from typing import Any, Unpack
from uuid import UUID

from sqlalchemy import ColumnElement, delete, func, select, true

from warmline_memory import customers, events, queues, redaction, sessions, templates, tenancy, tracing
from warmline_memory.errors import HandoffInProgress, HandoffStateForbids, NotFound, TooManyConsultations
from warmline_memory.handoffs import claims, locking, resuming
from warmline_memory.storage import tables, wire
from warmline_memory.storage.pages import ALWAYS, Many, Period, matching, read_page
from warmline_memory.storage.transactions import Transaction
from warmline_schemas.accounts import Account
from warmline_schemas.briefs import Brief
from warmline_schemas.events import EventFacts, EventType
from warmline_schemas.handoffs import Handoff, HandoffMode, HandoffState, HandoffWithBrief, RequestHandoff, Urgency
from warmline_schemas.targets import TargetKind, kind_of
from warmline_schemas.wire import Page

FIRST_SECONDS = 300
"""What comes back is offered for so long to whoever had it, who need not read the brief; then it waits for all."""
MOST_CONSULTATIONS = 10
"""A session can ask so many for advice at once: each asks for a brief, and somebody's time."""


def request(db: Transaction, ask: RequestHandoff) -> Handoff:
    """Ask for a session's work to go to a target. The row is due at once, and the worker hears of it after the commit.

    Raises ``NotFound``, also for a template, ``UnknownReceiver``, ``UnknownReasonCode``, ``SessionEnded``,
    ``HandoffInProgress``, ``TooManyConsultations``, and ``AgentNotBound`` for a session of an agent that is not the
    caller's.
    """
    source = _open_source(db, ask.session_id)
    queues.check_receiver(db, ask.to, by_person=db.person is not None, field="body.to")
    return _ask(db, source, ask)


def ask_again(db: Transaction, source: tables.Session, ask: RequestHandoff, *, first: str | None = None) -> Handoff:
    """Ask for the work of a session that has ended to go on, because its customer wrote again; its chain is locked.

    ``first`` is who is offered it before anybody else. Raises as ``request`` does.
    """
    asked = _ask(db, source, ask, reopened=True, offered_to=first)
    if first is not None:
        row = find(db, asked.id)
        row.offered_to, row.offered_until = first, func.now() + timedelta(seconds=FIRST_SECONDS)
        db.flush()
        return _fresh(db, row)
    return asked


def _ask(
    db: Transaction,
    source: tables.Session,
    ask: RequestHandoff,
    *,
    level: int = 1,
    returns_id: UUID | None = None,
    **facts: Any,
) -> Handoff:
    if ask.template is not None:
        templates.read(db, ask.template)
    refuse_many = _refuse_many_consultations if ask.mode is HandoffMode.CONSULT else refuse_a_second
    # The unique index says the same of a second; asked here first, it can be said which handoff is in the way.
    refuse_many(db, source.id)
    row = tables.Handoff(
        chain_id=source.chain_id,
        namespace=source.namespace,
        mode=ask.mode or HandoffMode.COLD,
        source_session_id=source.id,
        source_agent=source.agent,
        target=ask.to,
        # Lists, events and webhooks tell these on, long before and after there is a brief.
        reason=redaction.scrub(ask.reason),
        goal=ask.goal and redaction.scrub(ask.goal),
        hop=_hops_before(db, source) + 1,
        reason_code=ask.reason_code,
        urgency=ask.urgency or Urgency.NORMAL,
        urgency_given=ask.urgency is not None,
        language=ask.language or customers.language_of(db, source.namespace),
        skills=ask.skills,
        level=level,
        returns_id=returns_id,
        template=ask.template,
        review=ask.review,
        account=_stored(ask.account),
        due_at=func.now(),
        custom=redaction.scrub_tree(ask.metadata),
    )
    queues.on_request(db, row)
    # A customer who asks for a person in five words is not turned away: people can ask. The target is known only now,
    # for a chain that circles is sent to people instead.
    is_for_agent = kind_of(row.target) is TargetKind.AGENT
    row.refuse_vague = ask.refuse_vague and is_for_agent
    if ask.mode is None and not is_for_agent:
        row.mode = tenancy.read_preferences(db).people_mode
    _record_request(db, row, **facts)
    return _fresh(db, row)


def pass_on(
    db: Transaction,
    row: tables.Handoff,
    *,
    to: str,
    reason: str,
    goal: str | None = None,
    mode: HandoffMode = HandoffMode.COLD,
    level: int = 1,
    returns_id: UUID | None = None,
) -> Handoff:
    """Ask for the work of an accepted handoff to go on to another target, with what its session has done.

    The platform itself sends work up to a higher ``level``; ``returns_id`` is the handoff that this one gives back.
    Raises as ``request`` does, but for the target, which comes from settings or from whoever checked it.
    """
    ask = RequestHandoff(session_id=_taker(row), to=to, reason=reason, goal=goal, mode=mode, **kept_of(row))
    return _ask(db, _open_source(db, ask.session_id), ask, level=level, returns_id=returns_id)


def request_return(db: Transaction, source: tables.Session, to: str, instruction: str) -> Handoff:
    """Ask for the work of an open session to go back to the agent that had it, without a token: whoever had it gave
    it back in a channel, which knows of none. Its chain is locked. Raises as ``request`` does, but for the target."""
    had = None if source.handoff_id is None else find(db, source.handoff_id)
    ask = RequestHandoff(
        session_id=source.id,
        to=to,
        reason=instruction,
        goal=instruction,
        mode=HandoffMode.COLD,
        **({} if had is None else kept_of(had)),
    )
    # A session that a person began beside an older handoff gives nothing of that back.
    is_holder = had is not None and had.target_session_id == source.id
    return _ask(db, _open_source(db, source.id), ask, returns_id=had.id if had is not None and is_holder else None)


def _open_source(db: Transaction, session_id: UUID) -> tables.Session:
    """The session whose work is to go on, with its chain locked. Raises what ``request`` raises of it."""
    # Before the session is looked at: the one who ends it, or hands it on, at this moment is waited for.
    source = sessions.lock_chain(db, session_id)
    tenancy.check_agent(db, source.agent)
    if source.ended_at is not None:
        raise sessions.ended(db, source)
    return source


def kept_of(row: tables.Handoff) -> dict[str, Any]:
    """What a handoff that goes on from another one takes over from its request. Skills are the new target's affair."""
    return {
        "reason_code": row.reason_code,
        # What words of its session made urgent stays so; what nobody said is looked for in the new session's words.
        "urgency": row.urgency if row.urgency_given or row.urgency != Urgency.NORMAL else None,
        "language": row.language,
        "metadata": row.custom,
    }


def get(db: Transaction, handoff_id: UUID) -> HandoffWithBrief:
    """One handoff with its brief. Raises ``NotFound``."""
    found, rating = wire.handoff_with_brief(find(db, handoff_id)), db.find(tables.Rating, handoff_id)
    return found if rating is None else found.model_copy(update={"rating": rating.score})


def brief_of(db: Transaction, handoff_id: UUID) -> Brief:
    """The brief of a handoff, be it a draft or refused. Raises ``NotFound``, and ``HandoffStateForbids`` where it is
    still being written."""
    row = find(db, handoff_id)
    brief = None if row.state == HandoffState.REQUESTED else wire.brief(row)
    if brief is None:
        raise HandoffStateForbids(handoff_id=row.id, state=row.state, verb="read its brief", needed="ready")
    return brief


def find(db: Transaction, handoff_id: UUID) -> tables.Handoff:
    """One handoff's row. Raises ``NotFound``."""
    row = db.find(tables.Handoff, handoff_id)
    if row is None:
        raise NotFound(noun="handoff", id=handoff_id)
    return row


def list_page(
    db: Transaction,
    *,
    limit: int,
    cursor: str | None,
    namespace: Many[str] = None,
    state: Many[HandoffState] = None,
    to: Many[str] = None,
    holder: Many[str] = None,
    chain_id: Many[UUID] = None,
    session_id: Many[UUID] = None,
    period: Period = ALWAYS,
    seen: ColumnElement[bool] | None = None,
) -> Page[Handoff]:
    """Handoffs, newest first. ``session_id`` is the source session's; ``seen`` a condition on what is shown."""
    wanted = {
        "namespace": namespace,
        "state": state,
        "target": to,
        "holder": holder,
        "chain_id": chain_id,
        "source_session_id": session_id,
    }
    rows = select(tables.Handoff).where(*matching(tables.Handoff, wanted, period=period, at="requested_at"))
    rows = rows.where(true() if seen is None else seen)
    return read_page(db, rows, tables.Handoff.id, wire.handoff, limit=limit, cursor=cursor)


def cancel(db: Transaction, handoff_id: UUID, reason: str | None) -> Handoff:
    """Call a handoff off before somebody has accepted it. Its source session goes on, and is open again where a cold
    brief had ended it. Raises ``NotFound`` and ``HandoffStateForbids``.
    """
    row = locking.lock_chain(db, handoff_id)
    tenancy.check_party(db, row.source_agent)
    if row.state not in tables.UNDER_WAY and row.state != HandoffState.FAILED:
        raise HandoffStateForbids(
            handoff_id=row.id,
            state=row.state,
            verb="cancel",
            needed="not yet accepted, or failed",
        )
    call_off(db, row, reason or "cancelled by the caller", db.person)
    resuming.take_back(db, row.source_session_id)
    return _fresh(db, row)


def call_off(
    db: Transaction, row: tables.Handoff, reason: str, actor: str | None = None, *, returned: bool = False
) -> Handoff:
    """Cancel a locked handoff, and forget the memory of a brief that nobody will start from. Whoever holds it has lost
    it with that."""
    # No later recall may find the brief of something that did not happen.
    db.execute(delete(tables.Memory).where(tables.Memory.handoff_id == row.id))
    # Whoever holds it learns that with their next action, which is refused.
    claims.let_go(row)
    row.state, row.problem, row.due_at, row.closed_at = HandoffState.CANCELLED, reason, None, func.now()
    db.flush()
    facts: EventFacts = {"returned": True} if returned else {}
    events.record_of_handoff(db, EventType.HANDOFF_CANCELLED, row, actor, **facts)
    return _fresh(db, row)


def retry(db: Transaction, handoff_id: UUID, to: str | None = None) -> Handoff:
    """Put a failed handoff back to work; ``to`` a person who takes it, whatever its brief will say.

    Raises ``NotFound``, ``HandoffStateForbids``, ``HandoffInProgress``.
    """
    row = locking.lock_chain(db, handoff_id)
    tenancy.check_party(db, row.source_agent)
    if row.state != HandoffState.FAILED:
        raise HandoffStateForbids(handoff_id=row.id, state=row.state, verb="retry", needed="failed")
    if row.mode != HandoffMode.CONSULT:
        refuse_a_second(db, row.source_session_id)
    # All attempts begin anew: whatever made the last ones fail may be gone.
    row.state, row.attempts, row.problem = HandoffState.REQUESTED, 0, None
    row.due_at, row.closed_at = func.now(), None
    if to is not None:
        row.redirected_from, row.refuse_vague, row.review = row.redirected_from or row.target, False, False
        queues.retarget(db, row, to)
    _record_request(db, row, retried=True)
    return _fresh(db, row)


def refuse_a_second(db: Transaction, session_id: UUID) -> None:
    """Raise ``HandoffInProgress`` where the work of a session is going over already; consultations do not count."""
    row = tables.Handoff
    under_way = db.execute(
        select(row.id, row.target, row.state).where(
            row.source_session_id == session_id, row.state.in_(tables.UNDER_WAY), row.mode != HandoffMode.CONSULT
        )
    ).first()
    if under_way is not None:
        handoff_id, to, state = under_way
        raise HandoffInProgress(session_id=session_id, handoff_id=handoff_id, to=to, state=state)


def _refuse_many_consultations(db: Transaction, session_id: UUID) -> None:
    """Raise ``TooManyConsultations`` where a session asks as many as it may."""
    row = tables.Handoff
    going_on = select(func.count()).where(
        row.source_session_id == session_id,
        row.state.in_((*tables.UNDER_WAY, HandoffState.ACCEPTED)),
        row.mode == HandoffMode.CONSULT,
    )
    if db.scalars(going_on).one() >= MOST_CONSULTATIONS:
        raise TooManyConsultations(session_id=session_id, most=MOST_CONSULTATIONS)


def _record_request(db: Transaction, row: tables.Handoff, **facts: Unpack[EventFacts]) -> None:
    row.traceparent = tracing.traceparent()
    db.flush()
    db.nudge_worker(row.id)
    asked: EventFacts = {
        "mode": row.mode,
        "hop": row.hop,
        "reason_code": row.reason_code,
        "urgency": row.urgency,
        "returns_id": str(row.returns_id) if row.returns_id else None,
        **facts,
    }
    events.record_of_handoff(db, EventType.HANDOFF_REQUESTED, row, row.source_agent, **asked)


def _stored(account: Account | str | None) -> dict[str, Any] | str | None:
    return account.model_dump(mode="json", exclude_none=True) if isinstance(account, Account) else account


def _fresh(db: Transaction, row: tables.Handoff) -> Handoff:
    db.refresh(row)
    return wire.handoff(row)


def _taker(row: tables.Handoff) -> UUID:
    if row.target_session_id is None:
        raise HandoffStateForbids(handoff_id=row.id, state=row.state, verb="pass it on", needed="accepted")
    return row.target_session_id


def _hops_before(db: Transaction, source: tables.Session) -> int:
    if source.handoff_id is None:
        return 0
    return db.scalars(select(tables.Handoff.hop).where(tables.Handoff.id == source.handoff_id)).one()
