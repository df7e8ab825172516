"""Another embedding model: refused at the start, made anew by re-embedding, searchable by words in between."""

import itertools
from collections.abc import Iterator
from uuid import UUID

import pytest
from sqlalchemy import text

from tests.conftest import make_tenant
from warmline_memory import memories
from warmline_memory.database import Database, Role
from warmline_memory.embedding import Embedder, open_embedder
from warmline_memory.errors import SetupError
from warmline_memory.platform import Platform, open_platform
from warmline_memory.queue import open_celery
from warmline_memory.recall import recall
from warmline_memory.reembedding import BATCH, count_stale, reembed
from warmline_memory.settings import Settings
from warmline_schemas.memories import Recall, Remember

COUNT = BATCH + 10


@pytest.fixture
def embedder(apart: Settings) -> Iterator[Embedder]:
    """The model of the settings."""
    embedder = open_embedder(apart)
    yield embedder
    embedder.close()


@pytest.fixture
def database(apart: Settings) -> Iterator[Database]:
    """The platform's database."""
    database = Database(apart)
    yield database
    database.close()


@pytest.fixture
def tenant_id(apart: Settings, database: Database) -> UUID:
    """A tenant whose memories were embedded with a model of three dimensions."""
    tenant_id = make_tenant(database).tenant_id
    with open_platform(apart, open_celery(apart)) as platform:
        keep(platform, tenant_id, ["The invoice is overdue", *(f"Note {number}" for number in range(COUNT - 1))])
    with database.transaction(role=Role.ADMIN) as db:
        db.execute(text("UPDATE embedding_models SET is_current = false"))
        db.execute(text("INSERT INTO embedding_models (name, dimension, is_current) VALUES ('old', 3, true)"))
        old = "(SELECT id FROM embedding_models WHERE name = 'old')"
        db.execute(text(f"UPDATE memories SET embedding = '[1,2,3]', embedding_model_id = {old}"))
    return tenant_id


def keep(platform: Platform, tenant_id: UUID, contents: list[str]) -> None:
    embeddings = platform.embed(contents)
    asks = [Remember(namespace="user-dave", content=content) for content in contents]
    with platform.database.transaction(tenant_id=tenant_id) as db:
        memories.remember(db, asks, embeddings)


def best(database: Database, tenant_id: UUID, embedder: Embedder, model_id: int, query: str) -> str:
    embedded = memories.Embeddings(model_id, embedder.embed([query]))
    with database.transaction(tenant_id=tenant_id) as db:
        return recall(db, Recall(namespace="user-dave", query=query, top_k=1), embedded).results[0].memory.content


def model_id_of(database: Database, embedder: Embedder) -> int:
    with database.transaction() as db:
        return db.execute(
            text("SELECT id FROM embedding_models WHERE name = :name"), {"name": embedder.name}
        ).scalar_one()


def test_re_embedding_makes_everything_anew_and_the_model_current(
    apart: Settings, database: Database, tenant_id: UUID, embedder: Embedder
) -> None:
    with pytest.raises(SetupError, match="warmline reembed"), open_platform(apart, open_celery(apart)):
        pass
    assert count_stale(database, embedder) == COUNT
    assert sum(reembed(database, embedder)) == COUNT
    with open_platform(apart, open_celery(apart)) as platform:
        assert best(database, tenant_id, embedder, platform.model_id, "unpaid bill") == "The invoice is overdue"


def test_an_interrupted_re_embedding_goes_on_where_it_stopped(
    database: Database, tenant_id: UUID, embedder: Embedder
) -> None:
    assert list(itertools.islice(reembed(database, embedder), 1)) == [BATCH]
    assert count_stale(database, embedder) == COUNT - BATCH
    assert list(reembed(database, embedder)) == [COUNT - BATCH]
    assert list(reembed(database, embedder)) == []


def test_a_memory_of_another_model_is_still_found_by_its_words(
    database: Database, tenant_id: UUID, embedder: Embedder
) -> None:
    count_stale(database, embedder)
    model_id = model_id_of(database, embedder)
    assert best(database, tenant_id, embedder, model_id, "invoice") == "The invoice is overdue"
