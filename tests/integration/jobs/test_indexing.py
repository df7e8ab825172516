"""Indexing: what is old of a large namespace moves into the indexes, by whom and whenever it is done."""

import time
from uuid import UUID

import numpy as np
import pytest
from sqlalchemy import delete, func, select, text

from tests.conftest import TenantKey
from warmline_memory import embedding, memories
from warmline_memory.jobs import index_namespace
from warmline_memory.messaging import INDEX_NAMESPACE, open_celery
from warmline_memory.platform import Platform, open_platform
from warmline_memory.storage.tables import Memory
from warmline_schemas.memories import Remember, ReviseMemory

NAMESPACE = "acme/payments-oncall"


def keep(platform: Platform, tenant_id: UUID, count: int) -> list[UUID]:
    """Keep so many memories, with embeddings that need no model; their ids, the oldest first."""
    vectors = np.random.default_rng(count).normal(size=(count, platform.embedder.dimension)).astype(np.float32)
    asks = [Remember(namespace=NAMESPACE, content=f"Note {number} on invoice INV-{number}") for number in range(count)]
    with platform.database.transaction(tenant_id=tenant_id) as db:
        kept = memories.remember(db, asks, embedding.Embeddings(platform.model_id, vectors))
    return sorted(memory.id for memory in kept)


def indexed(platform: Platform, tenant_id: UUID) -> list[UUID]:
    with platform.database.transaction(tenant_id=tenant_id) as db:
        return list(db.scalars(select(Memory.id).where(Memory.indexed_terms.is_not(None)).order_by(Memory.id)))


def test_the_oldest_memories_are_indexed_and_the_newest_are_not(platform: Platform, tenant: TenantKey) -> None:
    kept = keep(platform, tenant.tenant_id, 250)
    assert index_namespace(platform, tenant.tenant_id, NAMESPACE, above=240, keep=30) == 220
    assert indexed(platform, tenant.tenant_id) == kept[:220]


def test_a_namespace_is_left_alone_until_it_is_large(platform: Platform, tenant: TenantKey) -> None:
    keep(platform, tenant.tenant_id, 50)
    assert index_namespace(platform, tenant.tenant_id, NAMESPACE, above=50, keep=30) == 0
    assert indexed(platform, tenant.tenant_id) == []


def test_indexing_twice_changes_nothing(platform: Platform, tenant: TenantKey) -> None:
    keep(platform, tenant.tenant_id, 50)
    index_namespace(platform, tenant.tenant_id, NAMESPACE, above=40, keep=30)
    once = indexed(platform, tenant.tenant_id)
    assert index_namespace(platform, tenant.tenant_id, NAMESPACE, above=30, keep=30) == 0
    assert indexed(platform, tenant.tenant_id) == once


def test_two_workers_do_not_index_the_same_namespace(platform: Platform, tenant: TenantKey) -> None:
    keep(platform, tenant.tenant_id, 50)
    held = func.pg_try_advisory_xact_lock(func.hashtextextended(f"indexing {tenant.tenant_id} {NAMESPACE}", 0))
    with platform.database.transaction() as db:
        assert db.scalars(select(held)).one()
        assert index_namespace(platform, tenant.tenant_id, NAMESPACE, above=40, keep=30) == 0
    assert index_namespace(platform, tenant.tenant_id, NAMESPACE, above=40, keep=30) == 20


def test_a_worker_that_dies_in_a_batch_leaves_what_it_committed(platform: Platform, tenant: TenantKey) -> None:
    keep(platform, tenant.tenant_id, 250)
    with platform.database.transaction(tenant_id=tenant.tenant_id) as db:
        locked = db.scalars(select(Memory.id).order_by(Memory.id).offset(150).limit(1)).one()
    impatient = platform.settings.model_copy(update={"lock_timeout_ms": 100})
    with platform.database.transaction(tenant_id=tenant.tenant_id) as db:
        db.execute(select(Memory.id).where(Memory.id == locked).with_for_update())
        with open_platform(impatient, open_celery(impatient)) as dying, pytest.raises(Exception, match="lock timeout"):
            index_namespace(dying, tenant.tenant_id, NAMESPACE, above=240, keep=30)
    assert len(indexed(platform, tenant.tenant_id)) == 100
    assert index_namespace(platform, tenant.tenant_id, NAMESPACE, above=30, keep=30) == 120


def test_a_revised_memory_is_found_by_the_scan_again(platform: Platform, tenant: TenantKey) -> None:
    kept = keep(platform, tenant.tenant_id, 50)
    index_namespace(platform, tenant.tenant_id, NAMESPACE, above=40, keep=30)
    with platform.database.transaction(tenant_id=tenant.tenant_id) as db:
        memories.revise(db, kept[0], ReviseMemory(content="Paid"), platform.embed(["Paid"]))
    assert indexed(platform, tenant.tenant_id) == kept[1:20]


def test_a_memory_of_another_model_stays_out_of_the_indexes(platform: Platform, tenant: TenantKey) -> None:
    kept = keep(platform, tenant.tenant_id, 50)
    with platform.database.transaction(tenant_id=tenant.tenant_id) as db:
        db.execute(
            text("INSERT INTO embedding_models (name, dimension) VALUES ('another', 384) ON CONFLICT DO NOTHING")
        )
        another = "(SELECT id FROM embedding_models WHERE name = 'another')"
        db.execute(text(f"UPDATE memories SET embedding_model_id = {another} WHERE id = :id"), {"id": kept[0]})
    index_namespace(platform, tenant.tenant_id, NAMESPACE, above=40, keep=30)
    assert indexed(platform, tenant.tenant_id) == kept[1:20]


def test_a_nudged_worker_indexes(platform: Platform, tenant: TenantKey, worker: None) -> None:
    with platform.database.transaction(tenant_id=tenant.tenant_id) as db:
        db.execute(
            text(
                "INSERT INTO memories (id, namespace, kind, content, importance, importance_estimated, metadata, "
                "event_time, embedding_model_id, terms, embedding) SELECT gen_random_uuid(), :namespace, 'fact', 'x', "
                "0.5, true, '{}', now(), :model, '', (SELECT array_agg(sin(note * number)) "
                "FROM generate_series(1, 384) AS number)::halfvec FROM generate_series(1, 10001) AS note"
            ),
            {"namespace": NAMESPACE, "model": platform.model_id},
        )
    assert platform.queue.nudge_namespace(INDEX_NAMESPACE, tenant.tenant_id, NAMESPACE)
    deadline = time.monotonic() + 60
    while not indexed(platform, tenant.tenant_id):
        assert time.monotonic() < deadline, "the worker did nothing"
        time.sleep(0.1)
    with platform.database.transaction(tenant_id=tenant.tenant_id) as db:
        db.execute(delete(Memory))  # leaves the worker nothing more to do
