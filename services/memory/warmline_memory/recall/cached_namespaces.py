"""Residents: namespaces that this process holds, so that a recall reads of them only what has changed.

A recall of a namespace that it does not hold looks into the database. Where a second one follows, the process reads
all of the namespace, a large one beside the requests; from then on it asks for the memories that a transaction has
changed since, and compares embeddings by itself. That is exact: each memory says which transaction changed it last, the
database says below which number all transactions were known to the last look, and deletions say which memories are
gone. Content is never held.
"""

import logging
import time
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from threading import Lock, Thread
from typing import Any, Self
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

from warmline_memory.embedding import Embeddings
from warmline_memory.recall import scanning
from warmline_memory.recall.ranking import Surroundings
from warmline_memory.recall.scanning import NOTHING, ROW, Scanned
from warmline_memory.storage import tables
from warmline_memory.storage.database import Database, Direct
from warmline_memory.storage.transactions import Transaction

log = logging.getLogger(__name__)

IDLE_SECONDS = 3_600.0
"""A namespace that was not recalled from for so long is not held any more; the sweep keeps deletions for longer."""
AT_ONCE = 20_000
"""A namespace with more memories is read beside the requests, and so is one of which more has changed."""
AGAIN_SECONDS = 30.0
"""While a large namespace is being read, and where another one is, it is left alone for so long."""
LEAST = 100
"""A namespace with fewer memories is not held: to scan it takes no longer."""
NOTED = 1_000
"""So many namespaces that were scanned are remembered, to hold them when a second recall comes."""
MOST_BLOCKS = 8
MEGABYTE = 1_000_000
BYTES_BESIDE = 160
"""About what a memory takes beside its embedding and its terms."""
_Place = tuple[UUID, str]


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


@dataclass(frozen=True)
class Resident:
    """What is known of a namespace: its n memories, with embeddings of one model."""

    scanned: Scanned
    around: Surroundings
    """The places of the memories in their sessions."""
    blocks: tuple[NDArray[np.float32], ...]
    """Embeddings of length 1, one block after another, shapes (some of n, dimension): what is new is put behind the
    first block, which is much too large to be copied for it."""
    model_id: int
    expires: NDArray[np.float64]
    """When each is forgotten, in Unix seconds or infinity, shape (n,)."""
    known_below: int
    """All transactions of smaller numbers are known."""
    looked_at: float
    """When a recall last looked what has changed, by the process's own clock, in seconds."""
    news: bool = True
    """Whether that look found something."""

    @classmethod
    def of(cls, read: Read, now: float) -> Self:
        """What was read of a namespace. All of it is of one model."""
        return cls(
            scanned=read.scanned,
            around=_around(read.scanned),
            blocks=(read.vectors,),
            model_id=next(iter(read.models)),
            expires=read.expires,
            known_below=read.known_below,
            looked_at=now,
        )

    @property
    def size(self) -> int:
        """About how many bytes it takes."""
        return sum(block.nbytes for block in self.blocks) + self.scanned.terms.nbytes + BYTES_BESIDE * len(self.scanned)

    def compared(self, query: Embeddings | None) -> Scanned | None:
        """Its memories with their cosines; None for a query of another model."""
        if query is None:
            return self.scanned
        if query.model_id != self.model_id:
            return None
        return replace(
            self.scanned, cosine=np.concatenate([np.vecdot(block, query.vectors[0]) for block in self.blocks])
        )

    def seen(self, known_below: int, now: float) -> Self:
        """The same, as of a later look that found nothing new; without what has expired by now."""
        stays = self.expires > time.time()
        held = self if stays.all() else self._kept(stays)
        return replace(held, known_below=known_below, looked_at=now, news=False)

    def changed(self, read: Read, now: float) -> Self:
        """With the memories that were read in the place of those of the same ids, or beside them; without those that
        are gone."""
        gone = {one.tobytes() for one in (*read.scanned.ids, *read.gone)}
        lower = np.concatenate([read.scanned.ids[:, 1], read.gone[:, 1]])
        stays = ~np.isin(self.scanned.ids[:, 1], lower)
        for row in np.flatnonzero(~stays):
            stays[row] = self.scanned.ids[row].tobytes() not in gone
        held = self._kept(stays)
        seen = (held._beside(read) if len(read.scanned) else held).seen(read.known_below, now)
        return replace(seen, news=True)

    def _beside(self, read: Read) -> Self:
        scanned = self.scanned.beside(read.scanned)
        return replace(
            self,
            scanned=scanned,
            around=_around(scanned),
            blocks=_joined((*self.blocks, read.vectors)),
            expires=np.concatenate([self.expires, read.expires]),
        )

    def _kept(self, stays: NDArray[np.bool_]) -> Self:
        if stays.all():
            return self
        scanned = self.scanned.take(stays)
        return replace(
            self, scanned=scanned, around=_around(scanned), blocks=self._blocks(stays), expires=self.expires[stays]
        )

    def _blocks(self, stays: NDArray[np.bool_]) -> tuple[NDArray[np.float32], ...]:
        ends = np.cumsum([len(block) for block in self.blocks])
        kept = np.split(stays, ends[:-1])
        return tuple(block if stay.all() else block[stay] for block, stay in zip(self.blocks, kept, strict=True))


class Residents:
    """The namespaces that a process holds, at most so many megabytes of them; those not used for longest go first."""

    def __init__(self, megabytes: float, database: Database) -> None:
        self._most = megabytes * MEGABYTE
        self._database = database
        self._held: OrderedDict[_Place, Resident] = OrderedDict()
        self._noted: OrderedDict[_Place, float] = OrderedDict()
        self._reading: Thread | None = None
        self._reading_first = Lock()
        self._closed = False
        self._lock = Lock()

    @property
    def bytes_held(self) -> int:
        """About how much memory all of them take, in bytes."""
        return sum(one.size for one in self._held.values())

    def note(self, tenant_id: UUID, namespace: str, memories: int) -> None:
        """Remember that a recall has looked at so many memories: the next one may hold the namespace."""
        place = tenant_id, namespace
        if memories >= LEAST and place not in self._noted:
            self._put_off(place, 0.0)

    def read(self, db: Transaction, tenant_id: UUID, namespace: str) -> Resident | None:
        """All of a namespace, as this transaction sees it now; None where it is not held, or not yet."""
        place, now = (tenant_id, namespace), time.monotonic()
        self._drop_what_is_idle(now)
        held = self._held.get(place)
        if held is not None:
            return self._look(db, place, held, now)
        if self._noted.get(place, np.inf) > now or not self._reading_first.acquire(blocking=False):
            return None  # what many ask for at once is read by one of them; the others look into the database
        try:
            return None if self._is_large(db, place, now) else self._look(db, place, self._held.get(place), now)
        finally:
            self._reading_first.release()

    def close(self) -> None:
        """Stop reading beside the requests."""
        self._closed = True
        if self._reading is not None:
            self._reading.join()

    def _look(self, db: Transaction, place: _Place, held: Resident | None, now: float) -> Resident | None:
        """Read what has changed of a namespace, or all of it, and hold that."""
        read = changed(db, place[1], held.known_below if held else 0, AT_ONCE)
        if held is not None and read.known_below < held.known_below:
            held, read = None, changed(db, place[1], 0, AT_ONCE)
        if len(read.scanned) > AT_ONCE:
            self._forget(place)
            return None
        return self._keep(place, _brought_up(held, read, now), now)

    def _is_large(self, db: Transaction, place: _Place, now: float) -> bool:
        """Whether a namespace is too large to be read at once. It is then read beside the requests."""
        if count(db, place[1], AT_ONCE) <= AT_ONCE:
            return False
        self._put_off(place, now + AGAIN_SECONDS)
        self._read_beside(place)
        return True

    def _keep(self, place: _Place, found: Resident | None, now: float) -> Resident | None:
        """Hold what was found, where nobody else has held a newer look meanwhile and it fits."""
        if found is None or found.size > self._most:
            self._forget(place)
            self._put_off(place, now + IDLE_SECONDS)
            return found
        with self._lock:
            held = self._held.get(place)
            if held is None or held.known_below <= found.known_below:
                self._held[place] = found
                self._held.move_to_end(place)
                while self.bytes_held > self._most:
                    self._held.popitem(last=False)
        return found

    def _read_beside(self, place: _Place) -> None:
        """Read a large namespace on a thread of its own, one at a time; meanwhile recalls go to the database."""
        with self._lock:
            if self._closed or (self._reading is not None and self._reading.is_alive()):
                return
            self._reading = Thread(target=self._read_all, args=[place], name="reading a resident", daemon=True)
            self._reading.start()

    def _read_all(self, place: _Place) -> None:
        try:
            with self._database.transaction(tenant_id=place[0]) as db:
                fitting = self._while_it_fits(pieces(db, place[1], AT_ONCE // 4))
                read = joined(fitting)
            if not self._closed:
                now = time.monotonic()
                self._keep(place, None if read is None else _brought_up(None, read, now), now)
        except Exception:
            log.exception("A namespace could not be read to be held; recalls go on in the database")
            self._put_off(place, time.monotonic() + IDLE_SECONDS)

    def _while_it_fits(self, pieces: Iterator[Read]) -> Iterator[Read]:
        size = 0
        for piece in pieces:
            size += piece.vectors.nbytes + piece.scanned.terms.nbytes + BYTES_BESIDE * len(piece.scanned)
            yield piece
            if size > self._most or self._closed:
                return

    def _drop_what_is_idle(self, now: float) -> None:
        with self._lock:
            for place in [place for place, one in self._held.items() if now - one.looked_at > IDLE_SECONDS]:
                del self._held[place]

    def _forget(self, place: _Place) -> None:
        with self._lock:
            self._held.pop(place, None)

    def _put_off(self, place: _Place, until: float) -> None:
        with self._lock:
            self._noted[place] = until
            if len(self._noted) > NOTED:
                self._noted.popitem(last=False)


def _brought_up(held: Resident | None, read: Read, now: float) -> Resident | None:
    """A namespace as it is now, out of what is held of it and what was read; None where that cannot be held: it is
    empty, or of several models."""
    models = read.models | ({held.model_id} if held else set())
    if len(models) != 1:
        return None
    if held is None:
        return Resident.of(read, now)
    if not len(read.scanned) and not len(read.gone):
        return held.seen(read.known_below, now)
    found = held.changed(read, now)
    return found if len(found.scanned) else None


def _joined(blocks: tuple[NDArray[np.float32], ...]) -> tuple[NDArray[np.float32], ...]:
    """The same in fewer blocks, where they are many: the later ones as one, all as one where that has grown large."""
    if len(blocks) <= MOST_BLOCKS:
        return blocks
    later = np.concatenate(blocks[1:])
    if len(later) < len(blocks[0]) // MOST_BLOCKS:
        return blocks[0], later
    return (np.concatenate([blocks[0], later]),)


def _around(scanned: Scanned) -> Surroundings:
    return Surroundings(scanned.sessions[:, 1], scanned.ordinals)


FIRST = UUID(int=0)
_HEADER = 4
"""What pgvector sends before a vector's numbers, in bytes: its dimension and two that are unused."""


def count(db: Transaction, namespace: str, most: int) -> int:
    """How many memories a namespace has; where that is more than ``most``, one more than that."""
    rows: int = _COUNT.run(db, namespace=namespace, most=most + 1)[0].count
    return rows


def changed(db: Transaction, namespace: str, since: int, most: int) -> Read:
    """What transactions from number ``since`` on have changed of a namespace; where that is more than ``most``
    memories, one more than that."""
    row = _CHANGED.run(db, namespace=namespace, since=since, most=most + 1)[0]
    if row.cards is None and row.gone is None:
        return replace(_NO_CHANGE, known_below=row.known_below)
    return _unpacked(row._asdict())


def pieces(db: Transaction, namespace: str, length: int) -> Iterator[Read]:
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
    left = tables.Deletion.__table__.c
    each = func.unnest(left.memory_ids).table_valued("id").render_derived().lateral()
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
