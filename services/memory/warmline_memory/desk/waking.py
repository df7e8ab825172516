"""Waking: what the desk does when a clock of a handoff has run down: a lease, an offer, a promise, a level.

Every step is safe to repeat: it first looks whether its clock has run down, and ends that clock when it has acted.
"""

from datetime import datetime, timedelta
from uuid import UUID

from warmline_memory import events, handoffs, memories, queues, tenancy
from warmline_memory.errors import HandoffInProgress
from warmline_memory.storage import clock, tables
from warmline_memory.storage.transactions import Transaction
from warmline_schemas.events import EventFacts, EventType
from warmline_schemas.handoffs import Handoff, HandoffState
from warmline_schemas.queues import Queue
from warmline_schemas.targets import TargetKind, kind_of


def wake(db: Transaction, handoff_id: UUID) -> None:
    """Handle every clock of a handoff that has run down. Raises ``NotFound``."""
    # Two workers may find the same handoff. The second one waits here for its turn, and then finds ``wake_at`` ahead.
    row = handoffs.lock(db, handoff_id)
    now = clock.now(db)
    if row.wake_at is None or row.wake_at > now:
        return
    # In this order: a breach is recorded with the state that broke the promise, before anything below changes it.
    queue, known = queues.of_target(db, row.target), queues.recorded(db, row)
    _record_breaches(db, row, known, now)
    _end_rests(db, row, queue, now)
    if row.state == HandoffState.ACCEPTED:
        _look_at_work(db, row, queue, now)
    elif _has_passed(row.lease_until, now):
        _lapse(db, row)
    else:
        _look_at_wait(db, row, queue, queues.level_ends(queue, row, known), now)


def _record_breaches(db: Transaction, row: tables.Handoff, known: queues.Recorded, now: datetime) -> None:
    """Write an event for every promise that is broken, one event for each promise."""
    # A reply may have been kept while somebody held the handoff's lock, when it could not be noted.
    if _has_passed(row.first_reply_due_at, now):
        memories.find_first_reply(db, row)
    for broken in queues.open_promises(row, known):
        if broken.due_at <= now:
            due_at = broken.due_at.isoformat()
            events.record_of_handoff(db, EventType.HANDOFF_BREACHED, row, promise=broken.name, due_at=due_at)


def _end_rests(db: Transaction, row: tables.Handoff, queue: Queue, now: datetime) -> None:
    """End a snooze, and the wait for an answer that did not come: the lease then runs again."""
    if _has_passed(row.snoozed_until, now):
        row.snoozed_until = None
        db.flush()
        events.record_of_handoff(db, EventType.HANDOFF_WOKEN, row, row.holder)
    if _has_passed(row.inquiry_due_at, now):
        row.inquiry_due_at = None
        # The claim could not lapse while an answer was awaited, so its lease may have run out long ago: it gets a new
        # one.
        if row.lease_until is not None:
            row.lease_until = max(row.lease_until, now + timedelta(seconds=queue.lease_seconds))
        db.flush()
        events.record_of_handoff(db, EventType.HANDOFF_INFO_OVERDUE, row, row.holder)


def _lapse(db: Transaction, row: tables.Handoff) -> None:
    """Take a claim that ran out from its holder: the handoff waits again, one level up. An agent's waits on for it:
    another process of that agent may come, until the time is over in which one should have."""
    holder = row.holder
    handoffs.let_go(row)
    db.flush()
    events.record_of_handoff(db, EventType.HANDOFF_LAPSED, row, holder)
    if kind_of(row.target) is TargetKind.AGENT:
        queues.route(db, row)
    else:
        queues.escalate(db, row, f"the claim of {holder} ran out")


def _look_at_wait(
    db: Transaction, row: tables.Handoff, queue: Queue, level_ends: datetime | None, now: datetime
) -> None:
    """End an offer that ran out. Then escalate what has waited too long at its level, or look for somebody."""
    # Whoever let an offer lapse has declined it as far as routing is concerned.
    if _has_passed(row.offered_until, now):
        offered_to = row.offered_to
        row.offered_to, row.offered_until = None, None
        row.declined_by = [*row.declined_by, *([offered_to] if offered_to else [])]
        db.flush()
        events.record_of_handoff(db, EventType.HANDOFF_OFFER_LAPSED, row, offered_to, offered_to=offered_to)
    if _has_passed(level_ends, now):
        holder = row.holder
        handoffs.let_go(row)
        claimed = f", though {holder} had claimed it" if holder else ""
        queues.escalate(db, row, f"{_who_let_it_wait(row)} it over in time{claimed}")
    elif row.state == HandoffState.READY:
        queues.route(db, row)
    else:
        queues.set_next_deadline(db, queue, row)
        db.flush()


def _who_let_it_wait(row: tables.Handoff) -> str:
    return f"the agent {row.target} did not take" if kind_of(row.target) is TargetKind.AGENT else "nobody took"


def _look_at_work(db: Transaction, row: tables.Handoff, queue: Queue, now: datetime) -> None:
    """Send accepted work one level up if it has stalled."""
    if _has_passed(queues.stalls_at(db, queue, row, queues.recorded(db, row)), now):
        events.record_of_handoff(db, EventType.HANDOFF_STALLED, row, row.holder)
        _send_up(db, row, queue)
    queues.set_next_deadline(db, queue, row)
    db.flush()


def _send_up(db: Transaction, row: tables.Handoff, queue: Queue) -> None:
    """Ask for stalled work to go one level up, unless it is going over already.

    It goes as a new handoff from the holder's session, so that what the holder did is in its brief.
    """
    to, level = queues.level_above(queue, row.target, row.level)
    if to == row.target and kind_of(to) is TargetKind.AGENT:
        # Its handoffs may wait for as long as it takes, but what it left is not given to it again.
        to = tenancy.read_preferences(db).people_target
    idle = queues.duration(queue.stalled_seconds or 0)
    reason = f"{row.holder} took it over, and nothing has happened for {idle}. It was about: {row.reason}"
    try:
        onward = handoffs.pass_on(db, row, to=to, reason=reason[:2000], goal=row.goal, level=max(level, row.level + 1))
    except HandoffInProgress:
        return  # it is on its way to somebody already
    _keep_needs(db, row, onward)
    facts: EventFacts = {
        "why": "it stalled",
        "from_level": row.level,
        "to_level": onward.level,
        "was": row.target,
        "to": onward.to,
        "onward_id": str(onward.id),
    }
    events.record_of_handoff(db, EventType.HANDOFF_ESCALATED, row, **facts)


def _keep_needs(db: Transaction, row: tables.Handoff, onward: Handoff) -> None:
    """Where the new handoff goes to the same queue, it needs the same skills and is not offered to the same holder."""
    if onward.to != row.target:
        return
    again = handoffs.find(db, onward.id)
    again.skills, again.declined_by = row.skills, [row.holder] if row.holder else []
    db.flush()


def _has_passed(moment: datetime | None, now: datetime) -> bool:
    return moment is not None and moment <= now
