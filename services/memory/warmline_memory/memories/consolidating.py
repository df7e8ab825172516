"""Consolidating: finding the near-duplicates of a namespace and letting one memory stand for them.

Comparing is slow, so it is done between two transactions. The first one reads a window of memories; the second one
looks whether what was read still holds, and writes. If the worker is killed, either all of a window is written or
nothing, and a second run finds nothing to do.

A session's memories are merged among each other, and those without a session among each other, never across: a
session's memories are its record, which is recalled, briefed and forgotten by session, and forgetting the memory that
is kept forgets what it stands for.
"""

import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Row, Select, exists, func, select

from warmline_memory.memories import consolidations
from warmline_memory.memories.near_duplicates import Candidate, Group
from warmline_memory.storage import tables
from warmline_memory.storage.sealed_columns import length_in_bytes
from warmline_memory.storage.transactions import Transaction
from warmline_schemas.memories import Consolidate, Consolidation, Consolidations

log = logging.getLogger(__name__)

WINDOW = 5_000
"""This many memories are compared with each other; near-duplicates with more than that between them are not found."""
SPAN = 50_000
"""A window is looked for among this many memories of all sorts, so that a namespace of a million turns is read in
parts."""
MOST_BYTES = 2_000
"""Longer texts are documents. A model embeds only their beginning, so their cosine says nothing of the rest."""
HALFVEC_HEADER = 4
"""Bytes before the numbers of a ``halfvec`` as the database sends it, in network order."""


@dataclass(frozen=True)
class Window:
    """Memories of a namespace that are compared with each other, the newest first."""

    candidates: list[Candidate]
    vectors: NDArray[np.float32]
    next_before: UUID | None
    """The oldest memory that was looked at, where there may be older ones."""
    reaches: datetime | None
    """When the memory ``next_before`` was stored."""


def look(db: Transaction, namespace: str, model_id: int, before: UUID | None = None) -> Window:
    """Read the newest candidates of a namespace that are older than ``before``, with embeddings of that model."""
    memory = tables.Memory
    older = [memory.namespace == namespace] if before is None else [memory.namespace == namespace, memory.id < before]
    span = select(memory.id, memory.created_at).where(*older).order_by(memory.id.desc())
    oldest = db.execute(span.offset(SPAN - 1).limit(1)).one_or_none()
    wanted = _candidates(namespace).where(memory.embedding_model_id == model_id, *older)
    if oldest is not None:
        wanted = wanted.where(memory.id >= oldest.id)
    vector = func.halfvec_send(memory.embedding).label("vector")
    rows = db.execute(wanted.add_columns(vector).order_by(memory.id.desc()).limit(WINDOW)).all()
    # A full window may have ended before the span did: then the next one begins behind its last memory.
    if len(rows) == WINDOW:
        oldest = rows[-1]
    numbers = b"".join(row.vector[HALFVEC_HEADER:] for row in rows)
    return Window(
        candidates=[_candidate(row) for row in rows],
        vectors=np.frombuffer(numbers, dtype=">f2").astype(np.float32).reshape(len(rows), -1 if rows else 0),
        next_before=None if oldest is None else oldest.id,
        reaches=None if oldest is None else oldest.created_at,
    )


def make(db: Transaction, namespace: str, groups: Sequence[Group]) -> list[Consolidation]:
    """Consolidate those groups of which nothing has changed since they were read."""
    # One at a time for each namespace: two who consolidate the same window would merge the same memories twice.
    lock = func.hashtextextended(func.concat(func.warmline_tenant(), ":", namespace), 0)
    db.execute(select(func.pg_advisory_xact_lock(lock)))
    ids = [one.id for found in groups for one in (found.kept, *found.merged)]
    # Locked in the order of their ids, as recalls lock the memories that they count: so nobody can deadlock.
    again = _candidates(namespace).where(tables.Memory.id.in_(ids)).order_by(tables.Memory.id)
    unchanged = {_candidate(row) for row in db.execute(again.with_for_update(of=tables.Memory, key_share=True))}
    return consolidations.make(
        db, namespace, [found for found in groups if unchanged.issuperset((found.kept, *found.merged))]
    )


def answer(ask: Consolidate, window: Window, made: Sequence[Consolidation]) -> Consolidations:
    """What was made of a window, or would be, as the answer to its request."""
    return Consolidations(
        namespace=ask.namespace,
        dry_run=ask.dry_run,
        compared=len(window.candidates),
        consolidations=list(made),
        next_before=window.next_before,
    )


def proposal(namespace: str, found: Group) -> Consolidation:
    """A group as the consolidation that it would become."""
    return Consolidation(
        id=None,
        namespace=namespace,
        kept_id=found.kept.id,
        merged_ids=sorted(one.id for one in found.merged),
        similarity=found.similarity,
        made_at=None,
        undone_at=None,
    )


def _candidates(namespace: str) -> Select[Any]:
    """The statement for the memories that may be consolidated."""
    # Turns (role) and tool calls (action) are events: what happened twice, happened twice. What is pinned or expires
    # has a life of its own that its twin does not share, and a handoff's brief is kept as its receivers read it.
    # What corrects a memory, or was corrected, must be found as itself.
    memory, made, link = tables.Memory, tables.Consolidation, tables.Supersession
    history = (
        select(
            made.kept_id,
            func.max(made.undone_at).label("parted_at"),
            func.bool_or(made.undone_at.is_(None)).label("stands"),
        )
        .where(made.namespace == namespace)
        .group_by(made.kept_id)
        .subquery("history")
    )
    return (
        select(
            memory.id,
            memory.session_id,
            memory.kind,
            memory.slot,
            memory.custom.label("custom"),
            memory.content,
            memory.importance,
            memory.event_time,
            memory.created_at,
            func.coalesce(history.c.stands, False).label("stands"),
            history.c.parted_at,
        )
        .outerjoin(history, history.c.kept_id == memory.id)
        .where(
            memory.namespace == namespace,
            memory.role.is_(None),
            memory.action.is_(None),
            memory.handoff_id.is_(None),
            memory.expires_at.is_(None),
            memory.consolidation_id.is_(None),
            ~memory.pinned,
            ~exists().where(link.memory_id == memory.id),
            ~exists().where(link.superseded_id == memory.id),
            length_in_bytes(memory.content) <= MOST_BYTES,
        )
    )


def _candidate(row: Row[Any]) -> Candidate:
    return Candidate(
        id=row.id,
        scope=(row.session_id, row.kind, json.dumps([row.slot, row.custom], sort_keys=True)),
        content=row.content,
        importance=row.importance,
        event_time=row.event_time,
        created_at=row.created_at,
        stands=row.stands,
        parted_at=row.parted_at,
    )
