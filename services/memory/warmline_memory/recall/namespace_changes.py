"""Changes: what has happened to a namespace since somebody last looked, or all of it where nobody has.

Each memory says which transaction changed it last. The database says below which number all transactions were known
when it looked, so the next look asks for what later ones have changed. Rows of their own say which memories have left
the namespace (docs/decisions/0009).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import (
    BigInteger,
    DateTime,
    Double,
    Select,
    String,
    Uuid,
    bindparam,
    cast,
    collate,
    exists,
    func,
    select,
)

from warmline_memory.recall import columns
from warmline_memory.recall.columns import NOTHING, ROW, MemoryColumns
from warmline_memory.storage import tables
from warmline_memory.storage.database import Direct
from warmline_memory.storage.transactions import Transaction


@dataclass(frozen=True)
class Changes:
    """What has changed of a namespace: n memories as they are now, and which ones are gone."""

    columns: MemoryColumns
    vectors: NDArray[np.float32]
    """Their embeddings, normalised to length 1, shape (n, dimension)."""
    models: frozenset[int]
    """The models that made the embeddings."""
    expires: NDArray[np.float64]
    """When each memory is forgotten, in Unix seconds or infinity, shape (n,)."""
    gone: NDArray[np.int64]
    """Halves of the ids of memories that are not there any more, shape (m, 2)."""
    known_below: int
    """All transactions of smaller numbers were known when this was read."""


BEFORE_ALL = UUID(int=0)
_HEADER_BYTES = 4
"""Before a vector's numbers pgvector sends its dimension, in two bytes, and two that are unused."""


def count_up_to(db: Transaction, namespace: str, most: int) -> int:
    """How many memories a namespace has; where that is more than ``most``, one more than that."""
    rows: int = _COUNT.run(db, namespace=namespace, most=most + 1)[0].count
    return rows


def since(db: Transaction, namespace: str, transaction: int, most: int) -> Changes:
    """What transactions from number ``transaction`` on have changed of a namespace; from 0 on that is all of it.

    Where more than ``most`` memories have changed, the answer holds one more than that, not all of them.
    """
    row = _CHANGES.run(db, namespace=namespace, since=transaction, most=most + 1)[0]
    # Most looks find nothing new, so nothing is unpacked then.
    if row.cards is None and row.gone is None:
        return replace(_NO_CHANGE, known_below=row.known_below)
    return _unpacked(row._asdict())


def pieces(db: Transaction, namespace: str, length: int) -> Iterator[Changes]:
    """All of a namespace, in pieces of ``length`` memories each, the last one shorter.

    What changes meanwhile may be missed, so the next look must start from the ``known_below`` of the first piece.
    """
    after = BEFORE_ALL
    while True:
        read = _unpacked(_PIECE.run(db, namespace=namespace, after=after, most=length)[0]._asdict())
        if len(read.columns):
            yield read
        if len(read.columns) < length:
            return
        after = UUID(bytes=max(one.tobytes() for one in read.columns.ids))


def joined(pieces: Iterator[Changes]) -> Changes | None:
    """Pieces as one, known as far as the first of them was; None where there are none."""
    read = list(pieces)
    if not read:
        return None
    return Changes(
        columns=columns.joined([piece.columns for piece in read]),
        vectors=np.concatenate([piece.vectors for piece in read]),
        models=frozenset().union(*(piece.models for piece in read)),
        expires=np.concatenate([piece.expires for piece in read]),
        gone=read[0].gone,
        known_below=read[0].known_below,
    )


def _unpacked(row: dict[str, Any]) -> Changes:
    found = columns.unpacked(row)
    # Half-precision numbers in network order, with a header before each vector. They become single precision here,
    # once: numpy computes with half precision twenty times slower.
    numbers = np.frombuffer(row["vectors"] or b"", dtype=np.uint8).reshape(
        len(found), -1 if len(found) else _HEADER_BYTES
    )
    vectors = np.ascontiguousarray(numbers[:, _HEADER_BYTES:]).view(">f2").astype(np.float32)
    length = np.linalg.norm(vectors, axis=1, keepdims=True)
    # A vector of length 0 has no direction; NaN says that it cannot be compared.
    vectors /= np.where(length > 0, length, np.nan)
    return Changes(
        columns=found,
        vectors=vectors,
        models=frozenset(np.frombuffer(row["models"] or b"", dtype=">i2").tolist()),
        expires=np.frombuffer(row["expires"] or b"", dtype=">f8").astype(np.float64),
        gone=np.frombuffer(row.get("gone") or b"", dtype=np.int64).reshape(-1, 2),
        known_below=row["known_below"],
    )


_MINE = ROW.namespace == bindparam("namespace", type_=String)
_READ = (ROW.card, ROW.terms, ROW.embedding, ROW.embedding_model_id, ROW.expires_at)


def _packed(some: Any) -> Sequence[Any]:
    """The columns of memories, each as one byte string, and below which number all transactions are known."""
    # Infinity stands for "never", so that one comparison says what has expired.
    expires = func.extract("epoch", func.coalesce(some.expires_at, cast("infinity", DateTime(timezone=True))))
    texts = {
        "cards": some.card,
        "terms": some.terms,
        "vectors": func.halfvec_send(some.embedding),
        "models": func.int2send(some.embedding_model_id),
        "expires": func.float8send(cast(expires, Double)),
    }
    strung = [func.string_agg(text, NOTHING).label(name) for name, text in texts.items()]
    return [*strung, func.warmline_all_known_below().label("known_below")]


def _changes_statement() -> Select[*tuple[Any, ...]]:
    since, most = bindparam("since", type_=BigInteger), bindparam("most", type_=BigInteger)
    # The collation belongs to the one index that serves this question. The planner expects one row of a namespace where
    # there are many, and would else take any index that begins with the namespace, and read all of it.
    mine = collate(ROW.namespace, tables.BY_CHANGE) == bindparam("namespace", type_=String)
    some = select(*_READ).where(mine, ROW.changed_in >= since).limit(most).subquery().c
    left = tables.Deletion.__table__.c
    each = func.unnest(left.memory_ids).table_valued("id").render_derived().lateral()
    # A memory may have left a namespace and come back: what is there again is not gone.
    there = exists().where(ROW.id == each.c.id, cast(func.md5(ROW.namespace), Uuid) == left.namespace_md5)
    gone = (
        select(func.string_agg(func.uuid_send(each.c.id), NOTHING))
        .select_from(tables.Deletion.__table__, each)
        .where(
            left.namespace_md5 == cast(func.md5(bindparam("namespace", type_=String)), Uuid),
            left.changed_in >= since,
            ~there,
        )
    )
    return select(*_packed(some), gone.scalar_subquery().label("gone"))


def _piece_statement() -> Select[*tuple[Any, ...]]:
    after, most = bindparam("after", type_=Uuid), bindparam("most", type_=BigInteger)
    some = select(*_READ).where(_MINE, ROW.id > after).order_by(ROW.id).limit(most).subquery().c
    return select(*_packed(some))


def _count_statement() -> Select[*tuple[Any, ...]]:
    some = select(ROW.id).where(_MINE).limit(bindparam("most", type_=BigInteger)).subquery()
    return select(func.count().label("count")).select_from(some)


_COUNT = Direct(_count_statement())
_CHANGES = Direct(_changes_statement())
_PIECE = Direct(_piece_statement())
_NO_CHANGE = _unpacked(
    {"cards": None, "terms": None, "vectors": None, "models": None, "expires": None, "gone": None, "known_below": 0}
)
