"""Cached namespaces: what an API process holds of a namespace, so that a recall reads only what has changed of it.

The first recall of a namespace looks into the database. When a second one follows, the process reads all of the
namespace, a large one on a thread beside the requests. From then on it asks for what has changed, and compares
embeddings by itself. The answers are the same as the database's, and the content of a memory is never held: embeddings,
hashes of terms, ids and numbers (docs/decisions/0009).
"""

import logging
import time
from collections import Counter, OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from threading import Lock, Thread
from typing import Self
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from warmline_memory.embedding import Embeddings
from warmline_memory.recall import namespace_changes
from warmline_memory.recall.columns import MemoryColumns
from warmline_memory.recall.namespace_changes import Changes
from warmline_memory.recall.ranking import Surroundings
from warmline_memory.storage.database import Database
from warmline_memory.storage.transactions import Behind, Transaction

log = logging.getLogger(__name__)

IDLE_SECONDS = 3_600.0
"""A namespace that was not recalled from for this long is not held any more. The sweep keeps the rows that say which
memories are gone for twice as long, so no look can miss one."""
MOST_IN_A_REQUEST = 20_000
"""A namespace with more memories is read on a thread beside the requests, and so is one of which more has changed."""
RETRY_SECONDS = 30.0
"""After a large namespace was handed to the thread, or could not be because the thread reads another one, recalls go to
the database for this long before they ask for it again."""
LEAST = 100
"""A namespace with fewer memories is not held: to scan it takes no longer than to ask what has changed."""
MOST_NOTED = 1_000
"""The names of this many namespaces that were scanned once are remembered, to hold them when a second recall comes."""
MOST_BLOCKS = 8
"""A namespace is held in at most this many blocks of embeddings; to compare with many small ones takes longer."""
MEGABYTE = 1_000_000
BYTES_BESIDE = 160
"""About how many bytes a memory takes beside its embedding and its terms: its card, its place, its expiry."""
_Key = tuple[UUID, str]


@dataclass(frozen=True)
class CachedNamespace:
    """What is held of a namespace: its n memories, with embeddings of one model. It is never changed, but replaced."""

    columns: MemoryColumns
    around: Surroundings
    """The places of the memories in their sessions."""
    blocks: tuple[NDArray[np.float32], ...]
    """The embeddings, normalised to length 1, in blocks of shape (some of n, dimension). What is new becomes a block of
    its own, because the first one is much too large to be copied for every new memory."""
    model_id: int
    expires: NDArray[np.float64]
    """When each is forgotten, in Unix seconds or infinity, shape (n,)."""
    known_below: int
    """All transactions of smaller numbers are known."""
    looked_at: float
    """When a recall last looked what has changed, by the process's own clock, in seconds."""
    has_changed: bool = True
    """Whether that look found something new."""

    @classmethod
    def first_read(cls, read: Changes, now: float) -> Self:
        """A namespace of which all was read just now, with embeddings of one model."""
        return cls(
            columns=read.columns,
            around=_around(read.columns),
            blocks=(read.vectors,),
            model_id=next(iter(read.models)),
            expires=read.expires,
            known_below=read.known_below,
            looked_at=now,
        )

    @property
    def size(self) -> int:
        """About how many bytes it takes."""
        return sum(block.nbytes for block in self.blocks) + self.columns.terms.nbytes + BYTES_BESIDE * len(self.columns)

    def compared_with(self, query: Embeddings | None) -> MemoryColumns | None:
        """Its memories with their cosines to a query; None where the query is of another model."""
        if query is None:
            return self.columns
        if query.model_id != self.model_id:
            return None
        return replace(
            self.columns, cosine=np.concatenate([np.vecdot(block, query.vectors[0]) for block in self.blocks])
        )

    def without_the_expired(self, known_below: int, now: float) -> Self:
        """The namespace as of a later look that found nothing new, without what has expired since."""
        held = self._only(self.expires > time.time())
        return replace(held, known_below=known_below, looked_at=now, has_changed=False)

    def with_changes(self, read: Changes, now: float) -> Self:
        """The namespace with the memories that were read, each in the place of the one of its id, and without those
        that are gone."""
        gone = {one.tobytes() for one in (*read.columns.ids, *read.gone)}
        # The lower halves of ids are compared first, all at once: they are random, so hardly any row is left to look
        # at.
        lower = np.concatenate([read.columns.ids[:, 1], read.gone[:, 1]])
        stays = ~np.isin(self.columns.ids[:, 1], lower)
        for row in np.flatnonzero(~stays):
            stays[row] = self.columns.ids[row].tobytes() not in gone
        held = self._only(stays)
        found = held._with(read) if len(read.columns) else held
        return replace(found.without_the_expired(read.known_below, now), has_changed=True)

    def _with(self, read: Changes) -> Self:
        columns = self.columns.beside(read.columns)
        return replace(
            self,
            columns=columns,
            around=_around(columns),
            blocks=_joined((*self.blocks, read.vectors)),
            expires=np.concatenate([self.expires, read.expires]),
        )

    def _only(self, stays: NDArray[np.bool_]) -> Self:
        """The namespace with only the memories for which ``stays``, shape (n,), is true."""
        if stays.all():
            return self
        columns = self.columns.take(stays)
        return replace(
            self, columns=columns, around=_around(columns), blocks=self._blocks(stays), expires=self.expires[stays]
        )

    def _blocks(self, stays: NDArray[np.bool_]) -> tuple[NDArray[np.float32], ...]:
        ends = np.cumsum([len(block) for block in self.blocks])
        kept = np.split(stays, ends[:-1])
        return tuple(block if stay.all() else block[stay] for block, stay in zip(self.blocks, kept, strict=True))


class CachedNamespaces:
    """The namespaces that a process holds, up to a number of megabytes; the one that was not used for longest goes
    first, of the tenant that holds over a half of them if there is one: nobody pushes out what others use.

    Requests run on many threads, and all of them use one object. ``_lock`` protects its two dictionaries and the
    thread, and is never held while the database is asked. ``_reading_first`` is held by the one request that reads a
    namespace for the first time; whoever does not get it at once goes to the database instead of waiting. It is taken
    before ``_lock``.
    """

    def __init__(self, megabytes: float, database: Database) -> None:
        self._most = megabytes * MEGABYTE
        self._database = database
        self._held: OrderedDict[_Key, CachedNamespace] = OrderedDict()
        self._noted: OrderedDict[_Key, float] = OrderedDict()
        self._reading: Thread | None = None
        self._reading_first = Lock()
        self._closed = False
        self._lock = Lock()

    @property
    def bytes_held(self) -> int:
        """About how much memory all of them take, in bytes."""
        return sum(one.size for one in self._held.values())

    def note_recall(self, tenant_id: UUID, namespace: str, memories: int) -> None:
        """Remember that a recall has scanned so many memories of a namespace: the next recall may hold it."""
        key = tenant_id, namespace
        if memories >= LEAST and key not in self._noted:
            self._put_off(key, 0.0)

    def read(self, db: Transaction, tenant_id: UUID, namespace: str) -> CachedNamespace | None:
        """All of a namespace as this transaction sees it now; None where it is not held, or not yet."""
        key, now = (tenant_id, namespace), time.monotonic()
        self._drop_the_idle(now)
        held = self._held.get(key)
        if held is not None:
            return self._update(db, key, held, now)
        # A namespace that nobody has noted is not read: the first recall of it looks into the database.
        if self._noted.get(key, np.inf) > now or not self._reading_first.acquire(blocking=False):
            return None
        try:
            return None if self._is_large(db, key, now) else self._update(db, key, self._held.get(key), now)
        finally:
            self._reading_first.release()

    def close(self) -> None:
        """Stop reading beside the requests."""
        self._closed = True
        if self._reading is not None:
            self._reading.join()

    def _update(self, db: Transaction, key: _Key, held: CachedNamespace | None, now: float) -> CachedNamespace | None:
        """Read what has changed of a namespace since the last look, or all of it, and hold that."""
        read = namespace_changes.since(db, key[1], held.known_below if held else 0, MOST_IN_A_REQUEST)
        # A replica hears late of transactions that came to nothing, so it may know less than what is held.
        if db.is_copy and held is not None and read.known_below < held.known_below:
            raise Behind("knows of fewer transactions than this process")
        # A snapshot older than the held one, as of a database that was restored, says nothing of what is held: start
        # anew.
        if held is not None and read.known_below < held.known_below:
            held, read = None, namespace_changes.since(db, key[1], 0, MOST_IN_A_REQUEST)
        # So much has changed that this answer is incomplete: what is held is worthless, and the next recall begins
        # anew.
        if len(read.columns) > MOST_IN_A_REQUEST:
            self._forget(key)
            return None
        return self._keep(key, _updated(held, read, now), now)

    def _is_large(self, db: Transaction, key: _Key, now: float) -> bool:
        """Whether a namespace is too large to be read at once. It is then read beside the requests."""
        if namespace_changes.count_up_to(db, key[1], MOST_IN_A_REQUEST) <= MOST_IN_A_REQUEST:
            return False
        self._put_off(key, now + RETRY_SECONDS)
        self._read_beside(key)
        return True

    def _keep(self, key: _Key, found: CachedNamespace | None, now: float) -> CachedNamespace | None:
        """Hold what was found, unless it does not fit or another request has held a later look meanwhile."""
        if found is None or found.size > self._most:
            self._forget(key)
            self._put_off(key, now + IDLE_SECONDS)
            return found
        # Two requests may have looked at the same time. The one that knew more stays; the other answers with what it
        # found.
        with self._lock:
            held = self._held.get(key)
            if held is None or held.known_below <= found.known_below:
                self._held[key] = found
                self._held.move_to_end(key)
                while self.bytes_held > self._most:
                    del self._held[self._first_to_go()]
        if key not in self._held:
            self._put_off(key, now + IDLE_SECONDS)
        return found

    def _first_to_go(self) -> _Key:
        by_tenant = Counter[UUID]()
        for tenant_id, name in self._held:
            by_tenant[tenant_id] += self._held[tenant_id, name].size
        largest, size = by_tenant.most_common(1)[0]
        return next(key for key in self._held if size <= self._most // 2 or key[0] == largest)

    def _read_beside(self, key: _Key) -> None:
        """Read a large namespace on a thread of its own, one at a time; meanwhile recalls go to the database."""
        with self._lock:
            if self._closed or (self._reading is not None and self._reading.is_alive()):
                return
            self._reading = Thread(target=self._read_all, args=[key], name="reading a namespace", daemon=True)
            self._reading.start()

    def _read_all(self, key: _Key) -> None:
        try:
            with self._database.transaction(tenant_id=key[0]) as db:
                fitting = self._while_it_fits(namespace_changes.pieces(db, key[1], MOST_IN_A_REQUEST // 4))
                read = namespace_changes.joined(fitting)
            if not self._closed:
                now = time.monotonic()
                self._keep(key, None if read is None else _updated(None, read, now), now)
        # Nobody waits for this thread, so nobody would see its error: it is logged, and recalls go on without the
        # cache.
        except Exception:
            log.exception("A namespace could not be read to be held; recalls go on in the database")
            self._put_off(key, time.monotonic() + IDLE_SECONDS)

    def _while_it_fits(self, pieces: Iterator[Changes]) -> Iterator[Changes]:
        # A namespace that does not fit is found out while it is read, and not after all of it is in memory.
        size = 0
        for piece in pieces:
            size += piece.vectors.nbytes + piece.columns.terms.nbytes + BYTES_BESIDE * len(piece.columns)
            yield piece
            if size > self._most or self._closed:
                return

    def _drop_the_idle(self, now: float) -> None:
        with self._lock:
            for key in [key for key, one in self._held.items() if now - one.looked_at > IDLE_SECONDS]:
                del self._held[key]

    def _forget(self, key: _Key) -> None:
        with self._lock:
            self._held.pop(key, None)

    def _put_off(self, key: _Key, until: float) -> None:
        with self._lock:
            self._noted[key] = until
            if len(self._noted) > MOST_NOTED:
                self._noted.popitem(last=False)


def _updated(held: CachedNamespace | None, read: Changes, now: float) -> CachedNamespace | None:
    """A namespace as it is now, from what was held of it and what was read.

    None where it cannot be held: where it is empty, or has embeddings of several models.
    """
    models = read.models | ({held.model_id} if held else set())
    if len(models) != 1:
        return None
    if held is None:
        return CachedNamespace.first_read(read, now)
    if not len(read.columns) and not len(read.gone):
        return held.without_the_expired(read.known_below, now)
    found = held.with_changes(read, now)
    return found if len(found.columns) else None


def _joined(blocks: tuple[NDArray[np.float32], ...]) -> tuple[NDArray[np.float32], ...]:
    """Blocks as fewer ones where they are too many: the later ones become one, or all of them where those have
    grown."""
    if len(blocks) <= MOST_BLOCKS:
        return blocks
    # Small blocks are joined often and cheaply, the large first one only when the later ones have grown to an eighth of
    # it: so each embedding is copied a few times in all, however many small changes come.
    later = np.concatenate(blocks[1:])
    if len(later) < len(blocks[0]) // MOST_BLOCKS:
        return blocks[0], later
    return (np.concatenate([blocks[0], later]),)


def _around(columns: MemoryColumns) -> Surroundings:
    return Surroundings(columns.sessions[:, 1], columns.ordinals)
