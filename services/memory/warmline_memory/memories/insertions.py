"""Insertions: one statement stores any number of memories, and counts those that are stored already.

Rows are sent as one JSON document and their embeddings as one array, so the statement is the same for one memory and
for a thousand, and is prepared once. With a parameter for each value, a thousand memories take five times as long to
send.
"""

import typing
from collections.abc import Collection
from typing import Any

import numpy as np
from pydantic_core import to_json
from sqlalchemy import REAL, Integer, Interval, Table, Text, bindparam, cast, column, func, select, true
from sqlalchemy.dialects.postgresql import ARRAY, JSON, Insert, insert

from warmline_memory.memories import duplicates
from warmline_memory.memories.duplicates import Row
from warmline_memory.storage import wire
from warmline_memory.storage.database import Direct
from warmline_memory.storage.sealed_columns import Sealed
from warmline_memory.storage.tables import Memory
from warmline_memory.storage.transactions import Transaction
from warmline_memory.storage.vectors import Floats, HalfVectors, SentFloats

_TABLE = typing.cast(Table, Memory.__table__)
_AS_THEY_ARE = (
    Memory.id,
    Memory.namespace,
    Memory.session_id,
    Memory.chain_id,
    Memory.ordinal,
    Memory.agent,
    Memory.kind,
    Memory.role,
    Memory.external_id,
    Memory.content,
    Memory.importance,
    Memory.importance_estimated,
    Memory.pinned,
    Memory.slot,
    Memory.action,
    Memory.custom,
    Memory.event_time,
    Memory.times_seen,
    Memory.embedding_model_id,
)
_SEALED = [plain for plain in _AS_THEY_ARE if isinstance(plain.type, Sealed)]


def store(db: Transaction, rows: Collection[Row]) -> dict[bytes, Any]:
    """Store rows, each with its ``embedding`` of shape (dimension,); what is stored now, by ``duplicates.key``: rows
    with the columns that ``wire.memory_of`` needs."""
    # A duplicate locks the row that is stored already. In the order of fingerprints, two batches cannot deadlock.
    in_order_of_locks = sorted(rows, key=lambda row: row["fingerprint"] or b"")
    vectors = np.stack([row["embedding"] for row in in_order_of_locks])
    # Under sealed fingerprints rows are stored, and come back: by them they are known again.
    plain = {db.contents.fingerprint(row["fingerprint"]): row["fingerprint"] for row in rows}
    sent = [{**_as_stored(db, row), "place": place} for place, row in enumerate(in_order_of_locks)]
    document = to_json(sent, bytes_mode="hex").decode()
    stored = _STATEMENT.run(db, rows=document, vectors=SentFloats(vectors), dimension=vectors.shape[1])
    return {duplicates.key(row.id, plain[row.fingerprint]): row for row in stored}


def _as_stored(db: Transaction, row: Row) -> Row:
    """A row without its embedding. The document goes past the types of the columns, and so past what seals them."""
    sealed = {
        column.key: None if (value := row[column.key]) is None else column.type.sealed(value, db.contents)
        for column in _SEALED
    }
    return {**row, **sealed, "fingerprint": db.contents.fingerprint(row["fingerprint"]), "embedding": None}


def _insertion() -> Insert:
    """The statement that inserts the rows of a JSON document, with the embeddings of an array of all their numbers."""
    # Expiry is counted by the database's clock, which is also the one that hides what has expired. By the clock of an
    # API machine that is behind, a new memory could have expired already.
    arguments: list[Any] = [column(plain.key, plain.type) for plain in _AS_THEY_ARE]
    arguments += [column("place", Integer), column("time_to_live", Interval)]
    arguments += [column("fingerprint", Text), column("terms", Text)]
    document = cast(bindparam("rows", type_=Text), JSON)
    new = func.json_to_recordset(document).table_valued(*arguments, name="new").render_derived(with_types=True)
    vectors = cast(bindparam("vectors", type_=Floats()), ARRAY(REAL))
    sent = select(vectors.label("vectors")).subquery("sent")
    dimension = bindparam("dimension", type_=Integer)
    # Arrays count from 1: the numbers of row ``place`` are a slice of the one array.
    embedding = sent.c.vectors[new.c.place * dimension + 1 : (new.c.place + 1) * dimension]
    values = {
        **{plain.key: new.c[plain.key] for plain in _AS_THEY_ARE},
        "expires_at": func.now() + new.c.time_to_live,
        "fingerprint": func.decode(new.c.fingerprint, "hex"),
        "terms": func.decode(new.c.terms, "hex"),
        "embedding": cast(embedding, HalfVectors()),
    }
    columns = [getattr(Memory, name).expression for name in values]
    return insert(_TABLE).from_select(columns, select(*values.values()).select_from(new).join(sent, true()))


_STATEMENT = Direct(duplicates.merging(_insertion()).returning(*wire.MEMORY_COLUMNS, _TABLE.c.fingerprint))
"""Every new memory is stored by it: as the mapper's own it took three times as long."""
