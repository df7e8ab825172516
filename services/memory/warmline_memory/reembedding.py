"""Re-embedding: making all stored embeddings anew with another model, a batch at a time, of all tenants."""

from collections.abc import Iterator, Sequence
from uuid import UUID

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Row, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session as Db

from warmline_memory.database import Database, Role
from warmline_memory.embedding import Embedder
from warmline_memory.tables import EmbeddingModel, Memory

BATCH = 256


def count_stale(database: Database, embedder: Embedder) -> int:
    """How many memories have an embedding of another model than the embedder's."""
    with database.transaction(role=Role.ADMIN) as db:
        model_id = _record(db, embedder)
        return db.scalars(select(func.count()).where(Memory.embedding_model_id != model_id)).one()


def reembed(database: Database, embedder: Embedder) -> Iterator[int]:
    """Embed what is stale, yielding how many each batch did; then make the embedder's model the current one.

    Each batch commits by itself, so it can be interrupted and run again, and goes on where it stopped. Until the end
    the old model stays current, and memories that are done are found by their words alone. An API that still runs with
    the old model goes on writing with it: restart it with the new model, and run this once more.
    """
    while True:
        with database.transaction(role=Role.ADMIN) as db:
            model_id = _record(db, embedder)
            stale = select(Memory.id, Memory.content).where(Memory.embedding_model_id != model_id)
            batch = db.execute(stale.order_by(Memory.id).limit(BATCH)).all()
            if not batch:
                _make_current(db, model_id)
                return
        vectors = embedder.embed([content for _, content in batch])
        with database.transaction(role=Role.ADMIN) as db:
            _store(db, model_id, batch, vectors)
        yield len(batch)


def _record(db: Db, embedder: Embedder) -> int:
    name, dimension = embedder.name, embedder.dimension
    db.execute(insert(EmbeddingModel).values(name=name, dimension=dimension).on_conflict_do_nothing())
    wanted = select(EmbeddingModel.id).where(EmbeddingModel.name == name, EmbeddingModel.dimension == dimension)
    return db.scalars(wanted).one()


def _store(db: Db, model_id: int, batch: Sequence[Row[UUID, str]], vectors: NDArray[np.float32]) -> None:
    """Store the new embeddings, but not over content that was revised meanwhile."""
    for (memory_id, content), vector in zip(batch, vectors, strict=True):
        db.execute(
            update(Memory)
            .where(Memory.id == memory_id, Memory.content == content)
            .values(embedding=vector, embedding_model_id=model_id),
            execution_options={"synchronize_session": False},
        )


def _make_current(db: Db, model_id: int) -> None:
    db.execute(update(EmbeddingModel).where(EmbeddingModel.is_current).values(is_current=False))
    db.execute(update(EmbeddingModel).where(EmbeddingModel.id == model_id).values(is_current=True))
