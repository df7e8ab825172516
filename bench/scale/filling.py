"""Filling: a database with so many memories of so many tenants, in seconds. Seeded.

A memory is two sentences of a few thousand that are really embedded; its vector is the mean of theirs with noise, so
that distances are as between real texts, and its terms are those of its text. Rows go in by COPY, with all indexes in
place; only foreign keys are not checked.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

import numpy as np
import psycopg
from numpy.typing import NDArray
from pgvector import HalfVector
from pgvector.psycopg import register_vector
from psycopg.types.json import Jsonb
from uuid_utils.compat import uuid7

from bench import sentences
from warmline_memory.embedding import Embedder
from warmline_memory.language import terms

SEED = 2026
SENTENCES = 3_000
TURNS = 20
"""Memories of a session."""
NOISE = 0.35
"""The length of what is added to a mean of vectors of length 1."""
SPAN = timedelta(days=365)
"""The time from the first memory of a namespace to the last."""
NOTHING = Jsonb({})
NAMESPACES = 10_000
"""At most this many namespaces are in a database."""
MEDIUM, SMALL = 10, 50
"""How many namespaces have a hundredth of all memories, and how many have a hundred memories."""
ORDINARY = 75
"""The memories that each further namespace has at least: about those of one long conversation."""

SESSION_COLUMNS = {
    "id": "uuid",
    "tenant_id": "uuid",
    "chain_id": "uuid",
    "namespace": "text",
    "agent": "text",
    "owns_conversation": "bool",
    "metadata": "jsonb",
    "memory_count": "int4",
}
MEMORY_COLUMNS = {
    "id": "uuid",
    "tenant_id": "uuid",
    "namespace": "text",
    "session_id": "uuid",
    "chain_id": "uuid",
    "ordinal": "int4",
    "agent": "text",
    "kind": "text",
    "role": "text",
    "content": "text",
    "importance": "float4",
    "importance_estimated": "bool",
    "metadata": "jsonb",
    "event_time": "timestamptz",
    "embedding_model_id": "int2",
    "embedding": "halfvec",
    "terms": "bytea",
}


@dataclass(frozen=True)
class Namespace:
    """Whose memories, and how many."""

    tenant_id: UUID
    name: str
    memories: int


@dataclass(frozen=True)
class Pool:
    """Sentences and their vectors of length 1, shape (n, dimension)."""

    sentences: Sequence[str]
    vectors: NDArray[np.float32]

    @classmethod
    def embedded(cls, embedder: Embedder) -> "Pool":
        """The sentences that all memories are made of."""
        rng = random.Random(SEED)
        texts = list(dict.fromkeys(sentences.sentence(rng) for _ in range(SENTENCES)))
        return cls(texts, embedder.embed(texts))


def sizes(rows: int) -> list[int]:
    """How large the namespaces are: one with a tenth of all memories, ten with a hundredth, the others small."""
    # Real platforms have a few large customers and many small ones; this is that in three steps.
    few = [rows // 10, *[rows // 100] * MEDIUM, *[100] * SMALL]
    left = max(rows - sum(few), 0)
    others = max(min(NAMESPACES - len(few), left // ORDINARY), 1)
    return [*few, *[left // others + 1] * (left % others), *[left // others] * (others - left % others)]


def namespaces(tenants: Sequence[UUID], sizes: Sequence[int]) -> list[Namespace]:
    """A namespace of each size, given to the tenants in turn."""
    return [
        Namespace(tenants[number % len(tenants)], f"case-{number}", memories) for number, memories in enumerate(sizes)
    ]


def make_tenants(url: str, count: int) -> list[UUID]:
    """Make tenants, as the database's owner."""
    ids = [uuid7() for _ in range(count)]
    with psycopg.connect(url) as connection:
        _copy(connection, "tenants", {"id": "uuid", "name": "text"}, ((one, str(one)) for one in ids))
    return ids


def fill(url: str, model_id: int, wanted: Sequence[Namespace], pool: Pool) -> None:
    """Store the memories of every namespace, as the database's owner, in one transaction."""
    rng = np.random.default_rng(SEED)
    with psycopg.connect(url) as connection:
        register_vector(connection)
        # Foreign keys are triggers, and this leaves them out: a check for each of a million rows would take long. The
        # rows are consistent without it, since a session's memories are written right after it.
        connection.execute("SET LOCAL session_replication_role = replica")
        for namespace in wanted:
            sittings = [uuid7() for _ in range(0, namespace.memories, TURNS)]
            _copy(connection, "sessions", SESSION_COLUMNS, _sessions(namespace, sittings))
            _copy(connection, "memories", MEMORY_COLUMNS, _memories(namespace, sittings, model_id, pool, rng))
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("VACUUM (ANALYZE) memories, sessions, tenants")


def _copy(
    connection: psycopg.Connection[tuple[object, ...]],
    table: str,
    columns: dict[str, str],
    rows: Iterator[tuple[object, ...]],
) -> None:
    with connection.cursor() as cursor:
        statement = f"COPY {table} ({', '.join(columns)}) FROM STDIN (FORMAT binary)"
        with cursor.copy(statement) as copy:
            # Binary COPY converts nothing, so the types must be those of the columns.
            copy.set_types(list(columns.values()))
            for row in rows:
                copy.write_row(row)


def _sessions(namespace: Namespace, sittings: Sequence[UUID]) -> Iterator[tuple[object, ...]]:
    for one in sittings:
        yield (one, namespace.tenant_id, one, namespace.name, "agent", True, NOTHING, TURNS)


def _memories(
    namespace: Namespace, sittings: Sequence[UUID], model_id: int, pool: Pool, rng: np.random.Generator
) -> Iterator[tuple[object, ...]]:
    count, dimension = namespace.memories, pool.vectors.shape[1]
    pairs = rng.integers(len(pool.sentences), size=(count, 2))
    importance = rng.uniform(0.1, 0.9, count)
    began = datetime.now(UTC) - SPAN
    for number, (first, second) in enumerate(pairs):
        text = f"{pool.sentences[first]}. {pool.sentences[second]}."
        vector = pool.vectors[first] + pool.vectors[second]
        # Noise of length NOISE has NOISE / sqrt(dimension) in each direction. Without it many memories would have one
        # vector, and an index of vectors would be tested on ties.
        vector = vector / np.linalg.norm(vector) + rng.standard_normal(dimension) * (NOISE / dimension**0.5)
        session_id = sittings[number // TURNS]
        yield (
            uuid7(),
            namespace.tenant_id,
            namespace.name,
            session_id,
            session_id,
            number % TURNS + 1,
            "agent",
            "message",
            "agent" if number % 2 else "user",
            text,
            float(importance[number]),
            True,
            NOTHING,
            began + SPAN * (number / count),
            model_id,
            HalfVector(vector / np.linalg.norm(vector)),
            terms.stored(text, namespace.tenant_id, namespace.name),
        )
