"""The desk: what the holder of a handoff does with it, and the lists, case files and conversations that operators read.

The holder asks the source, passes the work on, gives it back, or resolves it. Every action is
``f(db, handoff_id, ask, …)`` inside the caller's transaction. An action that keeps a note also takes ``ready``, the
embeddings that are there so far: it raises ``EmbeddingsWanted`` where some are missing, and is run again with them
(``embedding.until_embedded``), because embedding takes milliseconds for which no transaction should stay open.
"""

from warmline_memory.desk import tagging as tags, views
from warmline_memory.desk.actions import (
    decline,
    give_back,
    heartbeat,
    offer,
    release,
    reopen,
    reply,
    resolve,
    snooze,
    transfer,
)
from warmline_memory.desk.case_files import CaseFile, read as read_case_file
from warmline_memory.desk.conversations import ConversationPage, SessionOnLine, conversation, note
from warmline_memory.desk.customer_cards import CustomerCard, read as read_customer_card
from warmline_memory.desk.dismissing import dismiss
from warmline_memory.desk.inquiries import answer, ask, list_page as list_inquiries
from warmline_memory.desk.lists import (
    ListedHandoff,
    Shown,
    Sort,
    Summary,
    WaitingCount,
    counts as count_waiting,
    for_person as list_for_person,
    has_customer,
    held as list_held,
    newest_words,
    resolved as find_resolved,
    summaries,
    waiting as list_waiting,
)
from warmline_memory.desk.searching import Quote, SearchPage, search
from warmline_memory.desk.undoing import call_off, undone_until
from warmline_memory.desk.waking import wake

__all__ = [
    "CaseFile",
    "ConversationPage",
    "CustomerCard",
    "ListedHandoff",
    "Quote",
    "SearchPage",
    "SessionOnLine",
    "Shown",
    "Sort",
    "Summary",
    "WaitingCount",
    "answer",
    "ask",
    "call_off",
    "conversation",
    "count_waiting",
    "decline",
    "dismiss",
    "find_resolved",
    "give_back",
    "has_customer",
    "heartbeat",
    "list_for_person",
    "list_held",
    "list_inquiries",
    "list_waiting",
    "newest_words",
    "note",
    "offer",
    "read_case_file",
    "read_customer_card",
    "release",
    "reopen",
    "reply",
    "resolve",
    "search",
    "snooze",
    "summaries",
    "tags",
    "transfer",
    "undone_until",
    "views",
    "wake",
]
