"""Sessions: one agent's stretch of work each, the chains that handoffs make of them, and who speaks for a chain."""

from warmline_memory.sessions.locking import lock_chain, lock_chain_of_handoff, lock_chains
from warmline_memory.sessions.ownership import Ownership, owner, ownerships
from warmline_memory.sessions.sessions import (
    chain,
    chain_of,
    continue_chain,
    ended,
    find,
    get,
    list_page,
    owner as owning_session,
    record_event,
    reserve_ordinals,
    start,
)

__all__ = [
    "Ownership",
    "chain",
    "chain_of",
    "continue_chain",
    "ended",
    "find",
    "get",
    "list_page",
    "lock_chain",
    "lock_chain_of_handoff",
    "lock_chains",
    "owner",
    "ownerships",
    "owning_session",
    "record_event",
    "reserve_ordinals",
    "start",
]
