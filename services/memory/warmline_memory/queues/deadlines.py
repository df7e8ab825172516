"""Deadlines: when a handoff must be looked at again, for a promise, a level or a stall.

Each handoff has one clock for all of them, ``alarm_at``. What it has said already is read from its events, so that no
breach is recorded twice (docs/decisions/0014).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select

from warmline_memory.queues import next_steps, office_hours
from warmline_memory.storage import tables
from warmline_memory.storage.transactions import Transaction
from warmline_schemas.events import EventType
from warmline_schemas.handoffs import HandoffMode, HandoffState
from warmline_schemas.queues import Queue
from warmline_schemas.targets import TargetKind, kind_of

# A handoff waits anew at each level, so its wait counts from the last of these.
MOVES = (EventType.HANDOFF_ESCALATED, EventType.HANDOFF_RETARGETED)
# What happens to accepted work apart from its session's memories. A stall is among them: the next one is counted from
# there, and so comes after as long a time as the first.
SIGNS_OF_LIFE = (
    EventType.HANDOFF_WOKEN,
    EventType.HANDOFF_INFO_GIVEN,
    EventType.HANDOFF_INFO_OVERDUE,
    EventType.HANDOFF_STALLED,
)


@dataclass(frozen=True)
class Promise:
    """One promise to a handoff: until when, and when it was kept, late or not; None where it has not been."""

    name: str
    due_at: datetime
    kept_at: datetime | None

    def may_break(self) -> bool:
        """Whether it is broken, or can still be."""
        return self.kept_at is None or self.kept_at > self.due_at


@dataclass(frozen=True)
class Recorded:
    """What a handoff's events say: which breaches were recorded, and when each type of event last happened."""

    breaches: frozenset[str] = frozenset()
    last: Mapping[str, datetime] = field(default_factory=dict)

    def latest(self, types: tuple[EventType, ...], *others: datetime | None) -> datetime | None:
        """The latest of some types of events and of other moments."""
        times = [self.last[one] for one in types if one in self.last] + [one for one in others if one is not None]
        return max(times, default=None)


def recorded(db: Transaction, row: tables.Handoff) -> Recorded:
    """Read what the events of a handoff say about its deadlines."""
    event = tables.Event
    wanted = (EventType.HANDOFF_BREACHED, *MOVES, *SIGNS_OF_LIFE)
    found = db.execute(
        select(event.type, event.at, event.facts["promise"].astext)
        .where(event.handoff_id == row.id, event.type.in_(wanted))
        .order_by(event.sequence)
    ).all()
    return Recorded(frozenset(promise for _, _, promise in found if promise), {type: at for type, at, _ in found})


def promises(row: tables.Handoff) -> list[Promise]:
    """The promises to a handoff."""
    given = (
        ("accept", row.accept_due_at, row.accepted_at),
        ("first_reply", row.first_reply_due_at, row.first_reply_at),
        ("resolve", row.resolve_due_at, row.closed_at),
    )
    return [Promise(name, due_at, kept_at) for name, due_at, kept_at in given if due_at is not None]


def open_promises(row: tables.Handoff, known: Recorded) -> list[Promise]:
    """The promises that are broken or can still be broken, and whose breach was not recorded."""
    return [one for one in promises(row) if one.may_break() and one.name not in known.breaches]


def level_ends(queue: Queue, row: tables.Handoff, known: Recorded) -> datetime | None:
    """When a waiting handoff has waited at its level for long enough; None where it may wait there for ever.

    A claim begins the wait anew, once: prolonging the claim does not. An agent waits for nobody's decision while it
    prolongs a claim: it is at work, and for it the wait goes on where the claim lapses.
    """
    if row.state == HandoffState.CLAIMED and kind_of(row.target) is TargetKind.AGENT:
        return None
    handled = next_steps.level_at(queue, row.level)
    claimed = row.claimed_at if row.state == HandoffState.CLAIMED else None
    since = known.latest(MOVES, row.ready_at, claimed)
    if handled is None or since is None or row.state not in tables.WAITING:
        return None
    return office_hours.after(queue.office_hours, since, handled.wait_seconds)


def stalls_at(db: Transaction, queue: Queue, row: tables.Handoff, known: Recorded) -> datetime | None:
    """When an accepted handoff counts as stalled: so long after the last memory of its session, or other sign of life.

    Never while it is set aside, or its source is asked something, never for a consultation, and never because of an
    agent's clocks where a person has taken its work.
    """
    is_resting = row.snoozed_until is not None or row.inquiry_due_at is not None or row.mode == HandoffMode.CONSULT
    is_persons = kind_of(row.target) is TargetKind.AGENT and kind_of(row.holder or "") is TargetKind.HUMAN
    if queue.stalled_seconds is None or row.state != HandoffState.ACCEPTED or is_resting or is_persons:
        return None
    memory = tables.Memory
    kept = select(memory.created_at).where(memory.session_id == row.target_session_id)
    last_kept = db.scalar(kept.order_by(memory.ordinal.desc()).limit(1))
    since = known.latest(SIGNS_OF_LIFE, row.accepted_at, row.heartbeat_at, last_kept)
    return None if since is None else office_hours.after(queue.office_hours, since, queue.stalled_seconds)


def set_next(db: Transaction, queue: Queue, row: tables.Handoff, *others: datetime | None) -> None:
    """Set the alarm of a handoff to whichever comes first: a promise, a level, a stall, or one of ``others``."""
    has_clocks = queue.levels or queue.stalled_seconds or promises(row)
    # Without any clock the events need not be read.
    known = recorded(db, row) if has_clocks else Recorded()
    times = [one.due_at for one in open_promises(row, known)]
    times += [one for one in (level_ends(queue, row, known), stalls_at(db, queue, row, known), *others) if one]
    row.alarm_at = min(times, default=None)
