"""Consolidating: finding the near-duplicates of a namespace and letting one memory stand for them.

What is slow, comparing, is done between two transactions: the first reads, the second looks again whether what was read
still holds, and writes. Killed anywhere, either all of a window is written or nothing; run twice, the second run finds
nothing to do.

A session's memories are merged among each other, and those without a session among each other, never across: a
session's memories are its record, which is recalled, briefed and forgotten by session, and forgetting the memory that
is kept forgets what it stands for.
"""

import json
import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Row, Select, func, select
from sqlalchemy.orm import Session as Db

from warmline_memory import consolidations, tables
from warmline_memory.database import Role
from warmline_memory.errors import Busy
from warmline_memory.near_duplicates import Candidate, Group, group
from warmline_memory.platform import Platform
from warmline_schemas.consolidations import SIMILARITY, Consolidate, Consolidation, Consolidations

log = logging.getLogger(__name__)

WINDOW = 5_000
"""So many memories are compared with each other. Near-duplicates with more than that between them are not found."""
SPAN = 50_000
"""They are looked for among so many memories of all sorts, so that a namespace of a million turns is read in parts."""
MOST_BYTES = 2_000
"""Longer texts are documents, whose embedding has seen their beginning only."""
STILL_COMMITTING = timedelta(minutes=1)
"""A memory's time is that of the beginning of its transaction, and a transaction lasts seconds."""
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
    """When that one was stored."""


def look(db: Db, namespace: str, model_id: int, before: UUID | None = None) -> Window:
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
    if len(rows) == WINDOW:
        oldest = rows[-1]
    numbers = b"".join(row.vector[HALFVEC_HEADER:] for row in rows)
    return Window(
        candidates=[_candidate(row) for row in rows],
        vectors=np.frombuffer(numbers, dtype=">f2").astype(np.float32).reshape(len(rows), -1 if rows else 0),
        next_before=None if oldest is None else oldest.id,
        reaches=None if oldest is None else oldest.created_at,
    )


def make(db: Db, namespace: str, groups: Sequence[Group]) -> list[Consolidation]:
    """Consolidate those groups of which nothing has changed since they were read, one caller at a time a namespace."""
    lock = func.hashtextextended(func.concat(func.warmline_tenant(), ":", namespace), 0)
    db.execute(select(func.pg_advisory_xact_lock(lock)))
    ids = [one.id for found in groups for one in (found.kept, *found.merged)]
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


def consolidate_everywhere(platform: Platform, since: dict[UUID, datetime]) -> None:
    """Consolidate for every tenant that prefers it.

    ``since`` says up to when a tenant's memories were consolidated, and is moved on; a tenant that it does not hold is
    consolidated from the beginning, one that is busy is left for the next time.
    """
    for tenant_id in willing_tenants(platform):
        try:
            since[tenant_id] = consolidate_tenant(platform, tenant_id, since.get(tenant_id))
        except Busy as error:
            log.warning("Tenant %s is consolidated next time: %s", tenant_id, error)


def willing_tenants(platform: Platform) -> Sequence[UUID]:
    """The tenants that prefer that the worker consolidates. The sweeping role sees no others, and only ids."""
    with platform.database.transaction(role=Role.SWEEP) as db:
        return db.scalars(select(tables.Tenant.id)).all()


def consolidate_tenant(platform: Platform, tenant_id: UUID, since: datetime | None) -> datetime:
    """Consolidate the namespaces of a tenant that got memories after ``since``; all of all where it is None.

    Returns what ``since`` is the next time. Raises ``Busy``.
    """
    with platform.database.transaction(tenant_id=tenant_id) as db:
        namespaces = db.scalars(_namespaces(since)).all()
        looked_at: datetime = db.scalars(select(func.now())).one()
    for namespace in namespaces:
        made = sum(_consolidate_windows(platform, tenant_id, namespace, since))
        if made:
            log.info("Tenant %s: %d consolidations made in %s", tenant_id, made, namespace)
    return looked_at - STILL_COMMITTING


def _consolidate_windows(platform: Platform, tenant_id: UUID, namespace: str, since: datetime | None) -> Iterator[int]:
    """Consolidate window by window, as far back as there are new memories; yields how many each made."""
    before: UUID | None = None
    while True:
        with platform.database.transaction(tenant_id=tenant_id) as db:
            window = look(db, namespace, platform.model_id, before)
        found = group(window.candidates, window.vectors, SIMILARITY)
        if found:
            with platform.database.transaction(tenant_id=tenant_id) as db:
                yield len(make(db, namespace, found))
        before = window.next_before
        if window.reaches is None or (since is not None and window.reaches < since):
            return


def _namespaces(since: datetime | None) -> Select[str]:
    """The namespaces of the entered tenant that got memories after ``since``.

    It jumps from each namespace to the next one in the index, and to the newest memory of each, and reads no others.
    """
    memory = tables.Memory
    first = select(func.min(memory.namespace).label("namespace")).cte("namespaces", recursive=True)
    following = select(func.min(memory.namespace)).where(memory.namespace > first.c.namespace).scalar_subquery()
    found = first.union_all(select(following).where(first.c.namespace.is_not(None)))
    newest = select(memory.created_at).where(memory.namespace == found.c.namespace).order_by(memory.id.desc()).limit(1)
    wanted = select(found.c.namespace).where(found.c.namespace.is_not(None))
    return wanted if since is None else wanted.where(newest.scalar_subquery() >= since)


def _candidates(namespace: str) -> Select[Any]:
    """Rows of what may be consolidated. Turns and tool calls are events; what is pinned or expires goes its own way."""
    memory, made = tables.Memory, tables.Consolidation
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
            func.octet_length(memory.content) <= MOST_BYTES,
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
