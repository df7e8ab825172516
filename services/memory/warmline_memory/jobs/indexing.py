"""Indexing: moving what is old of a large namespace into the indexes, a batch at a time.

A memory is written without them: what is new is found by a scan, which is exact. Each batch is a transaction of its
own, so that it can be killed anywhere, and doing it twice changes nothing.
"""

import time
from uuid import UUID

import numpy as np
from sqlalchemy import ColumnElement, Select, func, select, update

from warmline_memory import recall
from warmline_memory.messaging import INDEX_NAMESPACE
from warmline_memory.platform import Platform
from warmline_memory.recall import INDEX_ABOVE
from warmline_memory.storage import until_not_deadlocked
from warmline_memory.storage.tables import INDEXED_DIMENSIONS, EmbeddingModel, Memory
from warmline_memory.storage.transactions import Transaction

KEEP_UNINDEXED = 5_000
"""This many memories, the newest, are kept out of the indexes. So what was just said is found by an exact scan, and
these memories stand for the whole namespace where ranking asks how rare a word is."""
BATCH = 100
"""This many memories are indexed at once: that takes about 0.3 s, during which their rows are locked."""
SLICE_SECONDS = 5.0
"""After this long the work goes to the end of the worker's queue, behind the briefs that wait there."""


def index_namespace(
    platform: Platform, tenant_id: UUID, namespace: str, *, above: int = INDEX_ABOVE, keep: int = KEEP_UNINDEXED
) -> int:
    """Index what is old of a namespace that grew above so many memories; returns how many it moved.

    Does nothing where another worker is at it. Where there is more to do than one slice, it nudges the worker again.
    """
    ends_at = time.monotonic() + SLICE_SECONDS
    moved = 0
    while time.monotonic() < ends_at:
        batch = until_not_deadlocked(lambda: _index_next(platform, tenant_id, namespace, above, keep))
        if not batch:
            return moved
        moved += batch
    platform.queue.nudge_namespace(INDEX_NAMESPACE, tenant_id, namespace, again=True)
    return moved


def _index_next(platform: Platform, tenant_id: UUID, namespace: str, above: int, keep: int) -> int:
    with platform.database.transaction(tenant_id=tenant_id) as db:
        return _index_batch(db, tenant_id, namespace, above, keep)


def _index_batch(db: Transaction, tenant_id: UUID, namespace: str, above: int, keep: int) -> int:
    """Index the oldest memories, but not the newest ``keep``, and none at all before there are more than ``above``."""
    # Two workers on one namespace would only wait for each other's rows.
    if not db.scalars(select(_lock(tenant_id, namespace))).one():
        return 0
    unindexed = select(Memory.id).where(Memory.namespace == namespace, Memory.indexed_terms.is_(None))
    newest_first = unindexed.order_by(Memory.id.desc()).limit(1)
    newest_to_move = db.scalar(newest_first.offset(keep))
    if newest_to_move is None:
        return 0
    # The threshold is for the first time: once the indexes are in use, what grows old is always moved there.
    if not recall.any_indexed(db, namespace) and db.scalar(newest_first.offset(above)) is None:
        return 0
    batch = db.execute(oldest(namespace, newest_to_move)).all()
    if batch:
        db.execute(
            update(Memory),
            [{"tenant_id": tenant_id, "id": row.id, "indexed_terms": _distinct(row.terms)} for row in batch],
        )
    return len(batch)


def oldest(namespace: str, newest: UUID) -> Select[UUID, bytes]:
    """The oldest memories that can be indexed, locked: those of the current model, if that has an index."""
    current = select(EmbeddingModel.id).where(
        EmbeddingModel.is_current, EmbeddingModel.dimension.in_(INDEXED_DIMENSIONS)
    )
    return (
        select(Memory.id, Memory.terms)
        .where(
            Memory.namespace == namespace,
            Memory.indexed_terms.is_(None),
            Memory.id <= newest,
            Memory.embedding_model_id == current.scalar_subquery(),
        )
        .order_by(Memory.id)
        .limit(BATCH)
        .with_for_update()
    )


def _distinct(terms: bytes) -> list[int]:
    distinct: list[int] = np.unique(np.frombuffer(terms, dtype="<i8")).tolist()
    return distinct


def _lock(tenant_id: UUID, namespace: str) -> ColumnElement[bool]:
    """Tries to take a lock that ends with the transaction."""
    return func.pg_try_advisory_xact_lock(func.hashtextextended(f"indexing {tenant_id} {namespace}", 0))
