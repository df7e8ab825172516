"""Candidates: what a recall looks at in a large namespace; every arm finds its own, and nothing of anybody else's."""

from dataclasses import dataclass
from uuid import UUID

import numpy as np
import pytest
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, text
from sqlalchemy.exc import ProgrammingError

from tests.conftest import TenantKey, make_tenant
from warmline_memory import embedding, memories, sessions
from warmline_memory.jobs import index_namespace
from warmline_memory.language import terms
from warmline_memory.platform import Platform
from warmline_memory.recall import candidates, ranking
from warmline_memory.storage.database import Database, Role
from warmline_memory.storage.tables import Memory
from warmline_schemas.memories import Remember
from warmline_schemas.sessions import StartSession

NAMESPACE = "user-dave"
COUNT = 600
NOWHERE = np.ones(3, dtype=np.float32)
"""Has no direction in common with any memory: it is of another length."""
NO_SAMPLE = ranking.TermTable(np.empty(0, dtype=np.int64), np.zeros(1, dtype=np.int64))


@dataclass(frozen=True)
class Large:
    """A namespace whose memories are all indexed: one session of notes, with vectors made up for them."""

    tenant_id: UUID
    ids: list[UUID]
    vectors: NDArray[np.float32]


def a_large_namespace(platform: Platform, tenant_id: UUID, seed: int = 0, namespace: str = NAMESPACE) -> Large:
    vectors = np.random.default_rng(seed).normal(size=(COUNT, platform.embedder.dimension)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    with platform.database.transaction(tenant_id=tenant_id) as db:
        session = sessions.start(db, StartSession(namespace=namespace, agent="tier1-bot"))
        asks = [
            Remember(session_id=session.id, content=f"Note on invoice INV-{7000 + number}", kind=f"kind-{number % 50}")
            for number in range(COUNT)
        ]
        kept = memories.remember(db, asks, embedding.Embeddings(platform.model_id, vectors))
    # A slice ends after some seconds, whatever is left to do.
    while index_namespace(platform, tenant_id, namespace, above=0, keep=0):
        pass
    return Large(tenant_id, [memory.id for memory in kept], vectors)


@pytest.fixture(scope="module")
def large(platform: Platform, database: Database) -> Large:
    return a_large_namespace(platform, make_tenant(database).tenant_id)


def find(
    platform: Platform,
    large: Large,
    query: str = "",
    vector: NDArray[np.float32] = NOWHERE,
    *matching: ColumnElement[bool],
) -> set[UUID]:
    asked = terms.query(query, terms.salt(large.tenant_id, NAMESPACE))
    embedded = embedding.Embeddings(platform.model_id, vector.reshape(1, -1))
    with platform.database.transaction(tenant_id=large.tenant_id) as db:
        return set(candidates.find_by_query(db, NAMESPACE, asked, embedded, NO_SAMPLE, matching).ids)


def a_direction(platform: Platform, seed: int) -> NDArray[np.float32]:
    return np.random.default_rng(seed).normal(size=platform.embedder.dimension).astype(np.float32)


def nearest(large: Large, query: NDArray[np.float32]) -> set[UUID]:
    return {large.ids[row] for row in np.argsort(-(large.vectors @ query))[:10]}


def test_a_rare_term_brings_its_memory_and_those_around_it(platform: Platform, large: Large) -> None:
    assert find(platform, large, "7300") == set(large.ids[292:309])


def test_the_holders_of_a_term_are_counted_in_the_whole_namespace(platform: Platform, large: Large) -> None:
    asked = terms.query("invoice 7300", terms.salt(large.tenant_id, NAMESPACE))
    embedded = embedding.Embeddings(platform.model_id, NOWHERE.reshape(1, -1))
    with platform.database.transaction(tenant_id=large.tenant_id) as db:
        found = candidates.find_by_query(db, NAMESPACE, asked, embedded, NO_SAMPLE)
    assert dict(zip(asked.terms, found.holders, strict=True)) == {"invoic": COUNT, "7300": 1}


def test_a_common_term_is_looked_up_only_so_far(platform: Platform, large: Large) -> None:
    hashes = terms.query("invoice note", terms.salt(large.tenant_id, NAMESPACE)).hashes.tolist()
    with platform.database.transaction(tenant_id=large.tenant_id) as db:
        held = text("SELECT length(ids) / 16 FROM warmline_holders(:namespace, :hashes, 700)")
        assert db.scalars(held, {"namespace": NAMESPACE, "hashes": hashes}).all() == [600, 100]


def test_the_nearest_by_meaning_are_found(platform: Platform, large: Large) -> None:
    query = a_direction(platform, 99)
    assert nearest(large, query) <= find(platform, large, vector=query)


def test_an_embedding_of_another_length_is_no_error(platform: Platform, large: Large) -> None:
    assert find(platform, large, vector=NOWHERE) == set()


def test_filters_hold_in_both_arms(platform: Platform, large: Large) -> None:
    seven = set(large.ids[7::50])
    assert seven <= find(platform, large, "", a_direction(platform, 1), Memory.kind == "kind-7")
    assert set(large.ids[7:12]) <= find(platform, large, "invoice", NOWHERE, Memory.kind == "kind-7")
    assert find(platform, large, "invoice", a_direction(platform, 1), Memory.kind == "none") == set()


def test_one_index_serves_many_namespaces_as_if_each_had_its_own(platform: Platform, database: Database) -> None:
    others = [a_large_namespace(platform, make_tenant(database).tenant_id, seed=seed) for seed in (1, 2, 3)]
    found = []
    for other in others:
        for query in (a_direction(platform, seed) for seed in range(100, 120)):
            hits = find(platform, other, vector=query)
            assert hits <= set(other.ids)
            found.append(len(hits & nearest(other, query)) / 10)
    assert np.mean(found) >= 0.97


def test_no_tenant_finds_what_another_holds(platform: Platform, large: Large, tenant: TenantKey) -> None:
    hashes = terms.query("7300", terms.salt(large.tenant_id, NAMESPACE)).hashes.tolist()
    holders = text("SELECT count(*) FROM warmline_holders(:namespace, :hashes, 100)")
    asked = {"namespace": NAMESPACE, "hashes": hashes}
    with platform.database.transaction(tenant_id=large.tenant_id) as db:
        assert db.execute(holders, asked).scalar_one() == 1
    with platform.database.transaction(tenant_id=tenant.tenant_id) as db:
        assert db.execute(holders, asked).scalar_one() == 0


def test_only_the_application_may_look_for_holders(platform: Platform) -> None:
    with platform.database.transaction(role=Role.SWEEP) as db, pytest.raises(ProgrammingError, match="permission"):
        db.execute(text("SELECT * FROM warmline_holders('user-dave', '{1}', 100)"))


def test_the_most_important_come_where_nothing_was_asked(platform: Platform, tenant: TenantKey) -> None:
    vectors = np.ones((3, platform.embedder.dimension), dtype=np.float32)
    asks = [Remember(namespace=NAMESPACE, content=f"{weight}", importance=weight) for weight in (0.2, 0.9, 0.5)]
    with platform.database.transaction(tenant_id=tenant.tenant_id) as db:
        kept = memories.remember(db, asks, embedding.Embeddings(platform.model_id, vectors))
    index_namespace(platform, tenant.tenant_id, NAMESPACE, above=0, keep=0)
    with platform.database.transaction(tenant_id=tenant.tenant_id) as db:
        found = candidates.find_by_importance(db, NAMESPACE, [], limit=2)
    assert found == [kept[1].id, kept[2].id]
