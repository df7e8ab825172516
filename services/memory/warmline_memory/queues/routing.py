"""Routing: where a handoff goes, what it is promised, to whom it is offered, and what happens while nobody is there.

What happens is decided by ``next_steps``. Here is read what that needs, and done what it says.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import aliased

from warmline_memory import events, operators, tenancy
from warmline_memory.errors import UnknownReasonCode
from warmline_memory.queues import deadlines, next_steps, notices, office_hours, queues
from warmline_memory.queues.next_steps import NextStep, Stop, Waiting
from warmline_memory.storage import clock, tables
from warmline_memory.storage.transactions import Transaction
from warmline_schemas.events import EventType
from warmline_schemas.queues import Assigning, NobodyThere
from warmline_schemas.targets import ReasonCode, TargetKind, kind_of
from warmline_schemas.tenancy import Preferences

HOPS, CIRCLES = "hop_budget", "ping_pong"
"""Why a handoff is sent to people instead: its chain has too many hops, or goes to and fro between two agents."""
NOBODY = "nobody is there"


@dataclass(frozen=True)
class _Needs:
    """What a handoff needs of an operator at one stop of its way."""

    target: str
    level: int
    skills: list[str]
    language: str | None


def on_request(db: Transaction, row: tables.Handoff) -> None:
    """Check a new handoff's reason code, send a circling chain to people, and promise what its queue promises.

    Raises ``UnknownReasonCode``.
    """
    preferred = tenancy.read_preferences(db)
    _check_reason(db, row, preferred)
    why = _circles(db, row, preferred)
    if why is not None:
        row.redirected_from, row.target = row.target, preferred.people_target
    db.add(row)
    db.flush()
    _promise(db, row)
    if why is not None:
        was = row.redirected_from
        events.record_of_handoff(db, EventType.HANDOFF_REDIRECTED, row, why=why, was=was, hop=row.hop)


def route(db: Transaction, row: tables.Handoff) -> None:
    """Find somebody for a handoff that is ready, or do what its queue wants done while nobody is there.

    It may pass several targets at once. Its clocks are set anew, whatever happens.
    """
    db.flush()
    now = clock.now(db)
    waiting = Waiting(
        source=row.source_agent,
        is_offered=row.offered_to is not None,
        declined_by=tuple(row.declined_by),
        notice=None if row.notice is None else NobodyThere(row.notice["policy"]),
    )
    way = [_stop(db, row, row.target, row.level)]
    # Only as far as the handoff goes: who is there further up need not be known.
    while (move := next_steps.onward(waiting, way, now)) is not None:
        way.append(_stop(db, row, move.target, move.level))
    step = next_steps.decide(waiting, way, now)
    _take(db, row, step, now)
    deadlines.set_next(db, step.stop.queue, row, step.look_again_at)
    db.flush()


def on_accepted(db: Transaction, row: tables.Handoff) -> None:
    """Promise a first reply to a handoff that was taken over, and let its other clocks run on."""
    db.flush()
    queue = queues.of_target(db, row.target)
    seconds = queue.promises.first_reply_seconds
    if seconds is not None and row.accepted_at is not None:
        row.first_reply_due_at = office_hours.after(queue.office_hours, row.accepted_at, seconds)
    # Nobody waits any more, so what was said about the wait is over.
    row.offered_to, row.offered_until, row.notice = None, None, None
    deadlines.set_next(db, queue, row)
    db.flush()


def escalate(db: Transaction, row: tables.Handoff, why: str) -> None:
    """Send a ready handoff one level up: to the level's own target, or to the higher levels of the same queue."""
    queue = queues.of_target(db, row.target)
    _go_up(db, row, *next_steps.level_above(queue, row.target, row.level), why)
    route(db, row)


def retarget(db: Transaction, row: tables.Handoff, to: str) -> None:
    """Give a handoff that nobody took over another target, which makes its own promises from now on."""
    row.target, row.level, row.notice = to, 1, None
    _withdraw_offers(row)
    _promise(db, row)
    db.flush()


def _check_reason(db: Transaction, row: tables.Handoff, preferred: Preferences) -> None:
    """Raise ``UnknownReasonCode``, unless the code came with the work, and was known then."""
    known = [*ReasonCode, *preferred.reason_codes]
    if row.reason_code in known:
        return
    source = db.find_one(tables.Session, row.source_session_id)
    before = db.find(tables.Handoff, source.handoff_id) if source.handoff_id else None
    if before is None or before.reason_code != row.reason_code:
        raise UnknownReasonCode(field="body.reason_code", code=row.reason_code, known=", ".join(known))


def _circles(db: Transaction, row: tables.Handoff, preferred: Preferences) -> str | None:
    """Why a handoff to an agent goes to people instead, if it does. What a person decides is never overruled."""
    if kind_of(row.target) is not TargetKind.AGENT or kind_of(row.source_agent) is TargetKind.HUMAN:
        return None
    if row.hop > preferred.hop_budget:
        return HOPS
    return CIRCLES if _is_ping_pong(db, row) else None


def _is_ping_pong(db: Transaction, row: tables.Handoff) -> bool:
    """Whether A hands over to B for the second time in a row: A to B, B back to A, and now A to B, without a person."""
    source = db.find_one(tables.Session, row.source_session_id)
    if source.handoff_id is None or row.source_agent == row.target:
        return False
    # Three handoffs, the newest last: "there" from A to B, "back" from B to A, and the new one from A to B.
    back, there, session = aliased(tables.Handoff), aliased(tables.Handoff), aliased(tables.Session)
    before = db.execute(
        select(there.source_agent, back.source_agent)
        .select_from(back)
        .join(session, session.id == back.source_session_id)
        .join(there, there.id == session.handoff_id)
        .where(back.id == source.handoff_id)
    ).one_or_none()
    return before is not None and tuple(before) == (row.source_agent, row.target)


def _promise(db: Transaction, row: tables.Handoff) -> None:
    """Promise what the queue of a target promises. The promise to resolve is for the whole way, and is made once."""
    queue = queues.of_target(db, row.target)
    accept, resolve = queue.promises.accept_seconds, queue.promises.resolve_seconds
    now = clock.now(db) if accept or resolve else None
    row.accept_due_at = office_hours.after(queue.office_hours, now, accept) if now and accept else None
    if now and resolve and row.resolve_due_at is None:
        row.resolve_due_at = office_hours.after(queue.office_hours, now, resolve)


def _stop(db: Transaction, row: tables.Handoff, target: str, level: int) -> Stop:
    """Read a stop on the way of a handoff: how its queue works, and who is there."""
    queue, staff = queues.of_target(db, target), operators.staff_of_target(db, target)
    needs = _Needs(target, level, row.skills, row.language)
    free = [one for one in staff if one.is_free and operators.may_take(one.operator, needs) is None]
    if queue.assigning is Assigning.OFFER:
        free = operators.in_order_of_offers(db, target, free)
    return Stop(target, level, queue, is_staffed=bool(staff), free=tuple(one.agent for one in free))


def _take(db: Transaction, row: tables.Handoff, step: NextStep, now: datetime) -> None:
    """Do what a next step says, and record each part of it as an event."""
    for move in step.moves:
        _give_notice(db, row, move.left, move.policy, now, move.target)
        if move.policy is NobodyThere.BACK_TO_SOURCE:
            _go_back(db, row)
        else:
            _go_up(db, row, move.target, move.level, NOBODY)
    if step.notice is not None:
        _give_notice(db, row, step.stop, step.notice, now, None)
    if step.ends_notice:
        row.notice = None
    if step.offered_to is not None and step.offered_until is not None:
        row.offered_to, row.offered_until = step.offered_to, step.offered_until
        until = step.offered_until.isoformat()
        events.record_of_handoff(db, EventType.HANDOFF_OFFERED, row, offered_to=step.offered_to, until=until)


def _give_notice(
    db: Transaction, row: tables.Handoff, stop: Stop, policy: NobodyThere, now: datetime, onward: str | None
) -> None:
    """Say to the source of a handoff that nobody is there, and where it goes on to, if it does."""
    row.notice = notices.notice(db, row, stop.queue, policy, now, onward)
    events.record_of_handoff(db, EventType.HANDOFF_NOBODY_THERE, row, policy=policy, to=onward)


def _go_up(db: Transaction, row: tables.Handoff, to: str, level: int, why: str) -> None:
    """Let a handoff wait at a higher level. It keeps the promises that it has: going up breaks none."""
    was, from_level = row.target, row.level
    if to != was and kind_of(was) is TargetKind.AGENT:
        # Whoever gets it instead sees whom it was meant for.
        row.redirected_from = row.redirected_from or was
    row.target, row.level = to, level
    _withdraw_offers(row)
    events.record_of_handoff(db, EventType.HANDOFF_ESCALATED, row, from_level=from_level, was=was, why=why)


def _go_back(db: Transaction, row: tables.Handoff) -> None:
    """Let a handoff wait for the agent that handed over, at the first level."""
    # The notice stays on the handoff: the source finds in it why the work comes back.
    was, notice = row.target, row.notice
    retarget(db, row, row.source_agent)
    row.redirected_from, row.notice = was, notice
    events.record_of_handoff(db, EventType.HANDOFF_RETARGETED, row, was=was, why=NOBODY)


def _withdraw_offers(row: tables.Handoff) -> None:
    """Forget to whom a handoff is and was offered: at another target it is offered to others."""
    row.offered_to, row.offered_until, row.declined_by = None, None, []
