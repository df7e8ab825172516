"""Columns: what ranking needs to know of many memories, read in one statement and never with their content.

The database puts the cards of all memories one after the other into one byte string, their terms into a second and
their cosines into a third, and numpy reads these strings as arrays. A thousand memories take about a millisecond so, a
tenth of what a thousand rows would (docs/decisions/0006).
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any, Self
from uuid import UUID

import numpy as np
from numpy.typing import NDArray
from pgvector import HalfVector
from sqlalchemy import (
    REAL,
    ColumnElement,
    Executable,
    Label,
    Select,
    SmallInteger,
    String,
    and_,
    bindparam,
    case,
    cast,
    exists,
    false,
    func,
    literal_column,
    select,
)

from warmline_memory.embedding import Embeddings
from warmline_memory.storage import tables
from warmline_memory.storage.database import Direct
from warmline_memory.storage.transactions import Transaction
from warmline_memory.storage.vectors import HalfVectors

MEMORIES = tables.Memory.__table__
ROW = MEMORIES.c
"""Columns of the table, not attributes of the class: the mapper's part of a statement costs half a millisecond."""
CARD = np.dtype(
    [
        ("id", "i8", 2),
        ("session", "i8", 2),
        ("event_time", ">i8"),
        ("importance", ">f4"),
        ("ordinal", ">i4"),
        ("terms", ">i4"),
        ("times_recalled", ">i4"),
        ("estimated", "?"),
        ("ageless", "?"),
        ("consolidated", "?"),
    ]
)
"""A memory's card: what ranking needs of it, in 59 bytes. A generated column packs it whenever the memory changes. A
session of zeros means none."""
NOTHING: ColumnElement[bytes] = literal_column("''::bytea")
"""What stands between two values that ``string_agg`` puts one after the other."""
UNKNOWN: ColumnElement[float] = literal_column("'NaN'::real")
POSTGRES_EPOCH = 946_684_800
"""Postgres sends times as microseconds since 2000-01-01, UTC; this is that day in Unix seconds."""


@dataclass(frozen=True)
class MemoryColumns:
    """What ranking needs of n memories, a column for each property, in no order of rows. Never their content.

    ``ids`` and ``sessions`` are the halves of UUIDs, shape (n, 2). ``terms`` are the 64-bit hashes of all memories one
    after the other, those of memory i from ``offsets[i]`` to ``offsets[i + 1]``. ``event_times`` are Unix seconds.
    ``cosine`` is NaN where an embedding cannot be compared. ``matches`` says which memories the request's filters let
    through; the others only lend context.
    """

    ids: NDArray[np.int64]
    sessions: NDArray[np.int64]
    ordinals: NDArray[np.int32]
    cosine: NDArray[np.float32]
    term_counts: NDArray[np.int32]
    terms: NDArray[np.int64]
    importance: NDArray[np.float32]
    estimated: NDArray[np.bool_]
    ageless: NDArray[np.bool_]
    event_times: NDArray[np.float64]
    times_recalled: NDArray[np.int32]
    matches: NDArray[np.bool_]
    consolidated: NDArray[np.bool_]

    def __len__(self) -> int:
        """The number of memories."""
        return len(self.ordinals)

    @property
    def offsets(self) -> NDArray[np.int64]:
        """Where each memory's terms begin, and where the last one's end: shape (n + 1,)."""
        return np.concatenate(([0], np.cumsum(self.term_counts, dtype=np.int64)))

    def id_of(self, row: int) -> UUID:
        """The id of one of the memories."""
        return UUID(bytes=self.ids[row].tobytes())

    def row_of(self, memory_id: UUID) -> int | None:
        """The row of a memory, or None where it is not among these."""
        rows = np.flatnonzero((self.ids == np.frombuffer(memory_id.bytes, dtype=np.int64)).all(axis=1))
        return int(rows[0]) if len(rows) else None

    def take(self, chosen: NDArray[np.bool_]) -> Self:
        """The rows for which ``chosen``, shape (n,), is true."""
        columns = {field.name: getattr(self, field.name) for field in fields(self) if field.name != "terms"}
        # Terms are not one a row: a row's choice is repeated for each of its terms.
        terms = self.terms[np.repeat(chosen, self.term_counts)]
        return type(self)(terms=terms, **{name: values[chosen] for name, values in columns.items()})

    def beside(self, other: "MemoryColumns") -> "MemoryColumns":
        """These rows, and then the other ones."""
        return joined([self, other])


def joined(parts: Sequence[MemoryColumns]) -> MemoryColumns:
    """The rows of all parts, of which there is at least one, one part after the other."""
    return MemoryColumns(
        **{field.name: np.concatenate([getattr(part, field.name) for part in parts]) for field in fields(MemoryColumns)}
    )


def read(
    db: Transaction,
    conditions: Sequence[ColumnElement[bool]],
    filters: Sequence[ColumnElement[bool]],
    query: Embeddings | None,
) -> MemoryColumns:
    """The memories that meet all ``conditions``; ``filters`` say which of them may be answered. ``query`` is one
    embedding, or None."""
    return unpacked(_packed(db, select(*_COLUMNS, *_matches(filters)).where(*conditions), query))


def read_unindexed(
    db: Transaction, namespace: str, filters: Sequence[ColumnElement[bool]], query: Embeddings | None
) -> tuple[MemoryColumns, bool]:
    """The memories of a namespace that are not indexed, and whether any of its memories is."""
    if filters:
        packed = _packed(db, _unindexed(filters), query, namespace=namespace)
    else:
        packed = _UNINDEXED.run(db, namespace=namespace, **_parameters(query))[0]._asdict()
    return unpacked(packed), bool(packed["any_indexed"])


def _packed(db: Transaction, wanted: Executable, query: Embeddings | None, **given: object) -> dict[str, Any]:
    return db.execute(wanted, _parameters(query) | given).one()._asdict()


def _parameters(query: Embeddings | None) -> dict[str, Any]:
    if query is None:
        return {"model_id": None, "vector": None}
    return {"model_id": query.model_id, "vector": HalfVector(query.vectors[0])}


def _columns() -> list[Label[bytes]]:
    """The columns that every scan reads, each as one byte string; ``vector`` and ``model_id`` are the query's.

    The cosine is NaN for embeddings of another model and without a query. While embeddings are made anew, a memory may
    have one of either model.
    """
    # Casts and ``coalesce`` make of every row four bytes, also of one that cannot be compared: the strings have no
    # gaps, so row i of one column is row i of all.
    asked = bindparam("model_id", type_=SmallInteger)
    second = select(tables.SecondEmbedding.embedding).where(tables.is_second_embedding(asked)).correlate(MEMORIES)
    embedding = case((ROW.embedding_model_id == asked, ROW.embedding), else_=second.scalar_subquery())
    likeness = 1 - func.cosine_distance(embedding, bindparam("vector", type_=HalfVectors()))
    cosine = func.float4send(func.coalesce(cast(likeness, REAL), UNKNOWN))
    columns = {"cards": ROW.card, "terms": ROW.terms, "cosine": cosine}
    return [func.string_agg(column, NOTHING).label(name) for name, column in columns.items()]


def _matches(filters: Sequence[ColumnElement[bool]]) -> list[Label[bytes]]:
    """The column that says which memories the filters let through; none without filters.

    SQL answers NULL where a filter compares nothing, such as the agent of a memory without one: that is no match.
    """
    if not filters:
        return []
    return [func.string_agg(func.boolsend(func.coalesce(and_(*filters), false())), NOTHING).label("matches")]


def _unindexed(filters: Sequence[ColumnElement[bool]]) -> Select[*tuple[Any, ...]]:
    # Whether anything is indexed comes along with the scan, so that a small namespace needs one statement.
    mine = ROW.namespace == bindparam("namespace", type_=String)
    any_indexed = exists().where(mine, ROW.indexed_terms.is_not(None)).label("any_indexed")
    return select(*_COLUMNS, *_matches(filters), any_indexed).where(mine, ROW.indexed_terms.is_(None))


_COLUMNS = _columns()
_UNINDEXED = Direct(_unindexed([]))
"""Built once: nearly every recall has no filters, and then the statement is always the same."""


def unpacked(packed: dict[str, Any]) -> MemoryColumns:
    """Byte strings as arrays: the database sends numbers in network order, and stored terms little-endian.

    Without cosines they are unknown: NaN.
    """
    # ``string_agg`` of no rows is NULL, hence the empty strings. numpy copies where the byte order has to be turned,
    # and otherwise reads the database's own bytes.
    cards = np.frombuffer(packed["cards"] or b"", dtype=CARD)
    cosine = packed.get("cosine")
    matches = np.frombuffer(packed["matches"] or b"", dtype="?") if "matches" in packed else np.ones(len(cards), "?")
    return MemoryColumns(
        ids=np.ascontiguousarray(cards["id"]),
        sessions=np.ascontiguousarray(cards["session"]),
        ordinals=cards["ordinal"].astype(np.int32),
        cosine=np.full(len(cards), np.nan, np.float32) if cosine is None else _floats(cosine),
        term_counts=cards["terms"].astype(np.int32),
        terms=np.frombuffer(packed["terms"] or b"", dtype="<i8").astype(np.int64, copy=False),
        importance=cards["importance"].astype(np.float32),
        estimated=cards["estimated"],
        ageless=cards["ageless"],
        event_times=cards["event_time"].astype(np.float64) / 1e6 + POSTGRES_EPOCH,
        times_recalled=cards["times_recalled"].astype(np.int32),
        matches=matches,
        consolidated=cards["consolidated"],
    )


def _floats(sent: bytes) -> NDArray[np.float32]:
    return np.frombuffer(sent, dtype=">f4").astype(np.float32)
