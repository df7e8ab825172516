"""Recall: scan the memories in question, rank them by words, meaning and context, weigh importance and age."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import ARRAY, Uuid, any_, bindparam, select

from warmline_memory import memories, tenancy
from warmline_memory.embedding import Embeddings
from warmline_memory.language import terms
from warmline_memory.language.tokens import estimate_tokens
from warmline_memory.recall import explanations, ranking, scopes, weights_in_force
from warmline_memory.recall.cached_namespaces import Residents
from warmline_memory.recall.ranking import Weights
from warmline_memory.recall.ranking.reinforcement import recall_factors
from warmline_memory.recall.scopes import Scope
from warmline_memory.storage import tables, wire
from warmline_memory.storage.database import Direct
from warmline_memory.storage.transactions import Transaction
from warmline_schemas.recall import LeftOut, Recall, RecalledMemory, Recollection, ScoreParts

SUPERSEDED_FACTOR = 0.5
"""What a value that is no longer true keeps of its score, so that the current one stands before it."""
MISFITS = 50
"""After so many memories in a row that do not fit into the token budget, packing stops."""
LOOKED_AT = 4
"""So many times as many memories as are asked for are sorted at first: further ones are seldom looked at."""
DAY_SECONDS = 86_400.0
_BY_IDS = Direct(
    select(*wire.MEMORY_COLUMNS).where(tables.Memory.__table__.c.id == any_(bindparam("ids", type_=ARRAY(Uuid))))
)


@dataclass(frozen=True)
class Scores:
    """What n scanned memories are worth, and why: factors of shape (n,). ``found`` is None for an empty query."""

    found: ranking.Relevances | None
    relevance: NDArray[np.float64]
    importance: NDArray[np.float64]
    recency: NDArray[np.float64]
    recalls: NDArray[np.float64]

    @property
    def score(self) -> NDArray[np.float64]:
        """The product of the factors."""
        return self.relevance * self.importance * self.recency * self.recalls


@dataclass(frozen=True)
class _Hit:
    """A memory as read, its row among the scanned, and what being superseded, or superseding, makes of its score."""

    row: int
    memory: Any
    superseded_by: UUID | None
    score: float
    factor: float


def recall(db: Transaction, ask: Recall, query: Embeddings | None, residents: Residents) -> Recollection:
    """Rank the memories of a namespace. ``query`` is the embedding of the query, or None for an empty one."""
    caller = tenancy.signed_in(db)
    weights = weights_in_force.resolve(caller.preferences.weights, ask.weights)
    asked = terms.query(ask.query, terms.salt(caller.tenant_id, ask.namespace))
    scope = scopes.scan(db, ask, query, asked, caller.tenant_id, residents)
    if scope.crowded:
        db.grown.add(ask.namespace)
    scores = _scores(scope, asked if query else None, weights)
    hits, left_out = _packed(db, ask, scope, scores)
    if caller.preferences.reinforce if ask.reinforce is None else ask.reinforce:
        memories.count_recalls(db, [hit.memory.id for hit in hits])
    return Recollection(
        results=[_told(hit, scope, scores, explain=ask.explain) for hit in hits],
        tokens=sum(estimate_tokens(hit.memory.content) for hit in hits),
        explanation=explanations.explain(scope, asked, scores.found, weights, left_out) if ask.explain else None,
    )


def _scores(scope: Scope, asked: terms.Query | None, weights: Weights) -> Scores:
    scanned = scope.scanned
    importance, estimated = scanned.importance.astype(np.float64), scanned.estimated
    age_days = (datetime.now(UTC).timestamp() - scanned.event_times) / DAY_SECONDS
    recency = ranking.recency_factors(age_days, scanned.ageless, weights)
    recalls = recall_factors(scanned.times_recalled)
    if asked is None:
        return Scores(None, importance, np.ones(len(scanned)), recency, recalls)
    found = ranking.weigh(scope.memories, asked, weights)
    factors = ranking.importance_factors(importance, estimated, weights)
    return Scores(found, found.relevance.astype(np.float64), factors, recency, recalls)


def _packed(db: Transaction, ask: Recall, scope: Scope, scores: Scores) -> tuple[list[_Hit], LeftOut]:
    """The best hits, at most ``top_k``, and of those what fits into the token budget; and what was left out."""
    scanned, eligible = scope.scanned, np.flatnonzero(scope.eligible)
    hits: list[_Hit] = []
    tokens_left = math.inf if ask.token_budget is None else ask.token_budget
    superseded = misfits = 0
    for hit in _best(db, scope, scores.score, eligible, ask.top_k):
        tokens = estimate_tokens(hit.memory.content)
        if hit.superseded_by is not None and not ask.include_superseded:
            superseded += 1
        elif tokens > tokens_left:
            misfits += 1
        else:
            hits.append(hit)
            tokens_left -= tokens
        if len(hits) == ask.top_k or misfits == MISFITS:
            break
    return hits, LeftOut(
        filters=int(len(scanned) - scanned.matches.sum()),
        consolidated=int((scanned.matches & scanned.consolidated).sum()),
        superseded=superseded,
        top_k=len(eligible) - len(hits) - superseded - misfits,
        token_budget=misfits,
    )


def _best(
    db: Transaction, scope: Scope, score: NDArray[np.float64], eligible: NDArray[np.int64], batch: int
) -> Iterator[_Hit]:
    """The eligible memories, best first, read from the database as they are needed."""
    order = eligible[_leading(score[eligible], LOOKED_AT * batch)]
    waiting: dict[int, _Hit] = {}
    given: set[int] = set()
    for start in range(0, len(eligible), batch):
        if start + batch >= len(order) and len(order) < len(eligible):
            order = eligible[_leading(score[eligible], len(eligible))]
        rows = [int(row) for row in order[start : start + batch] if row not in given and row not in waiting]
        waiting |= _read(db, scope, score, rows)
        unread = float(score[order[start + batch]]) if start + batch < len(order) else 0.0
        for hit in sorted(waiting.values(), key=lambda hit: (-hit.score, hit.row)):
            if hit.score < unread:
                break
            given.add(hit.row)
            yield waiting.pop(hit.row)


def _leading(score: NDArray[np.float64], most: int) -> NDArray[np.int64]:
    """The places of at least so many of the highest scores, or of all: the best first, equal ones in their order."""
    places = np.arange(len(score))
    if most < len(score):
        places = np.flatnonzero(score >= np.partition(score, -most)[-most])
    return places[np.argsort(-score[places], kind="stable")]


def _read(db: Transaction, scope: Scope, score: NDArray[np.float64], rows: Sequence[int]) -> dict[int, _Hit]:
    """Hits by row. A superseded value falls back, and gives its place to the value that is true now."""
    memories_by_row = _rows(db, scope, rows)
    replaced = memories.superseding(db, list(memories_by_row.values()))
    places: dict[int, float] = {}
    for row, memory in memories_by_row.items():
        successor = scope.row_of(replaced[memory.id]) if memory.id in replaced else None
        if successor is not None:
            places[successor] = max(places.get(successor, 0.0), float(score[row]))
    memories_by_row |= _rows(db, scope, [row for row in places if row not in memories_by_row])
    hits = {}
    for row, memory in memories_by_row.items():
        own = float(score[row])
        final = own * SUPERSEDED_FACTOR if memory.id in replaced else max(own, places.get(row, 0.0))
        hits[row] = _Hit(row, memory, replaced.get(memory.id), final, final / own if own else 1.0)
    return hits


def _rows(db: Transaction, scope: Scope, rows: Sequence[int]) -> dict[int, Any]:
    if not rows:
        return {}
    ids = {scope.scanned.id_of(row): row for row in rows}
    return {ids[memory.id]: memory for memory in _BY_IDS.run(db, ids=list(ids))}


def _told(hit: _Hit, scope: Scope, scores: Scores, *, explain: bool) -> RecalledMemory:
    row, found = hit.row, scores.found
    cosine = float(scope.scanned.cosine[row])
    return RecalledMemory(
        memory=wire.memory_of(hit.memory._asdict(), hit.superseded_by),
        score=hit.score,
        parts=ScoreParts(
            relevance=float(scores.relevance[row]),
            words=None if found is None else float(found.shares[row]) or None,
            cosine=None if np.isnan(cosine) else cosine,
            importance_factor=float(scores.importance[row]),
            recency_factor=float(scores.recency[row]),
            recall_factor=float(scores.recalls[row]),
            superseded_factor=hit.factor,
            signs=found.signs(row) if explain and found is not None else None,
        ),
    )
