"""Re-embedding: making all stored embeddings anew with another model, while the platform works on with the old one.

First every new embedding is stored beside the old one; then, much quicker, the two change places; then the new model
becomes the current one, and what the old model left is thrown away. Everything is done a batch at a time, each in a
transaction of its own: killed anywhere and run again, it goes on where it stopped, and run with the old model it takes
everything back. A scan reads whichever of a memory's two embeddings is the query's, so recall stays whole throughout.
"""

from collections.abc import Generator, Iterator, Sequence
from hashlib import md5
from typing import NamedTuple
from uuid import UUID

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import (
    ColumnElement,
    Text,
    Uuid,
    and_,
    cast,
    delete,
    exists,
    func,
    select,
    text,
    tuple_,
    type_coerce,
    update,
)
from sqlalchemy.dialects.postgresql import Insert, insert

from warmline_memory.embedding import Embedder, make_model_current, record_model
from warmline_memory.storage.database import Database, Role
from warmline_memory.storage.sealed_columns import SealedText
from warmline_memory.storage.tables import Memory, SecondEmbedding, is_second_embedding
from warmline_memory.storage.transactions import Transaction

BATCH = 256
"""This many memories are embedded, or exchanged, in one transaction: some seconds of a model's work."""
Key = tuple[UUID, UUID]
"""A memory among those of all tenants: its tenant's id, and its own."""
KEY = tuple_(Memory.tenant_id, Memory.id)
BEFORE_ALL = (UUID(int=0), UUID(int=0))
_CONTENT = SealedText("memories.content")


class Stale(NamedTuple):
    """A memory that has no embedding of the new model: its content as it is stored, and as it was said."""

    tenant_id: UUID
    id: UUID
    stored: str
    content: str


def count_stale(database: Database, embedder: Embedder) -> int:
    """How many memories have no embedding of the embedder's model yet."""
    with database.transaction(role=Role.ADMIN) as db:
        return db.scalars(select(func.count()).where(_is_stale(record_model(db, embedder)))).one()


def reembed(database: Database, embedder: Embedder) -> Iterator[int]:
    """Embed what is stale, yielding how many each batch did; then make the embedder's model the current one.

    Processes that still run with the old model find everything by words alone once this is done, and what they wrote
    at the very end stays stale: restart them with the new model, and run this once more.
    """
    with database.transaction(role=Role.ADMIN) as db:
        model_id = record_model(db, embedder)
    while (yield from _embed_stale(database, embedder, model_id)) >= BATCH:
        pass  # meanwhile more was written
    _exchange_all(database, model_id)
    with database.transaction(role=Role.ADMIN) as db:
        make_model_current(db, model_id)
    yield from _embed_stale(database, embedder, model_id)
    _exchange_all(database, model_id)
    with database.transaction(role=Role.ADMIN) as db:
        db.execute(text("TRUNCATE second_embeddings"))


def _embed_stale(database: Database, embedder: Embedder, model_id: int) -> Generator[int, None, int]:
    """One pass over the memories that have no embedding of this model. Yields as ``reembed``; returns the sum."""
    done, last = 0, BEFORE_ALL
    while batch := _read(database, model_id, last):
        vectors = embedder.embed([embedder.prompts.text + one.content for one in batch])
        with database.transaction(role=Role.ADMIN) as db:
            _store(db, model_id, batch, vectors)
        yield len(batch)
        done, last = done + len(batch), (batch[-1].tenant_id, batch[-1].id)
    return done


def _is_stale(model_id: int) -> ColumnElement[bool]:
    return and_(Memory.embedding_model_id != model_id, ~exists().where(is_second_embedding(model_id)))


def _read(database: Database, model_id: int, last: Key) -> list[Stale]:
    # Read as it is stored, and opened for each one's own tenant.
    content = type_coerce(Memory.content, Text)
    stale = select(Memory.tenant_id, Memory.id, content).where(_is_stale(model_id), last < KEY)
    with database.transaction(role=Role.ADMIN) as db:
        rows = db.execute(stale.order_by(Memory.tenant_id, Memory.id).limit(BATCH)).all()
        return [
            Stale(tenant_id, memory_id, stored, _CONTENT.opened(stored, db.contents.of(tenant_id)))
            for tenant_id, memory_id, stored in rows
        ]


def _store(db: Transaction, model_id: int, batch: Sequence[Stale], vectors: NDArray[np.float32]) -> None:
    """Store embeddings beside those that memories have, but not of a memory that was forgotten meanwhile."""
    # The embeddings were made outside of any transaction; meanwhile memories may have been forgotten or changed.
    there = select(Memory.tenant_id, Memory.id).where(KEY.in_([(row.tenant_id, row.id) for row in batch]))
    ordered = there.order_by(Memory.tenant_id, Memory.id)
    kept = {(row.tenant_id, row.id) for row in db.execute(ordered.with_for_update(read=True))}
    values = [
        {
            "tenant_id": row.tenant_id,
            "memory_id": row.id,
            "embedding_model_id": model_id,
            "embedding": vector,
            "content_md5": UUID(hex=md5(row.stored.encode(), usedforsecurity=False).hexdigest()),
        }
        for row, vector in zip(batch, vectors, strict=True)
        if (row.tenant_id, row.id) in kept
    ]
    if values:
        db.execute(_replacing(insert(SecondEmbedding)), values)


def _exchange_all(database: Database, model_id: int) -> None:
    """Let all embeddings of this model change places with those that their memories have."""
    stale = select(Memory.tenant_id, Memory.id).where(Memory.embedding_model_id != model_id)
    ready = stale.join(SecondEmbedding, is_second_embedding(model_id)).order_by(Memory.tenant_id, Memory.id)
    last = BEFORE_ALL
    while True:
        with database.transaction(role=Role.ADMIN) as db:
            found = db.execute(ready.where(last < KEY).limit(BATCH).with_for_update(of=Memory)).all()
            if not found:
                return
            keys = [(row.tenant_id, row.id) for row in found]
            _exchange(db, model_id, keys)
        last = keys[-1]


def _exchange(db: Transaction, model_id: int, keys: Sequence[Key]) -> None:
    """What stood in an index leaves it, since it would be compared with embeddings of the other model there."""
    second = SecondEmbedding
    columns = ("tenant_id", "memory_id", "embedding_model_id", "embedding", "content_md5")
    # The hash of the content, as it is stored, says later whether an embedding still belongs to what its memory says.
    content_md5 = cast(func.md5(Memory.content), Uuid)
    old = select(Memory.tenant_id, Memory.id, Memory.embedding_model_id, Memory.embedding, content_md5)
    db.execute(_replacing(insert(second).from_select(columns, old.where(KEY.in_(keys)))))
    new = (tuple_(second.tenant_id, second.memory_id).in_(keys), second.embedding_model_id == model_id)
    db.execute(
        update(Memory)
        .where(Memory.tenant_id == second.tenant_id, Memory.id == second.memory_id, *new)
        .values(embedding=second.embedding, embedding_model_id=model_id, indexed_terms=None),
        execution_options={"synchronize_session": False},
    )
    db.execute(delete(second).where(*new), execution_options={"synchronize_session": False})


def _replacing(statement: Insert) -> Insert:
    """The statement, made to replace an embedding of the same memory and model that is there already."""
    key = (SecondEmbedding.tenant_id, SecondEmbedding.memory_id, SecondEmbedding.embedding_model_id)
    anew = {"embedding": statement.excluded.embedding, "content_md5": statement.excluded.content_md5}
    return statement.on_conflict_do_update(index_elements=key, set_=anew)
