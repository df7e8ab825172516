"""Sessions: one agent's stretch of work each, the chains that handoffs make of them, and who speaks for a chain."""

from warmline_memory.sessions.locking import lock_chain, lock_chain_of_handoff, lock_chains
from warmline_memory.sessions.ownership import Ownership, give_back, owner, ownerships, speak_for, speaker_of, waiting
from warmline_memory.sessions.sessions import (
    Home,
    begin_anew,
    chain,
    chain_of,
    continue_chain,
    count,
    ended,
    find,
    get,
    list_page,
    lock,
    owner as owning_session,
    record_event,
    reserve_ordinals,
    start,
)

__all__ = [
    "Home",
    "Ownership",
    "begin_anew",
    "chain",
    "chain_of",
    "continue_chain",
    "count",
    "ended",
    "find",
    "get",
    "give_back",
    "list_page",
    "lock",
    "lock_chain",
    "lock_chain_of_handoff",
    "lock_chains",
    "owner",
    "ownerships",
    "owning_session",
    "record_event",
    "reserve_ordinals",
    "speak_for",
    "speaker_of",
    "start",
    "waiting",
]
