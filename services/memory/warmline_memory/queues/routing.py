"""Routing: where a handoff goes, what it is promised, to whom it is offered, and what happens while nobody is there."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from warmline_memory import events, operators, tenancy
from warmline_memory.errors import UnknownReasonCode
from warmline_memory.operators import PERSON
from warmline_memory.queues import deadlines, notices, office_hours, queues
from warmline_memory.storage import tables
from warmline_memory.storage.transactions import Transaction
from warmline_schemas.events import EventType
from warmline_schemas.preferences import Preferences
from warmline_schemas.queues import Assigning, NobodyThere, Queue
from warmline_schemas.reasons import ReasonCode
from warmline_schemas.targets import TargetKind, kind_of

TOP_LEVEL = 10
"""No handoff goes above this level."""
LOOK_AGAIN = timedelta(seconds=20)
"""A handoff that is to be offered, and found nobody, is looked at again after so long."""
STAYING = (NobodyThere.WAIT, NobodyThere.CALLBACK)
HOPS, CIRCLES = "hop_budget", "ping_pong"


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


def on_ready(db: Transaction, row: tables.Handoff) -> None:
    """Find somebody for a handoff that has become ready, or do what its queue wants done while nobody is there."""
    db.flush()
    queue, now = queues.of_target(db, row.target), _now(db)
    again = None
    if kind_of(row.target) is not TargetKind.AGENT and row.offered_to is None:
        opens = office_hours.opens_at(queue.office_hours, now)
        staff = operators.staff_of_target(db, row.target)
        able = [one for one in staff if operators.may_take(one.operator, row) is None]
        if opens == now and any(one.is_free for one in able):
            _offer(db, row, queue, able, now)
        elif (queue.written or staff) and _nobody_there(db, row, queue, opens, now):
            on_ready(db, row)
            return
        again = _looks_again(row, queue, opens, now)
    deadlines.set_next(db, queue, row, again)
    db.flush()


def on_accepted(db: Transaction, row: tables.Handoff) -> None:
    """Promise a first reply to a handoff that was taken over, and let its other clocks run on."""
    db.flush()
    queue = queues.of_target(db, row.target)
    seconds = queue.promises.first_reply_seconds
    if seconds is not None and row.accepted_at is not None:
        row.first_reply_due_at = office_hours.after(queue.office_hours, row.accepted_at, seconds)
    row.offered_to, row.offered_until, row.notice = None, None, None
    deadlines.set_next(db, queue, row)
    db.flush()


def escalate(db: Transaction, row: tables.Handoff, why: str) -> None:
    """Send a ready handoff one level up: to the level's own target, or to the higher levels of the same queue.

    At the last level it stays, and alarms again; no handoff is ever dropped.
    """
    queue = queues.of_target(db, row.target)
    _go_up(db, row, *next_level(queue, row), why)
    on_ready(db, row)


def next_level(queue: Queue, row: tables.Handoff) -> tuple[str, int]:
    """Where a handoff goes from its level, and the level at which it waits there."""
    step = deadlines.step(queue, row.level)
    if step is None or step.to:
        return (step.to if step and step.to else row.target), min(row.level + 1, TOP_LEVEL)
    return row.target, max(row.level, min(row.level + 1, len(queue.levels) + 1))


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
    source = db.get_one(tables.Session, row.source_session_id)
    before = db.get(tables.Handoff, source.handoff_id) if source.handoff_id else None
    if before is None or before.reason_code != row.reason_code:
        raise UnknownReasonCode(field="body.reason_code", code=row.reason_code, known=", ".join(known))


def _circles(db: Transaction, row: tables.Handoff, preferred: Preferences) -> str | None:
    """Why a handoff to an agent goes to people instead, if it does. What a person decides is never overruled."""
    if kind_of(row.target) is not TargetKind.AGENT or row.source_agent.startswith(PERSON):
        return None
    if row.hop > preferred.hop_budget:
        return HOPS
    return CIRCLES if _is_ping_pong(db, row) else None


def _is_ping_pong(db: Transaction, row: tables.Handoff) -> bool:
    """Whether A hands over to B for the second time in a row: A to B, B back to A, and now A to B, without a person."""
    source = db.get_one(tables.Session, row.source_session_id)
    if source.handoff_id is None or row.source_agent == row.target:
        return False
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
    """Promise what the queue of a target promises; what it was promised for its whole way stays."""
    queue = queues.of_target(db, row.target)
    accept, resolve = queue.promises.accept_seconds, queue.promises.resolve_seconds
    now = _now(db) if accept or resolve else None
    row.accept_due_at = office_hours.after(queue.office_hours, now, accept) if now and accept else None
    if now and resolve and row.resolve_due_at is None:
        row.resolve_due_at = office_hours.after(queue.office_hours, now, resolve)


def _offer(db: Transaction, row: tables.Handoff, queue: Queue, able: list[operators.Standing], now: datetime) -> None:
    """Offer a handoff to the best operator who has not declined it; where all have, it is open to everybody."""
    if row.notice is not None and row.notice["policy"] in STAYING:
        row.notice = None
    best = operators.best_of(db, row.target, able, row.declined_by) if queue.assigning is Assigning.OFFER else None
    if best is None:
        return
    row.offered_to, row.offered_until = best.agent, now + timedelta(seconds=queue.offer_seconds)
    db.flush()
    until = row.offered_until.isoformat()
    events.record_of_handoff(db, EventType.HANDOFF_OFFERED, row, offered_to=best.agent, until=until)


def _nobody_there(db: Transaction, row: tables.Handoff, queue: Queue, opens: datetime | None, now: datetime) -> bool:
    """Do what a queue wants done while nobody is there, and say so once. True where the handoff has another target."""
    policy = queue.nobody_there
    upper = _next_target(queue, row) if policy is NobodyThere.NEXT_LEVEL else None
    if policy is NobodyThere.NEXT_LEVEL and upper is None:
        policy = NobodyThere.WAIT
    if policy in STAYING and row.notice is not None and row.notice["policy"] == policy:
        return False
    goes_back = policy is NobodyThere.BACK_TO_SOURCE
    onward = row.source_agent if goes_back else upper[0] if upper else None
    row.notice = notices.notice(db, row, queue, policy, opens, now, onward)
    db.flush()
    events.record_of_handoff(db, EventType.HANDOFF_NOBODY_THERE, row, policy=policy, to=onward)
    if upper is not None:
        _go_up(db, row, *upper, "nobody is there")
    elif goes_back:
        _go_back(db, row)
    return onward is not None


def _next_target(queue: Queue, row: tables.Handoff) -> tuple[str, int] | None:
    """Another target above a handoff's level, and the level at which it waits there; None where there is none."""
    now_at = min(row.level, len(queue.levels))
    for above, step in enumerate(queue.levels[now_at - 1 :], row.level + 1):
        if step.to and step.to != row.target and above <= TOP_LEVEL:
            return step.to, above
    return None


def _go_up(db: Transaction, row: tables.Handoff, to: str, level: int, why: str) -> None:
    before: dict[str, Any] = {"from_level": row.level, "was": row.target}
    row.target, row.level = to, level
    _withdraw_offers(row)
    db.flush()
    events.record_of_handoff(db, EventType.HANDOFF_ESCALATED, row, **before, why=why)


def _go_back(db: Transaction, row: tables.Handoff) -> None:
    was, notice = row.target, row.notice
    retarget(db, row, row.source_agent)
    row.redirected_from, row.notice = was, notice
    events.record_of_handoff(db, EventType.HANDOFF_RETARGETED, row, was=was, why="nobody is there")


def _looks_again(row: tables.Handoff, queue: Queue, opens: datetime | None, now: datetime) -> datetime | None:
    """When to look for somebody again: as soon as the queue opens, or in a while where it is to be offered."""
    if opens != now:
        return opens
    if row.offered_to is None and queue.assigning is Assigning.OFFER and row.notice is not None:
        return now + LOOK_AGAIN
    return None


def _withdraw_offers(row: tables.Handoff) -> None:
    row.offered_to, row.offered_until, row.declined_by = None, None, []


def _now(db: Transaction) -> datetime:
    return db.scalars(select(func.now())).one()
