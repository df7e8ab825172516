"""Queues of people: their settings, promises and office hours, and where a waiting handoff goes next."""

from warmline_memory.queues.deadlines import (
    Told as Progress,
    level_ends,
    set_next as set_next_deadline,
    stalls_at,
    told as progress,
    untold,
)
from warmline_memory.queues.next_steps import level_above
from warmline_memory.queues.notices import duration
from warmline_memory.queues.queues import (
    delete,
    in_order,
    list_all,
    of_target,
    read,
    standing,
    standing_of,
    waiting,
    write,
)
from warmline_memory.queues.routing import escalate, on_accepted, on_request, retarget, route

__all__ = [
    "Progress",
    "delete",
    "duration",
    "escalate",
    "in_order",
    "level_above",
    "level_ends",
    "list_all",
    "of_target",
    "on_accepted",
    "on_request",
    "progress",
    "read",
    "retarget",
    "route",
    "set_next_deadline",
    "stalls_at",
    "standing",
    "standing_of",
    "untold",
    "waiting",
    "write",
]
