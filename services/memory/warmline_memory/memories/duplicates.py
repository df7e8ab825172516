"""Exact duplicates: what is said again word for word is stored once, and counted.

A memory and its duplicate become one that happened when the newer of them did, so that a value which is stated again is
the newest of its slot. Its importance is the higher one of two that were stated; a stated one goes before an estimate.
"""

import json
from collections.abc import Iterable
from hashlib import blake2b
from typing import Any
from uuid import UUID

from sqlalchemy import case, func, text
from sqlalchemy.dialects.postgresql import Insert

from warmline_memory.storage.tables import Memory
from warmline_schemas.memories import Remember

Row = dict[str, Any]
"""A memory that is about to be stored, by attribute of ``tables.Memory``."""


def fingerprint(ask: Remember) -> bytes | None:
    """16 bytes that exact duplicates share: same session, or else namespace; same kind, words, slot and metadata.

    None for what is never merged: turns of a conversation and tool calls, which are events, what expires, and what the
    caller tells apart by an id.
    """
    if ask.content is None or ask.role is not None or ask.action is not None or ask.ttl_seconds is not None:
        return None
    if ask.external_id is not None:
        return None
    scope = ["namespace", ask.namespace] if ask.session_id is None else ["session", ask.session_id.hex]
    slot = ask.slot and [ask.slot.name, ask.slot.value]
    # Words are compared apart from their spacing; everything else must be equal. 16 bytes: two different memories among
    # a billion share a fingerprint with a probability of about 10^-21.
    said = json.dumps([scope, ask.kind, ask.content.split(), slot, ask.metadata], sort_keys=True)
    return blake2b(said.encode(), digest_size=16).digest()


def key(row_id: UUID, fingerprint: bytes | None) -> bytes:
    """16 bytes that tell a memory from all others: its fingerprint, or its id where it has none."""
    return fingerprint or row_id.bytes


def folded(rows: Iterable[Row]) -> dict[bytes, Row]:
    """Rows by key, with duplicates merged, in the order in which each was said first."""
    kept: dict[bytes, Row] = {}
    for row in rows:
        known = kept.get(row_key := key(row["id"], row["fingerprint"]))
        kept[row_key] = row if known is None else _merged(known, row)
    return kept


def merging(statement: Insert) -> Insert:
    """Let an insertion merge with what is stored already, by the same rules by which ``folded`` merges rows of one
    call."""
    # Two rules for one thing: rows of one call are merged before the statement, because PostgreSQL refuses to update a
    # row twice in one ON CONFLICT.
    new = statement.excluded
    weightier = ~new.importance_estimated & (Memory.importance_estimated | (new.importance > Memory.importance))
    return statement.on_conflict_do_update(
        index_elements=[Memory.tenant_id, Memory.fingerprint],
        index_where=text("fingerprint IS NOT NULL"),
        set_={
            "times_seen": Memory.times_seen + new.times_seen,
            "last_seen_at": func.now(),
            "event_time": func.greatest(Memory.event_time, new.event_time),
            "pinned": Memory.pinned | new.pinned,
            "importance": case((weightier, new.importance), else_=Memory.importance),
            "importance_estimated": Memory.importance_estimated & new.importance_estimated,
        },
    )


def _merged(known: Row, again: Row) -> Row:
    newest = max(again, known, key=lambda row: row["event_time"])
    weightiest = max(known, again, key=lambda row: (not row["importance_estimated"], row["importance"]))
    return {
        **newest,
        "times_seen": known["times_seen"] + again["times_seen"],
        "pinned": known["pinned"] or again["pinned"],
        "importance": weightiest["importance"],
        "importance_estimated": weightiest["importance_estimated"],
    }
