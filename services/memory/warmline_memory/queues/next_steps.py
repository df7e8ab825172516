"""Next steps: where a waiting handoff goes, whom it is offered to, and when to look again. Pure: it reads no database
and no clock.

A handoff waits at a *stop*: a target, at a level. Its *way* is the stops that it may come to at once, the present one
first. ``onward`` says where the way leads; ``decide`` says how far the handoff goes along it, and what happens there.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from warmline_memory.queues import office_hours
from warmline_schemas.queues import Assigning, Level, NobodyThere, Queue
from warmline_schemas.targets import TargetKind, kind_of

TOP_LEVEL = 10
"""No handoff goes above this level: a queue has at most so many, and levels that lead in a circle end here."""
LOOK_AGAIN = timedelta(seconds=20)
"""A handoff that is to be offered and found nobody is looked at again after so long."""
STAYING = (NobodyThere.WAIT, NobodyThere.CALLBACK)
"""The policies under which a handoff stays where it is while nobody is there."""


@dataclass(frozen=True)
class Stop:
    """A target on the way of a handoff, the level at which it waits there, and who is there for it."""

    target: str
    level: int
    queue: Queue
    is_staffed: bool
    """Whether any operator works the target, be they there or not."""
    free: tuple[str, ...]
    """The agents who are there, have room and may take the handoff, in the order in which it is offered to them."""


@dataclass(frozen=True)
class Waiting:
    """What decides the next step of a waiting handoff, beside its way."""

    source: str
    """The agent that handed over."""
    is_offered: bool
    declined_by: tuple[str, ...]
    notice: NobodyThere | None
    """The policy of the notice that its source has got; None where it has none."""


@dataclass(frozen=True)
class Move:
    """That a handoff leaves a stop at once, because nobody is there."""

    left: Stop
    policy: NobodyThere
    """Why: ``BACK_TO_SOURCE`` gives it back, ``NEXT_LEVEL`` sends it up. Its source is told of this policy."""
    target: str
    """Where it goes."""
    level: int
    """The level at which it waits there."""


@dataclass(frozen=True)
class NextStep:
    """What happens to a waiting handoff now."""

    stop: Stop
    """Where it waits from now on."""
    moves: tuple[Move, ...] = ()
    """How it gets there, the first move first; none where it stays."""
    notice: NobodyThere | None = None
    """The policy that its source gets a new notice of, at ``stop``; None where there is nothing new to say."""
    ends_notice: bool = False
    """Whether the notice that it has is over, because somebody is there again."""
    offered_to: str | None = None
    offered_until: datetime | None = None
    look_again_at: datetime | None = None
    """When to look for somebody again; None where other clocks and people's own coming and going are enough."""


def onward(waiting: Waiting, way: Sequence[Stop], now: datetime) -> Move | None:
    """How a handoff goes on at once from the last stop of its way.

    None where it stays: somebody is there, its queue keeps it, or there is no further target.
    """
    stop = way[-1]
    if (waiting.is_offered and len(way) == 1) or not _finds_nobody(stop, now):
        return None
    policy = stop.queue.nobody_there
    if policy is NobodyThere.NEXT_LEVEL:
        above = _target_above(stop)
        return Move(stop, policy, *above) if above else None
    # A source may be a queue that would send the handoff round for ever, so it goes back to its source only once.
    is_back = waiting.source in {one.target for one in way}
    goes_back = policy is NobodyThere.BACK_TO_SOURCE and not is_back
    return Move(stop, policy, waiting.source, 1) if goes_back else None


def decide(waiting: Waiting, way: Sequence[Stop], now: datetime) -> NextStep:
    """What happens to a waiting handoff now. ``way`` reaches at least to the stop where the handoff stays."""
    moves: list[Move] = []
    while (move := onward(waiting, way[: len(moves) + 1], now)) is not None:
        moves.append(move)
    stop = way[len(moves)]
    if moves:
        # Whoever declined it at one target may be the right one at another, so a move forgets that.
        waiting = replace(waiting, is_offered=False, declined_by=(), notice=moves[-1].policy)
    if waiting.is_offered or kind_of(stop.target) is TargetKind.AGENT:
        return NextStep(stop, tuple(moves))
    here = _stays(waiting, stop) if _finds_nobody(stop, now) else _finds_somebody(waiting, stop, now)
    has_notice = here.notice is not None or (waiting.notice is not None and not here.ends_notice)
    return replace(here, moves=tuple(moves), look_again_at=_look_again_at(here, has_notice, now))


def level_at(queue: Queue, level: int) -> Level | None:
    """How a queue handles a level; of one above its last it does as at the last. None where it has no levels."""
    return queue.levels[min(level, len(queue.levels)) - 1] if queue.levels else None


def level_above(queue: Queue, target: str, level: int) -> tuple[str, int]:
    """Where a handoff goes that waited at a level for too long: the target, and its level there.

    At the last level of a queue it stays, at one above the last: no handoff is ever dropped.
    """
    handled = level_at(queue, level)
    if handled is None or handled.to:
        return (handled.to if handled and handled.to else target), min(level + 1, TOP_LEVEL)
    return target, max(level, min(level + 1, len(queue.levels) + 1))


def _finds_nobody(stop: Stop, now: datetime) -> bool:
    """Whether nobody is there for a handoff, where somebody should be.

    A target that nobody set up and nobody works promises no one: what waits there is taken by whoever asks for it.
    """
    if kind_of(stop.target) is TargetKind.AGENT or not (stop.queue.written or stop.is_staffed):
        return False
    return not stop.free or not office_hours.is_open(stop.queue.office_hours, now)


def _target_above(stop: Stop) -> tuple[str, int] | None:
    """The nearest other target above a stop, and the level there; None where there is none.

    The levels between, at the same target, are left out: whoever may take the handoff there may take it here, too.
    """
    levels = stop.queue.levels
    for above, handled in enumerate(levels[min(stop.level, len(levels)) - 1 :], stop.level + 1):
        if handled.to and handled.to != stop.target and above <= TOP_LEVEL:
            return handled.to, above
    return None


def _finds_somebody(waiting: Waiting, stop: Stop, now: datetime) -> NextStep:
    """The step at a stop where somebody is there: an offer to the first who has not declined, in queues that offer;
    where all have declined it is open to everybody."""
    ends_notice = bool(stop.free) and waiting.notice in STAYING
    willing = [agent for agent in stop.free if agent not in waiting.declined_by]
    if stop.queue.assigning is not Assigning.OFFER or not willing:
        return NextStep(stop, ends_notice=ends_notice)
    until = now + timedelta(seconds=stop.queue.offer_seconds)
    return NextStep(stop, ends_notice=ends_notice, offered_to=willing[0], offered_until=until)


def _stays(waiting: Waiting, stop: Stop) -> NextStep:
    """The step at a stop where nobody is there and the handoff stays: its source gets one notice of that.

    A policy that would send it on, but knows no further target, keeps it waiting.
    """
    policy = stop.queue.nobody_there
    policy = policy if policy in STAYING else NobodyThere.WAIT
    return NextStep(stop, notice=None if waiting.notice is policy else policy)


def _look_again_at(step: NextStep, has_notice: bool, now: datetime) -> datetime | None:
    """As soon as the queue opens; or in a while, where the handoff is to be offered and its source waits for that."""
    opens = office_hours.opens_at(step.stop.queue.office_hours, now)
    if opens != now:
        return opens
    is_to_be_offered = step.stop.queue.assigning is Assigning.OFFER and step.offered_to is None
    return now + LOOK_AGAIN if is_to_be_offered and has_notice else None
