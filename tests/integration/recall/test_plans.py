"""Plans: what EXPLAIN says of the statements of a recall, in a table of many namespaces."""

from collections.abc import Iterator
from uuid import UUID

import numpy as np
import psycopg
import pytest
from sqlalchemy import text

from tests.builders.databases import a_database
from tests.builders.plans import explained
from tests.conftest import TenantKey, make_tenant
from warmline_local.servers import EmbeddedPostgres
from warmline_memory import jobs, memories
from warmline_memory.embedding import Embeddings
from warmline_memory.jobs import indexing
from warmline_memory.language import terms
from warmline_memory.messaging import open_celery
from warmline_memory.platform import Platform, open_platform
from warmline_memory.recall import candidates, columns, namespace_changes, ranking
from warmline_memory.settings import Settings
from warmline_memory.storage.tables import Memory
from warmline_schemas.memories import Remember

NAMESPACES, EACH = 100, 200
LARGE, LEFT = 800, 100
UNIQUE_KEYS = 2
"""The primary key and one more; PostgreSQL keeps them by an index each."""
FILL = """
INSERT INTO memories (id, namespace, kind, content, importance, importance_estimated, metadata, event_time,
                      embedding_model_id, terms, embedding)
SELECT gen_random_uuid(), 'user-' || number % :namespaces, 'fact', 'x', 0.5, true, '{}', now(), :model, '',
       array_fill(0.1, ARRAY[384])::halfvec
FROM generate_series(1, :count) AS number
"""


@pytest.fixture(scope="module")
def platform(postgres: EmbeddedPostgres, settings: Settings) -> Iterator[Platform]:
    """A platform on a database of its own."""
    with a_database(postgres) as url:
        mine = settings.model_copy(update={"database_url": url})
        with open_platform(mine, open_celery(mine)) as platform:
            yield platform


@pytest.fixture(scope="module")
def tenant(platform: Platform) -> TenantKey:
    """A tenant with many small namespaces and a large one, `acme`, most of which is indexed."""
    tenant = make_tenant(platform.database)
    vectors = np.random.default_rng(0).normal(size=(LARGE, platform.embedder.dimension)).astype(np.float32)
    asks = [Remember(namespace="acme", content=f"Note on invoice INV-{number}") for number in range(LARGE)]
    with platform.database.transaction(tenant_id=tenant.tenant_id) as db:
        count = {"namespaces": NAMESPACES, "count": NAMESPACES * EACH, "model": platform.model_id}
        db.execute(text(FILL), count)
        memories.remember(db, asks, Embeddings(platform.model_id, vectors))
    jobs.index_namespace(platform, tenant.tenant_id, "acme", above=0, keep=LEFT)
    with psycopg.connect(platform.settings.database_url, autocommit=True) as connection:
        connection.execute("ANALYZE memories")
    return tenant


def a_query(platform: Platform) -> Embeddings:
    return Embeddings(platform.model_id, np.full((1, platform.embedder.dimension), 0.1, dtype=np.float32))


def test_a_small_namespace_is_scanned_by_its_own_index(platform: Platform, tenant: TenantKey) -> None:
    with explained(platform.database, tenant) as (db, plans):
        scope = [Memory.namespace == "user-7", Memory.indexed_terms.is_(None)]
        assert len(columns.read(db, scope, [], a_query(platform))) == EACH
    assert "memories_unindexed" in "".join(plans)
    assert "Seq Scan" not in "".join(plans)


def test_a_large_namespace_is_searched_by_the_indexes_alone(platform: Platform, tenant: TenantKey) -> None:
    asked = terms.query("invoice INV-12", terms.salt(tenant.tenant_id, "acme"))
    sample = ranking.TermTable(np.empty(0, dtype=np.int64), np.zeros(1, dtype=np.int64))
    with explained(platform.database, tenant) as (db, plans):
        found = candidates.find_by_query(db, "acme", asked, a_query(platform), sample)
    assert found.ids
    assert "Bitmap Index Scan on memories_by_terms" in "".join(plans)
    assert "Index Scan using memories_by_meaning_384" in "".join(plans)
    assert "Seq Scan" not in "".join(plans)


@pytest.fixture
def expecting_one_row(platform: Platform, tenant: TenantKey) -> Iterator[None]:
    """The planner expects one row of a namespace, as it does where many tenants have few memories each."""
    with psycopg.connect(platform.settings.database_url, autocommit=True) as connection:
        connection.execute("DELETE FROM pg_statistic WHERE starelid = 'memories'::regclass")
        yield
        connection.execute("ANALYZE memories")


@pytest.mark.usefixtures("expecting_one_row")
def test_what_has_changed_is_found_without_reading_the_namespace(platform: Platform, tenant: TenantKey) -> None:
    with explained(platform.database, tenant) as (db, plans):
        assert len(namespace_changes.since(db, "acme", 0, LARGE).columns) == LARGE
    assert "Index Scan using memories_by_change" in "".join(plans)
    assert "memories_by_namespace" not in "".join(plans)


@pytest.mark.usefixtures("expecting_one_row")
def test_what_is_not_indexed_is_found_in_the_order_in_which_it_is_indexed(
    platform: Platform, tenant: TenantKey
) -> None:
    with explained(platform.database, tenant) as (db, plans):
        assert len(db.execute(indexing.oldest("acme", UUID(int=2**128 - 1))).all()) == LEFT
    assert "Index Scan using memories_unindexed" in "".join(plans)
    assert "Sort" not in "".join(plans)


def test_a_namespace_takes_no_index_of_its_own(platform: Platform, tenant: TenantKey) -> None:
    indexes = text("SELECT count(*) FROM pg_indexes WHERE tablename = 'memories'")
    with platform.database.transaction(tenant_id=tenant.tenant_id) as db:
        count = db.scalars(indexes).one()
    assert count == len(Memory.__table__.indexes) + UNIQUE_KEYS
