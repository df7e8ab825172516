"""The desk: what the holder of a handoff does with it, and the lists and case files that operators read.

The holder asks the source, passes the work on, gives it back, or resolves it.

Every action is ``f(db, handoff_id, ask, …)`` inside the caller's transaction. An action that keeps a note takes
``ready`` and is tried again with the embeddings that it needs (``embedding.until_embedded``).
"""

from warmline_memory.desk.actions import decline, give_back, heartbeat, offer, release, resolve, snooze, transfer
from warmline_memory.desk.case_files import Dossier as CaseFile, read as read_case_file
from warmline_memory.desk.conversations import (
    NOTE,
    Extract,
    Ownership,
    Stretch,
    after,
    around,
    before,
    line,
    newest,
    note,
    owners,
    reply,
)
from warmline_memory.desk.inquiries import answer, ask, inquiries_of
from warmline_memory.desk.lists import (
    LIST_LIMIT,
    Count as WaitingCount,
    counts as count_waiting,
    for_person as list_for_person,
    held as list_held,
    waiting as list_waiting,
    why as why_listed,
)
from warmline_memory.desk.waking import wake

__all__ = [
    "LIST_LIMIT",
    "NOTE",
    "CaseFile",
    "Extract",
    "Ownership",
    "Stretch",
    "WaitingCount",
    "after",
    "answer",
    "around",
    "ask",
    "before",
    "count_waiting",
    "decline",
    "give_back",
    "heartbeat",
    "inquiries_of",
    "line",
    "list_for_person",
    "list_held",
    "list_waiting",
    "newest",
    "note",
    "offer",
    "owners",
    "read_case_file",
    "release",
    "reply",
    "resolve",
    "snooze",
    "transfer",
    "wake",
    "why_listed",
]
