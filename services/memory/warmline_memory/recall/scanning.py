"""Scanning: what ranking needs to know of many memories, as columns, in one statement.

The database strings the cards of the memories together, their terms, and their cosines, and numpy reads the three byte
strings: a thousand memories take about a millisecond, a tenth of what a thousand rows would.
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
"""A memory's card, which the database makes whenever the memory changes. A session of zeros means none."""
NOTHING: ColumnElement[bytes] = literal_column("''::bytea")
UNKNOWN: ColumnElement[float] = literal_column("'NaN'::real")
POSTGRES_EPOCH = 946_684_800
"""Postgres sends times as microseconds since 2000-01-01, UTC; this is that day in Unix seconds."""


@dataclass(frozen=True)
class Scanned:
    """Columns of n memories, in no order. ``matches`` says which may be answered; the others lend context.

    ``ids`` and ``sessions`` are (n, 2) halves of the UUIDs, ``terms`` the 64-bit hashes of all memories one after the
    other, those of memory i from ``offsets[i]`` to ``offsets[i + 1]``; ``event_times`` are Unix seconds, ``cosine`` is
    NaN where an embedding cannot be compared.
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
        """Where a memory stands, or None where it was not scanned."""
        rows = np.flatnonzero((self.ids == np.frombuffer(memory_id.bytes, dtype=np.int64)).all(axis=1))
        return int(rows[0]) if len(rows) else None

    def take(self, chosen: NDArray[np.bool_]) -> Self:
        """Those of these memories that are chosen, shape (n,)."""
        columns = {field.name: getattr(self, field.name) for field in fields(self) if field.name != "terms"}
        terms = self.terms[np.repeat(chosen, self.term_counts)]
        return type(self)(terms=terms, **{name: values[chosen] for name, values in columns.items()})

    def beside(self, other: "Scanned") -> "Scanned":
        """These memories and then the others."""
        return joined([self, other])


def joined(parts: Sequence[Scanned]) -> Scanned:
    """The memories of at least one part after those of the other."""
    return Scanned(
        **{field.name: np.concatenate([getattr(part, field.name) for part in parts]) for field in fields(Scanned)}
    )


def scan(
    db: Transaction,
    scope: Sequence[ColumnElement[bool]],
    matching: Sequence[ColumnElement[bool]],
    query: Embeddings | None,
) -> Scanned:
    """Scan the memories in ``scope``; ``matching`` says which of them may be answered. ``query`` is one embedding."""
    return unpacked(_read(db, select(*_COLUMNS, *_matches(matching)).where(*scope), query))


def scan_unindexed(
    db: Transaction, namespace: str, matching: Sequence[ColumnElement[bool]], query: Embeddings | None
) -> tuple[Scanned, bool]:
    """Scan what is not indexed of a namespace; the second part of the answer says whether anything else is."""
    if matching:
        packed = _read(db, _unindexed(matching), query, namespace=namespace)
    else:
        packed = _UNINDEXED.run(db, namespace=namespace, **_asked(query))[0]._asdict()
    return unpacked(packed), bool(packed["any_indexed"])


def _read(db: Transaction, wanted: Executable, query: Embeddings | None, **given: object) -> dict[str, Any]:
    return db.execute(wanted, _asked(query) | given).one()._asdict()


def _asked(query: Embeddings | None) -> dict[str, Any]:
    if query is None:
        return {"model_id": None, "vector": None}
    return {"model_id": query.model_id, "vector": HalfVector(query.vectors[0])}


def _columns() -> list[Label[bytes]]:
    """The columns that every scan reads, each as one byte string; ``vector`` and ``model_id`` are the query's.

    The cosine is NaN for embeddings of another model and without a query. While embeddings are made anew, a memory may
    have one of either model.
    """
    asked = bindparam("model_id", type_=SmallInteger)
    second = select(tables.SecondEmbedding.embedding).where(tables.is_second_embedding(asked)).correlate(MEMORIES)
    embedding = case((ROW.embedding_model_id == asked, ROW.embedding), else_=second.scalar_subquery())
    likeness = 1 - func.cosine_distance(embedding, bindparam("vector", type_=HalfVectors()))
    cosine = func.float4send(func.coalesce(cast(likeness, REAL), UNKNOWN))
    columns = {"cards": ROW.card, "terms": ROW.terms, "cosine": cosine}
    return [func.string_agg(column, NOTHING).label(name) for name, column in columns.items()]


def _matches(matching: Sequence[ColumnElement[bool]]) -> list[Label[bytes]]:
    """Which memories may be answered: all of them without filters. What is unknown does not match, such as whether a
    memory of no agent is of this agent.
    """
    if not matching:
        return []
    return [func.string_agg(func.boolsend(func.coalesce(and_(*matching), false())), NOTHING).label("matches")]


def _unindexed(matching: Sequence[ColumnElement[bool]]) -> Select[*tuple[Any, ...]]:
    mine = ROW.namespace == bindparam("namespace", type_=String)
    any_indexed = exists().where(mine, ROW.indexed_terms.is_not(None)).label("any_indexed")
    return select(*_COLUMNS, *_matches(matching), any_indexed).where(mine, ROW.indexed_terms.is_(None))


_COLUMNS = _columns()
_UNINDEXED = Direct(_unindexed([]))
"""For the recall that has no filters."""


def unpacked(packed: dict[str, Any]) -> Scanned:
    """Byte strings as arrays: the database sends numbers in network order, and stored terms little-endian.

    Without cosines they are unknown: NaN.
    """
    cards = np.frombuffer(packed["cards"] or b"", dtype=CARD)
    cosine = packed.get("cosine")
    matches = np.frombuffer(packed["matches"] or b"", dtype="?") if "matches" in packed else np.ones(len(cards), "?")
    return Scanned(
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
