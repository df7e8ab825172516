"""Cached namespaces: a process that holds a namespace answers as the database would, whatever has changed meanwhile."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any
from uuid import UUID

import numpy as np
import pytest
from sqlalchemy import text, update

from tests.builders.waits import eventually
from tests.conftest import TenantKey, make_tenant
from warmline_memory import memories
from warmline_memory.embedding import Embeddings
from warmline_memory.jobs import index_namespace
from warmline_memory.language import terms
from warmline_memory.platform import Platform
from warmline_memory.recall import CachedNamespaces, columns, namespace_changes, scanning, scopes
from warmline_memory.recall.cached_namespaces import LEAST, MEGABYTE, MOST_BLOCKS, CachedNamespace
from warmline_memory.storage.tables import Memory
from warmline_schemas.memories import Remember, ReviseMemory
from warmline_schemas.recall import Recall

NAMESPACE = "user-dave"
COUNT = LEAST + 20


@pytest.fixture
def tenant(platform: Platform) -> TenantKey:
    tenant = make_tenant(platform.database)
    keep(platform, tenant, *(f"Note on invoice INV-{7000 + number}" for number in range(COUNT)))
    return tenant


def keep(platform: Platform, tenant: TenantKey, *contents: str, **fields: object) -> list[UUID]:
    asks = [Remember.model_validate({"namespace": NAMESPACE, "content": content, **fields}) for content in contents]
    vectors = some_vectors(platform, len(contents))
    with platform.database.transaction(tenant_id=tenant.tenant_id) as db:
        return [memory.id for memory in memories.remember(db, asks, Embeddings(platform.model_id, vectors))]


def some_vectors(platform: Platform, count: int) -> np.ndarray:
    return np.random.default_rng(count).normal(size=(count, platform.embedder.dimension)).astype(np.float32)


def a_query(platform: Platform) -> Embeddings:
    vector = some_vectors(platform, 1)
    return Embeddings(platform.model_id, vector / np.linalg.norm(vector))


def read(platform: Platform, tenant: TenantKey, cached: CachedNamespaces) -> CachedNamespace | None:
    with platform.database.transaction(tenant_id=tenant.tenant_id) as db:
        return cached.read(db, tenant.tenant_id, NAMESPACE)


def holding(platform: Platform, tenant: TenantKey) -> CachedNamespaces:
    """A cache that holds the namespace."""
    cached = CachedNamespaces(8, platform.database)
    cached.note_recall(tenant.tenant_id, NAMESPACE, COUNT)
    assert read(platform, tenant, cached) is not None
    return cached


def shown(scanned: columns.MemoryColumns) -> dict[bytes, tuple[object, ...]]:
    """What was scanned of each memory, by its id."""
    ends = scanned.offsets
    return {
        scanned.ids[row].tobytes(): (
            pytest.approx(float(scanned.cosine[row]), abs=1e-3),
            float(scanned.importance[row]),
            bool(scanned.consolidated[row]),
            scanned.terms[ends[row] : ends[row + 1]].tolist(),
        )
        for row in range(len(scanned))
    }


def assert_as_the_database_says(platform: Platform, tenant: TenantKey, cached: CachedNamespaces) -> None:
    query = a_query(platform)
    found = read(platform, tenant, cached)
    assert found is not None
    compared = found.compared_with(query)
    assert compared is not None
    with platform.database.transaction(tenant_id=tenant.tenant_id) as db:
        scanned = columns.read(db, [columns.ROW.namespace == NAMESPACE], [], query)
    assert shown(compared) == shown(scanned)


def test_a_namespace_is_held_from_the_second_recall_on(platform: Platform, tenant: TenantKey) -> None:
    cached = CachedNamespaces(8, platform.database)
    assert read(platform, tenant, cached) is None
    cached.note_recall(tenant.tenant_id, NAMESPACE, COUNT)
    assert read(platform, tenant, cached) is not None


def test_what_is_held_is_what_the_database_scans(platform: Platform, tenant: TenantKey) -> None:
    assert_as_the_database_says(platform, tenant, holding(platform, tenant))


def test_a_new_memory_is_there_at_once(platform: Platform, tenant: TenantKey) -> None:
    cached = holding(platform, tenant)
    keep(platform, tenant, "Dave prefers e-mail")
    assert_as_the_database_says(platform, tenant, cached)


def test_a_revised_memory_takes_its_own_place(platform: Platform, tenant: TenantKey) -> None:
    cached = holding(platform, tenant)
    changed = keep(platform, tenant, "Dave prefers e-mail")[0]
    with platform.database.transaction(tenant_id=tenant.tenant_id) as db:
        memories.revise(db, changed, ReviseMemory(importance=0.9), None)
    assert_as_the_database_says(platform, tenant, cached)


def test_what_is_forgotten_is_gone_at_once(platform: Platform, tenant: TenantKey) -> None:
    cached = holding(platform, tenant)
    forgotten = keep(platform, tenant, "Dave prefers e-mail")[0]
    assert_as_the_database_says(platform, tenant, cached)
    with platform.database.transaction(tenant_id=tenant.tenant_id) as db:
        db.execute(text("DELETE FROM memories WHERE id = :id"), {"id": forgotten})
    assert_as_the_database_says(platform, tenant, cached)


def test_what_expires_is_gone_at_once(platform: Platform, tenant: TenantKey) -> None:
    cached = holding(platform, tenant)
    brief = keep(platform, tenant, "The code of the door is on the note")[0]
    assert_as_the_database_says(platform, tenant, cached)
    with platform.database.transaction(tenant_id=tenant.tenant_id) as db:
        db.execute(
            text("UPDATE memories SET expires_at = clock_timestamp() + interval '0.3 s' WHERE id = :id"), {"id": brief}
        )
    assert_as_the_database_says(platform, tenant, cached)
    with platform.database.transaction(tenant_id=tenant.tenant_id) as db:
        db.execute(text("SELECT pg_sleep(0.4)"))
    assert_as_the_database_says(platform, tenant, cached)


def test_a_memory_that_moves_leaves_its_old_namespace(platform: Platform, tenant: TenantKey) -> None:
    cached = holding(platform, tenant)
    moved = keep(platform, tenant, "Dave prefers e-mail")[0]
    assert_as_the_database_says(platform, tenant, cached)
    with platform.database.transaction(tenant_id=tenant.tenant_id) as db:
        db.execute(update(Memory).where(Memory.id == moved).values(namespace="user-eve"))
    assert_as_the_database_says(platform, tenant, cached)


def test_a_transaction_that_ends_late_is_not_missed(platform: Platform, tenant: TenantKey) -> None:
    cached = holding(platform, tenant)
    with platform.database.transaction(tenant_id=tenant.tenant_id) as late:
        late.execute(update(Memory).where(Memory.namespace == NAMESPACE).values(importance=0.123))
        keep(platform, tenant, "Dave prefers e-mail")
        assert_as_the_database_says(platform, tenant, cached)
    assert_as_the_database_says(platform, tenant, cached)


def test_nothing_is_missed_while_others_write(platform: Platform, tenant: TenantKey) -> None:
    cached = holding(platform, tenant)
    with ThreadPoolExecutor(4) as others:
        writing = [others.submit(keep, platform, tenant, f"Call {call}") for call in range(40)]
        while not all(one.done() for one in writing):
            read(platform, tenant, cached)
        assert sum(len(one.result()) for one in writing) == 40
    assert_as_the_database_says(platform, tenant, cached)


def test_an_indexed_namespace_is_held_with_all_that_is_indexed(platform: Platform, tenant: TenantKey) -> None:
    cached = holding(platform, tenant)
    index_namespace(platform, tenant.tenant_id, NAMESPACE, above=0, keep=10)
    assert_as_the_database_says(platform, tenant, cached)
    assert_as_the_database_says(platform, tenant, holding(platform, tenant))


def test_what_is_indexed_and_then_revised_takes_its_own_place(platform: Platform, tenant: TenantKey) -> None:
    cached = holding(platform, tenant)
    index_namespace(platform, tenant.tenant_id, NAMESPACE, above=0, keep=10)
    with platform.database.transaction(tenant_id=tenant.tenant_id) as db:
        db.execute(update(Memory).where(Memory.indexed_terms.is_not(None)).values(importance=0.321))
    assert_as_the_database_says(platform, tenant, cached)


def test_what_is_forgotten_of_what_is_indexed_is_gone_at_once(platform: Platform, tenant: TenantKey) -> None:
    cached = holding(platform, tenant)
    index_namespace(platform, tenant.tenant_id, NAMESPACE, above=0, keep=10)
    with platform.database.transaction(tenant_id=tenant.tenant_id) as db:
        db.execute(text("DELETE FROM memories WHERE indexed_terms IS NOT NULL AND content LIKE '%7'"))
    assert_as_the_database_says(platform, tenant, cached)


def test_a_memory_that_left_and_came_back_is_there(platform: Platform, tenant: TenantKey) -> None:
    cached = holding(platform, tenant)
    moved = keep(platform, tenant, "Dave prefers e-mail")[0]
    for namespace in ("user-eve", NAMESPACE):
        with platform.database.transaction(tenant_id=tenant.tenant_id) as db:
            db.execute(update(Memory).where(Memory.id == moved).values(namespace=namespace))
    assert_as_the_database_says(platform, tenant, cached)


def test_what_many_ask_for_at_once_is_read_by_one_of_them(
    platform: Platform, tenant: TenantKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    cached = CachedNamespaces(8, platform.database)
    cached.note_recall(tenant.tenant_id, NAMESPACE, COUNT)
    reading, done, since = Event(), Event(), namespace_changes.since

    def slowly(*asked: Any) -> namespace_changes.Changes:
        reading.set()
        assert done.wait(20)
        return since(*asked)

    monkeypatch.setattr("warmline_memory.recall.namespace_changes.since", slowly)
    with ThreadPoolExecutor(1) as others:
        first = others.submit(read, platform, tenant, cached)
        assert reading.wait(20)
        meanwhile = read(platform, tenant, cached)
        done.set()
        assert meanwhile is None
        assert first.result() is not None
    assert_as_the_database_says(platform, tenant, cached)


def test_only_news_of_a_large_namespace_are_a_reason_to_index_it(
    platform: Platform, tenant: TenantKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("warmline_memory.recall.scanning.INDEX_ABOVE", COUNT - 1)
    cached = CachedNamespaces(8, platform.database)

    def needs_index() -> bool:
        asked = terms.query("", terms.salt(tenant.tenant_id, NAMESPACE))
        with platform.database.transaction(tenant_id=tenant.tenant_id) as db:
            scope = scopes.of(Recall(namespace=NAMESPACE), tenant.tenant_id)
            return scanning.scan(db, scope, asked, None, cached).needs_index

    assert [needs_index() for _ in range(3)] == [True, True, False]
    keep(platform, tenant, "Dave prefers e-mail")
    assert [needs_index() for _ in range(2)] == [True, False]


def test_a_large_namespace_is_read_beside_the_requests(
    platform: Platform, tenant: TenantKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("warmline_memory.recall.cached_namespaces.MOST_IN_A_REQUEST", COUNT - 1)
    cached = CachedNamespaces(8, platform.database)
    cached.note_recall(tenant.tenant_id, NAMESPACE, COUNT)
    assert read(platform, tenant, cached) is None
    keep(platform, tenant, "Said while it was read")
    eventually(lambda: cached.bytes_held > 0)
    assert_as_the_database_says(platform, tenant, cached)


def test_where_more_has_changed_than_is_read_at_once_it_is_read_beside_the_requests(
    platform: Platform, tenant: TenantKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    cached = holding(platform, tenant)
    monkeypatch.setattr("warmline_memory.recall.cached_namespaces.MOST_IN_A_REQUEST", COUNT - 1)
    with platform.database.transaction(tenant_id=tenant.tenant_id) as db:
        db.execute(update(Memory).where(Memory.namespace == NAMESPACE).values(importance=0.321))
    assert read(platform, tenant, cached) is None
    assert read(platform, tenant, cached) is None
    eventually(lambda: cached.bytes_held > 0)
    assert_as_the_database_says(platform, tenant, cached)


def test_a_namespace_of_two_models_is_not_held(platform: Platform, tenant: TenantKey) -> None:
    cached = holding(platform, tenant)
    found = read(platform, tenant, cached)
    assert found is not None
    assert found.compared_with(Embeddings(platform.model_id + 1, some_vectors(platform, 1))) is None


def test_the_same_namespace_of_another_tenant_is_another(platform: Platform, tenant: TenantKey) -> None:
    cached = holding(platform, tenant)
    assert read(platform, make_tenant(platform.database), cached) is None


def test_no_more_is_held_than_fits(platform: Platform, tenant: TenantKey) -> None:
    cached = CachedNamespaces(0.1, platform.database)
    cached.note_recall(tenant.tenant_id, NAMESPACE, COUNT)
    assert read(platform, tenant, cached) is not None
    assert cached.bytes_held == 0


def test_a_tenant_with_many_namespaces_pushes_out_its_own_and_not_anothers(
    platform: Platform, tenant: TenantKey
) -> None:
    greedy = make_tenant(platform.database)
    cached = CachedNamespaces(3.5 * holding(platform, tenant).bytes_held / MEGABYTE, platform.database)
    wanted = [(tenant, NAMESPACE), *((greedy, f"{NAMESPACE}-{number}") for number in range(5))]
    for whose, namespace in wanted:
        if whose is greedy:
            contents = (f"Note on invoice INV-{7000 + number}" for number in range(COUNT))
            keep(platform, greedy, *contents, namespace=namespace)
        cached.note_recall(whose.tenant_id, namespace, COUNT)
        with platform.database.transaction(tenant_id=whose.tenant_id) as db:
            assert cached.read(db, whose.tenant_id, namespace) is not None
    held = [tenant_id for tenant_id, _ in cached._held]
    assert (tenant.tenant_id in held, held.count(greedy.tenant_id)) == (True, 2)


def test_forgetting_a_namespace_leaves_nothing_of_it(platform: Platform, tenant: TenantKey) -> None:
    cached = holding(platform, tenant)
    with platform.database.transaction(tenant_id=tenant.tenant_id) as db:
        db.execute(text("DELETE FROM memories WHERE namespace = :namespace"), {"namespace": NAMESPACE})
    assert read(platform, tenant, cached) is None
    assert cached.bytes_held == 0


def test_many_small_changes_are_all_there(platform: Platform, tenant: TenantKey) -> None:
    cached = holding(platform, tenant)
    kept = []
    for call in range(2 * MOST_BLOCKS):
        kept += keep(platform, tenant, f"Call {call}", f"Answer {call}")
        assert read(platform, tenant, cached) is not None
    with platform.database.transaction(tenant_id=tenant.tenant_id) as db:
        db.execute(text("DELETE FROM memories WHERE id = ANY(:ids)"), {"ids": kept[::3]})
    assert_as_the_database_says(platform, tenant, cached)
