"""Notices: what the source of a handoff, and through it the customer, reads of a wait."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from warmline_memory.queues import office_hours, queues
from warmline_memory.storage import tables
from warmline_memory.storage.transactions import Transaction
from warmline_schemas.handoffs import Notice
from warmline_schemas.queues import NobodyThere, Queue


def notice(
    db: Transaction, row: tables.Handoff, queue: Queue, policy: NobodyThere, now: datetime, onward: str | None
) -> dict[str, Any]:
    """The notice of a handoff that found nobody, as JSON. ``onward`` is where it goes instead; None where it stays."""
    position = queues.position(db, row)
    seconds = queues.estimate(db, queue, row.target, now)
    opens = office_hours.opens_at(queue.office_hours, now)
    closed_until = None if opens is None or opens == now else opens
    why = "Nobody is free right now." if opens == now else _closed(queue, closed_until)
    given = Notice(
        policy=policy,
        message=f"{why} {_next(policy, position, seconds, onward)}",
        position=position,
        estimated_seconds=seconds,
        opens_at=closed_until,
        at=now,
    )
    return given.model_dump(mode="json")


def _closed(queue: Queue, opens: datetime | None) -> str:
    if queue.office_hours is None or opens is None:
        return "Nobody is there right now."
    # The hours are the queue's own: the customer's time zone is not known here.
    local = opens.astimezone(ZoneInfo(queue.office_hours.zone))
    return f"Nobody is there right now; we are back on {local:%Y-%m-%d at %H:%M} ({queue.office_hours.zone})."


def _next(policy: NobodyThere, position: int, seconds: float | None, onward: str | None) -> str:
    if policy is NobodyThere.CALLBACK:
        return "Somebody will come back to you; there is no need to wait."
    if policy is NobodyThere.BACK_TO_SOURCE:
        return f"{onward} goes on for now."
    if policy is NobodyThere.NEXT_LEVEL:
        return f"It was passed on to {onward}."
    about = "" if seconds is None else f", which takes about {duration(seconds)}"
    return f"You are number {position} in line{about}."


def duration(seconds: float) -> str:
    """A length of time in words, such as `5 minutes`."""
    # A wait of seconds reads as a minute: estimates are no more exact than that.
    minutes = max(1, round(seconds / 60))
    if minutes < 90:
        return f"{minutes} minute{'s' if minutes > 1 else ''}"
    hours = round(minutes / 60)
    return f"{hours} hours" if hours < 48 else f"{round(hours / 24)} days"
