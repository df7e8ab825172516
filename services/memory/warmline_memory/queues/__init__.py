"""Queues of people: their settings, promises and office hours, and where a waiting handoff goes next."""

from warmline_memory.queues.deadlines import (
    Recorded,
    level_ends,
    open_promises,
    recorded,
    set_next as set_next_deadline,
    stalls_at,
)
from warmline_memory.queues.next_steps import level_above
from warmline_memory.queues.notices import duration
from warmline_memory.queues.queues import (
    delete,
    in_order,
    list_all,
    list_page,
    of_target,
    read,
    standing,
    standing_of,
    titles,
    waiting,
    write,
)
from warmline_memory.queues.receivers import (
    Receiver,
    check as check_receiver,
    list_queues as list_queue_receivers,
    list_some as list_receivers,
    resolve as resolve_receiver,
)
from warmline_memory.queues.routing import escalate, on_accepted, on_request, retarget, route

__all__ = [
    "Receiver",
    "Recorded",
    "check_receiver",
    "delete",
    "duration",
    "escalate",
    "in_order",
    "level_above",
    "level_ends",
    "list_all",
    "list_page",
    "list_queue_receivers",
    "list_receivers",
    "of_target",
    "on_accepted",
    "on_request",
    "open_promises",
    "read",
    "recorded",
    "resolve_receiver",
    "retarget",
    "route",
    "set_next_deadline",
    "stalls_at",
    "standing",
    "standing_of",
    "titles",
    "waiting",
    "write",
]
