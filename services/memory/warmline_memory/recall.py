"""Recall: a lexical and a vector arm, fused, then weighed by importance and a bounded recency."""

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Text, case, cast, func, select, union
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.orm import Session as Db

from warmline_memory import answers, ranking, tables
from warmline_memory.memories import Embeddings
from warmline_schemas.memories import Recall, RecalledMemory, Recollection, ScoreParts

ARM_DEPTH = 60
"""Each arm brings so many candidates, and three times ``top_k`` where that is more."""
LEXICAL_QUERY_CHARS = 1_000
"""So much of a query is searched word by word; a lexical query is never unbounded."""

Candidate = tuple[tables.Memory, float | None, float | None]
"""A memory with its cosine similarity and its lexical rank, where the query has them."""


def recall(db: Db, ask: Recall, query: Embeddings | None) -> Recollection:
    """Rank the memories of a namespace. ``query`` is the embedding of the query, or None for an empty one."""
    wanted = _filters(ask)
    depth = max(ARM_DEPTH, 3 * ask.top_k)
    if query is None:
        candidates = _most_important(db, wanted, depth)
        relevance: dict[UUID, float] = {row.id: row.importance for row, _, _ in candidates}
    else:
        candidates = _matching(db, wanted, ask.query, query, depth)
        relevance = _relevance(candidates)
    now = datetime.now(UTC)
    ranked = [_ranked(candidate, relevance.get(candidate[0].id, 0.0), now) for candidate in candidates]
    ranked.sort(key=lambda result: -result.score)
    return Recollection(results=ranked[: ask.top_k])


def _filters(ask: Recall) -> list[ColumnElement[bool]]:
    wanted = [tables.Memory.namespace == ask.namespace, tables.Memory.importance >= ask.min_importance]
    if ask.kinds is not None:
        wanted.append(tables.Memory.kind.in_(ask.kinds))
    if ask.session_id is not None:
        wanted.append(tables.Memory.session_id == ask.session_id)
    if ask.chain_id is not None:
        wanted.append(tables.Memory.chain_id == ask.chain_id)
    return wanted


def _most_important(db: Db, wanted: Sequence[ColumnElement[bool]], depth: int) -> list[Candidate]:
    order = (tables.Memory.importance.desc(), tables.Memory.event_time.desc())
    rows = db.scalars(select(tables.Memory).where(*wanted).order_by(*order).limit(depth))
    return [(row, None, None) for row in rows]


def _matching(
    db: Db, wanted: Sequence[ColumnElement[bool]], text: str, query: Embeddings, depth: int
) -> list[Candidate]:
    """Both arms in one statement: the union of their ids, each with both measures.

    A memory whose embedding comes from another model has no cosine; the lexical arm still finds it.
    """
    any_word = func.replace(cast(func.plainto_tsquery("english", text[:LEXICAL_QUERY_CHARS]), Text), "&", "|")
    words = select(cast(any_word, TSQUERY)).scalar_subquery()
    distance = tables.Memory.embedding.cosine_distance(query.vectors[0])
    lexical_rank = func.ts_rank_cd(tables.Memory.tsv, words)
    comparable = tables.Memory.embedding_model_id == query.model_id
    vector_arm = select(tables.Memory.id).where(*wanted, comparable).order_by(distance).limit(depth)
    lexical_arm = (
        select(tables.Memory.id)
        .where(*wanted, tables.Memory.tsv.op("@@")(words))
        .order_by(lexical_rank.desc())
        .limit(depth)
    )
    both = union(vector_arm.subquery().select(), lexical_arm.subquery().select())
    cosine = case((comparable, 1 - distance))
    rows = db.execute(select(tables.Memory, cosine, lexical_rank).where(tables.Memory.id.in_(both)))
    return [(row, similarity, lexical or None) for row, similarity, lexical in rows]


def _relevance(candidates: Sequence[Candidate]) -> dict[UUID, float]:
    by_meaning = {row.id: cosine for row, cosine, _ in candidates if cosine is not None}
    by_words = {row.id: lexical for row, _, lexical in candidates if lexical is not None}
    return ranking.fuse(by_meaning, by_words)


def _ranked(candidate: Candidate, relevance: float, now: datetime) -> RecalledMemory:
    row, cosine, lexical = candidate
    parts = ScoreParts(
        relevance=relevance,
        cosine=cosine,
        lexical=lexical,
        importance_factor=ranking.importance_factor(row.importance),
        recency_factor=ranking.recency_factor(row.event_time, now, row.kind),
    )
    score = parts.relevance * parts.importance_factor * parts.recency_factor
    return RecalledMemory(memory=answers.memory(row), score=score, parts=parts)
