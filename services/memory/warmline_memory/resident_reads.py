"""What a resident reads: what has changed of a namespace since a transaction, or all of it piece by piece."""

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
from sqlalchemy.orm import Session as Db

from warmline_memory import scanning, tables
from warmline_memory.database import Direct
from warmline_memory.scanning import NOTHING, ROW, Scanned

FIRST = UUID(int=0)
_HEADER = 4
"""What pgvector sends before a vector's numbers, in bytes: its dimension and two that are unused."""


@dataclass(frozen=True)
class Read:
    """What was read of a namespace: n memories, and which others are gone."""

    scanned: Scanned
    vectors: NDArray[np.float32]
    """Embeddings of length 1, shape (n, dimension)."""
    models: frozenset[int]
    """The models that made them."""
    expires: NDArray[np.float64]
    """When each is forgotten, in Unix seconds or infinity, shape (n,)."""
    gone: NDArray[np.int64]
    """Halves of the ids of memories that are not there any more, shape (m, 2)."""
    known_below: int
    """All transactions of smaller numbers were known when this was read."""


def count(db: Db, namespace: str, most: int) -> int:
    """How many memories a namespace has; where that is more than ``most``, one more than that."""
    rows: int = _COUNT.run(db, namespace=namespace, most=most + 1)[0].count
    return rows


def changed(db: Db, namespace: str, since: int, most: int) -> Read:
    """What transactions from number ``since`` on have changed of a namespace; where that is more than ``most``
    memories, one more than that."""
    row = _CHANGED.run(db, namespace=namespace, since=since, most=most + 1)[0]
    if row.cards is None and row.gone is None:
        return replace(_NO_CHANGE, known_below=row.known_below)
    return _unpacked(row._asdict())


def pieces(db: Db, namespace: str, length: int) -> Iterator[Read]:
    """All of a namespace, so many memories at once. What changes meanwhile is for the next look: the first piece's
    ``known_below`` says from where on."""
    after = FIRST
    while True:
        read = _unpacked(_PIECE.run(db, namespace=namespace, after=after, most=length)[0]._asdict())
        if len(read.scanned):
            yield read
        if len(read.scanned) < length:
            return
        after = UUID(bytes=max(one.tobytes() for one in read.scanned.ids))


def joined(pieces: Iterator[Read]) -> Read | None:
    """Pieces as one, known as far as the first of them was; None where there is none."""
    read = list(pieces)
    if not read:
        return None
    return Read(
        scanned=scanning.joined([piece.scanned for piece in read]),
        vectors=np.concatenate([piece.vectors for piece in read]),
        models=frozenset().union(*(piece.models for piece in read)),
        expires=np.concatenate([piece.expires for piece in read]),
        gone=read[0].gone,
        known_below=read[0].known_below,
    )


def _unpacked(row: dict[str, Any]) -> Read:
    scanned = scanning.unpacked(row)
    numbers = np.frombuffer(row["vectors"] or b"", dtype=np.uint8).reshape(
        len(scanned), -1 if len(scanned) else _HEADER
    )
    vectors = np.ascontiguousarray(numbers[:, _HEADER:]).view(">f2").astype(np.float32)
    length = np.linalg.norm(vectors, axis=1, keepdims=True)
    vectors /= np.where(length > 0, length, np.nan)
    return Read(
        scanned=scanned,
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


def _changed() -> Select[*tuple[Any, ...]]:
    since, most = bindparam("since", type_=BigInteger), bindparam("most", type_=BigInteger)
    mine = collate(ROW.namespace, tables.BY_CHANGE) == bindparam("namespace", type_=String)
    some = select(*_READ).where(mine, ROW.changed_in >= since).limit(most).subquery().c
    left = tables.Departure.__table__.c
    each = func.unnest(left.memory_ids).table_valued("id").render_derived().lateral()
    there = exists().where(ROW.id == each.c.id, cast(func.md5(ROW.namespace), Uuid) == left.namespace_md5)
    gone = (
        select(func.string_agg(func.uuid_send(each.c.id), NOTHING))
        .select_from(tables.Departure.__table__, each)
        .where(
            left.namespace_md5 == cast(func.md5(bindparam("namespace", type_=String)), Uuid),
            left.changed_in >= since,
            ~there,
        )
    )
    return select(*_packed(some), gone.scalar_subquery().label("gone"))


def _piece() -> Select[*tuple[Any, ...]]:
    after, most = bindparam("after", type_=Uuid), bindparam("most", type_=BigInteger)
    some = select(*_READ).where(_MINE, ROW.id > after).order_by(ROW.id).limit(most).subquery().c
    return select(*_packed(some))


def _count() -> Select[*tuple[Any, ...]]:
    some = select(ROW.id).where(_MINE).limit(bindparam("most", type_=BigInteger)).subquery()
    return select(func.count().label("count")).select_from(some)


_COUNT = Direct(_count())
_CHANGED = Direct(_changed())
_PIECE = Direct(_piece())
_NO_CHANGE = _unpacked(
    {"cards": None, "terms": None, "vectors": None, "models": None, "expires": None, "gone": None, "known_below": 0}
)
