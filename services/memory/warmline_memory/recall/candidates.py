"""Candidates: which of a large namespace's indexed memories a recall looks at, found by terms and by meaning.

What stands in the indexes is far too much to be scanned. Two arms find the places that may matter, and each place comes
with the memories around it, because ranking reads a memory together with its neighbours (docs/decisions/0007).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import numpy as np
from numpy.typing import NDArray
from pgvector.sqlalchemy import HALFVEC
from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Integer,
    Uuid,
    cast,
    exists,
    func,
    literal_column,
    select,
    text as sql,
)

from warmline_memory.embedding import Embeddings
from warmline_memory.language import terms
from warmline_memory.recall import ranking
from warmline_memory.recall.ranking import matches, words
from warmline_memory.recall.ranking.relevance import WORDS, WORDS_NEARBY
from warmline_memory.recall.ranking.surroundings import REACH, Surroundings
from warmline_memory.storage import tables
from warmline_memory.storage.ids import among
from warmline_memory.storage.transactions import Transaction
from warmline_memory.storage.vectors import HalfVectors

MOST_BY_MEANING = 150
"""The vector arm brings at most this many places."""
MOST_BY_TERMS = 200
"""The lexical arm brings at most this many places."""
MOST_IMPORTANT = 400
"""A recall without a query looks at this many of the indexed memories: twice as many as it can answer, since what is
consolidated or superseded falls out."""
MOST_HOLDERS = 20_000
"""At most this many holders of the query's terms are looked at, those of the rarest terms first."""
MOST_FILTERED = 3_000
"""Where a recall has filters, this many of the lexical arm's best places are put through them."""
SATURATION = 1.2
"""How soon more of the same term around a place stops to count, as k1 in BM25."""

CONTEXT = 2 * REACH
"""Memories come along with a place if they stand at most this far from it: twice the reach of a surrounding, so that a
neighbour which answers the query has its own surroundings too."""
UUID_BYTES = 16

SEARCHING = sql(
    "SELECT set_config('hnsw.iterative_scan', 'relaxed_order', true), set_config('hnsw.ef_search', '400', true), "
    "set_config('hnsw.max_scan_tuples', '20000', true), set_config('enable_sort', 'off', true), "
    "set_config('plan_cache_mode', 'auto', true)"
)
"""How the index is searched: on and on until enough rows pass the filters, or until 20,000 were looked at. To read all
of such a namespace and sort it is never the better plan, whatever the planner estimates; so sorting is switched off."""
SORTING = sql("SELECT set_config('enable_sort', 'on', true), set_config('plan_cache_mode', 'force_generic_plan', true)")


@dataclass(frozen=True)
class _Places:
    """Where n memories stand: halves of ids and of sessions, shape (n, 2), and ordinals, shape (n,)."""

    ids: NDArray[np.int64]
    sessions: NDArray[np.int64]
    ordinals: NDArray[np.int32]

    @classmethod
    def read(cls, ids: bytes | None, sessions: bytes | None, ordinals: bytes | None) -> "_Places":
        """Read what the database has packed."""
        return cls(
            np.frombuffer(ids or b"", dtype=np.int64).reshape(-1, 2),
            np.frombuffer(sessions or b"", dtype=np.int64).reshape(-1, 2),
            np.frombuffer(ordinals or b"", dtype=">i4").astype(np.int32),
        )

    def take(self, rows: NDArray[Any]) -> "_Places":
        """Some of the places."""
        return _Places(self.ids[rows], self.sessions[rows], self.ordinals[rows])

    def beside(self, other: "_Places") -> "_Places":
        """These places and then the others."""
        return _Places(
            np.concatenate((self.ids, other.ids)),
            np.concatenate((self.sessions, other.sessions)),
            np.concatenate((self.ordinals, other.ordinals)),
        )


@dataclass(frozen=True)
class Candidates:
    """The ids of the memories to scan, those around them included, and what is known of the query's terms."""

    ids: list[UUID]
    holders: NDArray[np.float32] | None
    """How many memories of the whole namespace hold each of the query's terms, shape (terms,); partly estimated."""
    texts: float | None
    """How many memories the namespace has, estimated. Both are None where there is no query."""


def any_indexed(db: Transaction, namespace: str) -> bool:
    """Whether anything of the namespace stands in the indexes at all."""
    row = tables.Memory
    return db.scalars(select(exists().where(row.namespace == namespace, row.indexed_terms.is_not(None)))).one()


def choose(
    db: Transaction,
    namespace: str,
    asked: terms.Query,
    query: Embeddings | None,
    sample: ranking.TermTable,
    filters: Sequence[ColumnElement[bool]],
) -> Candidates:
    """The candidates of a recall, found by its query, or by their importance where it has none."""
    if query is None:
        return Candidates(find_by_importance(db, namespace, filters, MOST_IMPORTANT), None, None)
    return find_by_query(db, namespace, asked, query, sample, filters)


def find_by_query(
    db: Transaction,
    namespace: str,
    asked: terms.Query,
    query: Embeddings,
    sample: ranking.TermTable,
    filters: Sequence[ColumnElement[bool]] = (),
) -> Candidates:
    """Find the indexed memories that a recall should scan.

    ``sample`` are the terms of what is not indexed: they tell which terms of the query are rare. ``filters`` are the
    filters that an answer must pass; what surrounds it need not.
    """
    # How rare a term is, is read from the sample: a count over all of the namespace would cost what the indexes save.
    texts = len(sample.offsets) - 1
    counts = matches.count(sample, asked.hashes, np.arange(texts))
    sampled = np.count_nonzero(counts[:-1], axis=1).astype(np.float32)
    rarity = words.rarity(sampled, float(texts))
    held = _hold(db, namespace, asked, np.argsort(-rarity, kind="stable"))
    # An identifier counts twice: whoever names ACC-4521 wants what names it, and not what is about accounts.
    by_terms = _by_terms(db, held, rarity * (1.0 + asked.identifiers), filters)
    places = by_terms.beside(_by_meaning(db, namespace, query, filters))
    return Candidates(_with_surroundings(db, places), *_extrapolated(sampled, texts, held))


def find_by_importance(
    db: Transaction, namespace: str, filters: Sequence[ColumnElement[bool]], limit: int
) -> list[UUID]:
    """The ids of the most important indexed memories: the candidates of a recall without a query."""
    row = tables.Memory
    wanted = (row.namespace == namespace, row.indexed_terms.is_not(None), *filters)
    return list(
        db.scalars(select(row.id).where(*wanted).order_by(row.importance.desc(), row.event_time.desc()).limit(limit))
    )


@dataclass(frozen=True)
class _Held:
    """The places that hold any of the query's terms, and which of them stand there: shape (terms, n).

    ``complete`` says of which terms all holders are there, shape (terms,).
    """

    places: _Places
    present: NDArray[np.float32]
    complete: NDArray[np.bool_]


def _hold(db: Transaction, namespace: str, asked: terms.Query, order: NDArray[np.int64]) -> _Held:
    """The holders of the query's terms, looked up in that order."""
    # The function stops after MOST_HOLDERS places. In the order of rarity, what it does not reach is the most common
    # terms, which say least.
    wanted = cast(asked.hashes[order].tolist(), ARRAY(BigInteger))
    holders = func.warmline_holders(namespace, wanted, MOST_HOLDERS).table_valued("term", "ids", "sessions", "ordinals")
    packed = db.execute(select(holders)).all()
    every = _Places.read(*(b"".join(row[part] for row in packed) for part in (1, 2, 3)))
    number = {int(term): column for column, term in enumerate(asked.hashes)}
    rows = np.array([number[row.term] for row in packed], dtype=np.int64)
    counts = np.array([len(row.ids) // UUID_BYTES for row in packed], dtype=np.int64)
    # A memory that holds several terms came once for each of them. The lower halves of ids are random enough to tell
    # the memories of one namespace apart, and numpy compares them much faster than pairs.
    _, first, places = np.unique(every.ids[:, 1], return_index=True, return_inverse=True)
    present = np.zeros((len(order), len(first)), dtype=np.float32)
    present[np.repeat(rows, counts), places] = 1.0
    complete = np.ones(len(order), dtype=np.bool_)
    # A term whose places all came before the limit is known exactly; the others are known in part.
    complete[order] = np.cumsum(present.sum(axis=1)[order]) < MOST_HOLDERS
    return _Held(every.take(first), present, complete)


def _extrapolated(sampled: NDArray[np.float32], texts: int, held: _Held) -> tuple[NDArray[np.float32], float]:
    """How many memories of the namespace hold each term, and how many there are, given how many of a sample do.

    What is not known is estimated: the terms that were looked up to the end show how much larger than the sample the
    indexed part is. Only logarithms of these numbers count.
    """
    counts = held.present.sum(axis=1)
    times = (counts[held.complete].sum() + 0.5) / (sampled[held.complete].sum() + 0.5)
    holders = sampled + np.where(held.complete, counts, np.maximum(counts, sampled * times))
    return holders, max(texts * (1.0 + float(times)), float(holders.max(initial=0.0)))


def _by_terms(
    db: Transaction, held: _Held, weights: NDArray[np.float32], filters: Sequence[ColumnElement[bool]]
) -> _Places:
    """The places that hold most of the query's terms, in themselves and around them, rare terms counting more."""
    # Filters are put to the best places alone. To put all 20,000 holders through them would read 20,000 rows.
    best = np.argsort(-_worth(held.places, held.present, weights), kind="stable")
    if filters:
        best = _passing(db, held.places, best[:MOST_FILTERED], filters)
    return held.places.take(best[:MOST_BY_TERMS])


def _worth(places: _Places, present: NDArray[np.float32], weights: NDArray[np.float32]) -> NDArray[np.float32]:
    """What each place promises, shape (n,): a rough form of the relevance by words, good enough to choose places by."""
    around = Surroundings(places.sessions[:, 1], places.ordinals)
    own = present[:, around.order]
    nearby = around.nearby(own)
    saturated = WORDS * own + WORDS_NEARBY * nearby / (nearby + SATURATION)
    worth: NDArray[np.float32] = np.einsum("t,tn->n", weights.astype(np.float32), saturated)
    return worth[around.back]


def _passing(
    db: Transaction, places: _Places, best: NDArray[np.int64], filters: Sequence[ColumnElement[bool]]
) -> NDArray[np.int64]:
    ids = _uuids(places.ids[best])
    passed = set(db.scalars(select(tables.Memory.id).where(among(tables.Memory.id, ids), *filters)))
    return best[[one in passed for one in ids]]


def _by_meaning(db: Transaction, namespace: str, query: Embeddings, filters: Sequence[ColumnElement[bool]]) -> _Places:
    """The places nearest by meaning; none for a model whose embeddings have no index."""
    dimension = query.vectors.shape[1]
    if dimension not in tables.INDEXED_DIMENSIONS:
        return _Places.read(None, None, None)
    # Other statements of the transaction need sorting and generic plans, so both are switched on again afterwards.
    db.execute(SEARCHING)
    nearest = nearest_by_meaning(namespace, query, filters).subquery()
    packed = select(
        func.string_agg(func.uuid_send(nearest.c.id), b""),
        func.string_agg(func.uuid_send(func.coalesce(nearest.c.session_id, UUID(int=0))), b""),
        func.string_agg(func.int4send(func.coalesce(nearest.c.ordinal, 0)), b""),
    )
    places = _Places.read(*db.execute(packed).one())
    db.execute(SORTING)
    return places


def nearest_by_meaning(namespace: str, query: Embeddings, filters: Sequence[ColumnElement[bool]]) -> Any:
    """The statement of the vector arm."""
    row = tables.Memory
    # All tenants and namespaces share one index. A mark, 32 numbers that come from the namespace's name, stands behind
    # the vector there and draws the search into this namespace; the conditions below then make it exact.
    dimension = query.vectors.shape[1]
    mark = func.warmline_mark(func.warmline_tenant(), namespace)
    wanted = cast(cast(query.vectors[0], HalfVectors()).op("||")(mark), HALFVEC(dimension + tables.MARK_LENGTH))
    return (
        select(row.id, row.session_id, row.ordinal)
        .where(
            row.namespace == namespace,
            row.indexed_terms.is_not(None),
            literal_column(f"vector_dims(embedding) = {dimension}"),
            row.embedding_model_id == query.model_id,
            *filters,
        )
        .order_by(literal_column(tables.marked(dimension)).op("<=>")(wanted))
        .limit(MOST_BY_MEANING)
    )


def _with_surroundings(db: Transaction, places: _Places) -> list[UUID]:
    """The ids of the places, and of the memories that stand so near to them that they lend context."""
    stand = places.take(places.sessions[:, 1] != 0)
    # Bounds are computed here: row-level security lets no subtraction into an index condition.
    windows = func.unnest(
        cast(_uuids(stand.sessions), ARRAY(Uuid)),
        cast((stand.ordinals - CONTEXT).tolist(), ARRAY(Integer)),
        cast((stand.ordinals + CONTEXT).tolist(), ARRAY(Integer)),
    )
    window = windows.table_valued("session_id", "first", "last").render_derived()
    row = tables.Memory
    near = (row.session_id == window.c.session_id) & row.ordinal.between(window.c.first, window.c.last)
    return list({*_uuids(places.ids), *db.scalars(select(row.id).join(window, near))})


def _uuids(halves: NDArray[np.int64]) -> list[UUID]:
    return [UUID(bytes=half.tobytes()) for half in halves]
