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
from warmline_memory.memories.corrections import note as correct, superseding
from warmline_memory.memories.duplicates import fingerprint
from warmline_memory.memories.first_replies import (
    find_first as find_first_reply,
    forget_first as forget_first_reply,
    note_first as note_first_reply,
)
from warmline_memory.memories.hiding import Unhidden, hidden, to_hide, to_keep
from warmline_memory.memories.keeping import (
    content_of,
    count_recalls,
    get,
    give_feedback,
    keep_anywhere,
    list_page,
    remember,
    remember_once,
    revise,
    searched,
    shown,
)
from warmline_memory.memories.late import in_order_said
from warmline_memory.memories.messages import keep as keep_messages
from warmline_memory.memories.near_duplicates import group as group_near_duplicates
from warmline_memory.memories.notes import worded, write as write_note
from warmline_memory.memories.selecting import OfSession, Selection, count, ids as selected_ids, of_sessions, stretch
from warmline_memory.memories.transcribing import transcribed

__all__ = [
    "OfSession",
    "Selection",
    "Unhidden",
    "consolidate",
    "consolidations_answer",
    "content_of",
    "correct",
    "count",
    "count_recalls",
    "find_first_reply",
    "fingerprint",
    "forget_first_reply",
    "get",
    "get_consolidation",
    "give_feedback",
    "group_near_duplicates",
    "hidden",
    "in_order_said",
    "keep_anywhere",
    "keep_messages",
    "list_consolidations",
    "list_page",
    "note_first_reply",
    "of_sessions",
    "proposed_consolidation",
    "read_window",
    "remember",
    "remember_once",
    "revise",
    "searched",
    "selected_ids",
    "shown",
    "stretch",
    "superseding",
    "to_hide",
    "to_keep",
    "transcribed",
    "undo_consolidation",
    "worded",
    "write_note",
]
