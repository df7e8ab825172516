"""Residents: namespaces that this process holds, so that a recall reads of them only what has changed.

A recall of a namespace that it does not hold scans it in the database. Where a second one follows, the process keeps
what it reads; from then on it asks for the memories that a transaction has changed since, and compares embeddings by
itself. That is exact: each memory says which transaction changed it last, the database says below which number all
transactions were known to the last look, and a departure says that memories are gone. Content is never held.
"""

import time
from collections import OrderedDict
from dataclasses import dataclass, replace
from threading import Lock
from typing import Any, Self
from uuid import UUID

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import BigInteger, DateTime, Double, Select, String, Uuid, bindparam, cast, exists, func, select
from sqlalchemy.orm import Session as Db

from warmline_memory import scanning, tables
from warmline_memory.database import Direct
from warmline_memory.memories import Embeddings
from warmline_memory.ranking import Surroundings
from warmline_memory.scanning import NOTHING, ROW, Scanned

OLDEST_SECONDS = 3_600.0
"""A namespace is read anew after so long; the sweep keeps departures for longer."""
LARGEST = 20_000
"""A namespace with more memories than that to scan is not held: the worker is about to index it."""
LEAST = 100
"""A namespace with fewer memories is not held: to scan it takes no longer."""
NOTED = 1_000
"""So many namespaces that were scanned are remembered, to hold them when a second recall comes."""
MEGABYTE = 1_000_000
BYTES_BESIDE = 160
"""About what a memory takes beside its embedding and its terms."""
_Place = tuple[UUID, str]
_HEADER = 4
"""What pgvector sends before a vector's numbers, in bytes: its dimension and two that are unused."""


@dataclass(frozen=True)
class Resident:
    """What is known of a namespace: the n memories that are not indexed, with embeddings of one model."""

    scanned: Scanned
    around: Surroundings
    """The places of the memories in their sessions."""
    vectors: NDArray[np.float32]
    """Embeddings of length 1, shape (n, dimension)."""
    model_id: int
    any_indexed: bool
    """Whether the namespace has other memories, which stand in the indexes."""
    expires: NDArray[np.float64]
    """When each is forgotten, in Unix seconds or infinity, shape (n,)."""
    known_below: int
    """All transactions of smaller numbers are known."""
    read_at: float
    """When all of it was read, by the process's own clock, in seconds."""

    @property
    def size(self) -> int:
        """About how many bytes it takes."""
        return self.vectors.nbytes + self.scanned.terms.nbytes + BYTES_BESIDE * len(self.scanned)

    def is_stale(self, now: float) -> bool:
        """Whether all of it must be read again: it is old, or something of it is forgotten by now."""
        return now - self.read_at > OLDEST_SECONDS or self.expires.min(initial=np.inf) <= time.time()

    def compared(self, query: Embeddings | None) -> Scanned | None:
        """Its memories with their cosines; None for a query of another model."""
        if query is None:
            return self.scanned
        if query.model_id != self.model_id:
            return None
        return replace(self.scanned, cosine=np.vecdot(self.vectors, query.vectors[0]))

    def changed(self, fresh: Self) -> Self:
        """With the memories of ``fresh`` in the place of those of the same ids, or beside them."""
        stays = ~np.isin(self.scanned.ids[:, 1], fresh.scanned.ids[:, 1])
        again = {one.tobytes() for one in fresh.scanned.ids}
        for row in np.flatnonzero(~stays):
            stays[row] = self.scanned.ids[row].tobytes() not in again
        scanned = self.scanned.take(stays).beside(fresh.scanned)
        return replace(
            fresh,
            scanned=scanned,
            around=_around(scanned),
            vectors=np.concatenate([self.vectors[stays], fresh.vectors]),
            expires=np.concatenate([self.expires[stays], fresh.expires]),
            read_at=self.read_at,
        )


class Residents:
    """The namespaces that a process holds, at most so many megabytes of them; those not used for longest go first."""

    def __init__(self, megabytes: float) -> None:
        self._most = megabytes * MEGABYTE
        self._held: OrderedDict[_Place, Resident] = OrderedDict()
        self._noted: OrderedDict[_Place, float] = OrderedDict()
        self._lock = Lock()

    @property
    def bytes_held(self) -> int:
        """About how much memory all of them take, in bytes."""
        return sum(one.size for one in self._held.values())

    def note(self, tenant_id: UUID, namespace: str, memories: int) -> None:
        """Remember that a recall has scanned so many memories: the next one may hold the namespace."""
        place = tenant_id, namespace
        if LEAST <= memories <= LARGEST and place not in self._noted:
            self._put_off(place, 0.0)

    def read(self, db: Db, tenant_id: UUID, namespace: str) -> Resident | None:
        """All that is scanned of a namespace, as this transaction sees it now; None where it is not held."""
        place, now = (tenant_id, namespace), time.monotonic()
        held = self._held.get(place)
        if held is None and self._noted.get(place, np.inf) > now:
            return None
        found = _read(db, namespace, None if held is None or held.is_stale(now) else held, now)
        with self._lock:
            self._drop_what_is_old(now)
            if found is None or found.size > self._most:
                self._held.pop(place, None)
            elif self._newest(place) <= found.known_below:
                self._held[place] = found
                self._held.move_to_end(place)
                while self.bytes_held > self._most:
                    self._held.popitem(last=False)
        if found is None or found.size > self._most:
            self._put_off(place, now + OLDEST_SECONDS)
        return found

    def _drop_what_is_old(self, now: float) -> None:
        for place in [place for place, one in self._held.items() if now - one.read_at > OLDEST_SECONDS]:
            del self._held[place]

    def _newest(self, place: _Place) -> int:
        held = self._held.get(place)
        return held.known_below if held else 0

    def _put_off(self, place: _Place, until: float) -> None:
        with self._lock:
            self._noted[place] = until
            if len(self._noted) > NOTED:
                self._noted.popitem(last=False)


def _read(db: Db, namespace: str, held: Resident | None, now: float) -> Resident | None:
    """A namespace as it is now, out of what is held of it and what has changed since; None where that cannot be held:
    it is empty, too large, or being embedded anew.

    Numbers of transactions never fall, unless the database was set back to an earlier state.
    """
    row = _CHANGED.run(db, namespace=namespace, since=held.known_below if held else 0)[0]._asdict()
    if held is not None and (row["any_left"] or row["known_below"] < held.known_below):
        return _read(db, namespace, None, now)
    if row["cards"] is None:
        return replace(held, any_indexed=row["any_indexed"], known_below=row["known_below"]) if held else None
    models = set(np.frombuffer(row["models"], dtype=">i2").tolist())
    if held is not None:
        models.add(held.model_id)
    if len(models) > 1:
        return None
    fresh = _unpacked(row, models.pop(), now)
    found = fresh if held is None else held.changed(fresh)
    return found if len(found.scanned) <= LARGEST else None


def _unpacked(row: dict[str, Any], model_id: int, now: float) -> Resident:
    scanned = scanning.unpacked(row)
    numbers = np.frombuffer(row["vectors"], dtype=np.uint8).reshape(len(scanned), -1)[:, _HEADER:]
    vectors = np.ascontiguousarray(numbers).view(">f2").astype(np.float32)
    length = np.linalg.norm(vectors, axis=1, keepdims=True)
    vectors /= np.where(length > 0, length, np.nan)
    return Resident(
        scanned=scanned,
        around=_around(scanned),
        vectors=vectors,
        model_id=model_id,
        any_indexed=row["any_indexed"],
        expires=np.frombuffer(row["expires"], dtype=">f8").astype(np.float64),
        known_below=row["known_below"],
        read_at=now,
    )


def _around(scanned: Scanned) -> Surroundings:
    return Surroundings(scanned.sessions[:, 1], scanned.ordinals)


def _changed() -> Select[*tuple[Any, ...]]:
    """What has changed of a namespace since a transaction; never more than cannot be held, and one."""
    mine = ROW.namespace == bindparam("namespace", type_=String)
    since = bindparam("since", type_=BigInteger)
    left = tables.Departure.__table__.c
    some = (
        select(ROW.card, ROW.terms, ROW.embedding, ROW.embedding_model_id, ROW.expires_at)
        .where(mine, ROW.indexed_terms.is_(None), ROW.changed_in >= since)
        .limit(LARGEST + 1)
        .subquery()
    ).c
    expires = func.extract("epoch", func.coalesce(some.expires_at, cast("infinity", DateTime(timezone=True))))
    texts = {
        "cards": some.card,
        "terms": some.terms,
        "vectors": func.halfvec_send(some.embedding),
        "models": func.int2send(some.embedding_model_id),
        "expires": func.float8send(cast(expires, Double)),
    }
    gone = left.namespace_md5 == cast(func.md5(bindparam("namespace", type_=String)), Uuid)
    return select(
        *(func.string_agg(text, NOTHING).label(name) for name, text in texts.items()),
        func.warmline_all_known_below().label("known_below"),
        exists().where(mine, ROW.indexed_terms.is_not(None)).label("any_indexed"),
        exists().where(gone, left.changed_in >= since).label("any_left"),
    )


_CHANGED = Direct(_changed())
