"""Memories: keeping, reading, revising and rating them; duplicates, and consolidations that can be undone."""

from warmline_memory.memories.consolidating import (
    answer as consolidations_answer,
    look as read_window,
    make as consolidate,
    proposal as proposed_consolidation,
)
from warmline_memory.memories.consolidations import (
    get as get_consolidation,
    list_page as list_consolidations,
    undo as undo_consolidation,
)
from warmline_memory.memories.corrections import superseding
from warmline_memory.memories.duplicates import fingerprint
from warmline_memory.memories.first_replies import find_first as find_first_reply
from warmline_memory.memories.hiding import hidden, to_keep
from warmline_memory.memories.keeping import (
    content_of,
    count_recalls,
    get,
    give_feedback,
    list_page,
    remember,
    revise,
    searched,
    shown,
)
from warmline_memory.memories.near_duplicates import group as group_near_duplicates
from warmline_memory.memories.notes import worded, write as write_note

__all__ = [
    "consolidate",
    "consolidations_answer",
    "content_of",
    "count_recalls",
    "find_first_reply",
    "fingerprint",
    "get",
    "get_consolidation",
    "give_feedback",
    "group_near_duplicates",
    "hidden",
    "list_consolidations",
    "list_page",
    "proposed_consolidation",
    "read_window",
    "remember",
    "revise",
    "searched",
    "shown",
    "superseding",
    "to_keep",
    "undo_consolidation",
    "worded",
    "write_note",
]
