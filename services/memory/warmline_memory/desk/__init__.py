"""The desk: what is done with a handoff that waits or is held, and who speaks for a chain.

Every function is ``f(db, handoff_id, ask, …)`` inside the caller's transaction. Those that keep a note take ``ready``,
and are tried again with the embeddings that they want (``preparing.until_embedded``).
"""

from warmline_memory.desk.actions import decline, give_back, heartbeat, offer, release, resolve, snooze, transfer
from warmline_memory.desk.asking import answer, ask, inquiries_of
from warmline_memory.desk.owning import owner

__all__ = [
    "answer",
    "ask",
    "decline",
    "give_back",
    "heartbeat",
    "inquiries_of",
    "offer",
    "owner",
    "release",
    "resolve",
    "snooze",
    "transfer",
]
