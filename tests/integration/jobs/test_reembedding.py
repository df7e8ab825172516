"""Another embedding model: refused at the start, made anew by re-embedding, while the platform works on."""

import itertools
from collections.abc import Callable, Iterator, Sequence
from uuid import UUID

import numpy as np
import pytest
from numpy.typing import NDArray
from sqlalchemy import text

from tests.conftest import TenantKey, make_tenant
from warmline_memory import embedding, memories, tenancy
from warmline_memory.embedding import Embedder, Prompts, open_embedder
from warmline_memory.errors import Busy, SetupError
from warmline_memory.jobs import count_stale, index_namespace, reembed
from warmline_memory.jobs.reembedding import BATCH
from warmline_memory.messaging import open_celery
from warmline_memory.platform import open_platform
from warmline_memory.recall import CachedNamespaces, columns, recall
from warmline_memory.settings import Settings
from warmline_memory.storage.database import Database, Role
from warmline_memory.storage.tables import Memory
from warmline_schemas.memories import Remember, ReviseMemory
from warmline_schemas.recall import Recall

COUNT = BATCH + 10
NAMESPACE = "user-dave"


class Letters:
    """A model of three dimensions that knows a text by its vowels."""

    name = "letters"
    dimension = 3
    prompts = Prompts()

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """The shares of a, e and o."""
        counts = np.array([[1 + text.count(letter) for letter in "aeo"] for text in texts], dtype=np.float32)
        scaled: NDArray[np.float32] = counts / np.linalg.norm(counts, axis=1, keepdims=True)
        return scaled

    def close(self) -> None:
        """Holds nothing."""


OLD = Letters()


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
def old_id(database: Database) -> int:
    """The id of the old model, which the platform works with."""
    with database.transaction(role=Role.ADMIN) as db:
        return embedding.use_model(db, OLD)


@pytest.fixture
def key(database: Database, old_id: int) -> TenantKey:
    """A tenant whose memories were embedded with the old model."""
    key = make_tenant(database)
    contents = ["The invoice is overdue", *(f"Note {number}" for number in range(COUNT - 1))]
    keep(database, key.tenant_id, old_id, contents)
    return key


@pytest.fixture
def tenant_id(key: TenantKey) -> UUID:
    """Its id."""
    return key.tenant_id


def keep(database: Database, tenant_id: UUID, model_id: int, contents: list[str]) -> list[UUID]:
    asks = [Remember(namespace=NAMESPACE, content=content) for content in contents]
    with database.transaction(tenant_id=tenant_id) as db:
        kept = memories.remember(db, asks, embedding.Embeddings(model_id, OLD.embed(contents)))
    return [memory.id for memory in kept]


def model_id_of(database: Database, embedder: Embedder) -> int:
    with database.transaction(role=Role.ADMIN) as db:
        return embedding.record_model(db, embedder)


def unknown(database: Database, tenant_id: UUID, embedder: Embedder) -> int:
    """How many memories cannot be compared with a query of that model."""
    query = embedding.Embeddings(model_id_of(database, embedder), embedder.embed(["unpaid bill"]))
    with database.transaction(tenant_id=tenant_id) as db:
        return int(np.isnan(columns.read(db, [Memory.namespace == NAMESPACE], [], query).cosine).sum())


Best = Callable[[Embedder, str], str]


@pytest.fixture
def best(apart: Settings, database: Database, key: TenantKey) -> Best:
    """Finds the best hit, as a process does that runs with a model."""
    hashed = tenancy.key_hash(key.key)
    cached = CachedNamespaces(8, database)

    def find(embedder: Embedder, query: str) -> str:
        embedded = embedding.Embeddings(model_id_of(database, embedder), embedder.embed([query]))
        with database.transaction(key_hash=hashed) as db:
            tenancy.sign_in(db, hashed)
            ask = Recall(namespace=NAMESPACE, query=query, top_k=1)
            return recall(db, ask, embedded, cached).shown().results[0].memory.content

    return find


def test_re_embedding_makes_everything_anew_and_the_model_current(
    apart: Settings, database: Database, tenant_id: UUID, best: Best, embedder: Embedder
) -> None:
    with pytest.raises(SetupError, match="warmline reembed"), open_platform(apart, open_celery(apart)):
        pass
    assert count_stale(database, embedder) == COUNT
    assert sum(reembed(database, embedder)) == COUNT
    with open_platform(apart, open_celery(apart)):
        assert best(embedder, "unpaid bill") == "The invoice is overdue"


def test_an_interrupted_re_embedding_goes_on_where_it_stopped(
    database: Database, tenant_id: UUID, embedder: Embedder
) -> None:
    assert list(itertools.islice(reembed(database, embedder), 1)) == [BATCH]
    assert count_stale(database, embedder) == COUNT - BATCH
    assert list(reembed(database, embedder)) == [COUNT - BATCH]
    assert list(reembed(database, embedder)) == []


def test_recall_by_meaning_stays_whole_while_it_runs(database: Database, tenant_id: UUID, embedder: Embedder) -> None:
    for _ in reembed(database, embedder):
        assert unknown(database, tenant_id, OLD) == 0
    assert unknown(database, tenant_id, embedder) == 0


def test_killed_while_embeddings_change_places_it_serves_both_models_and_can_be_taken_back(
    apart: Settings, database: Database, tenant_id: UUID, embedder: Embedder
) -> None:
    impatient = Database(apart.model_copy(update={"lock_timeout_ms": 100}))
    steps = reembed(impatient, embedder)
    assert [next(steps), next(steps)] == [BATCH, COUNT - BATCH]
    with database.transaction(tenant_id=tenant_id) as db, pytest.raises(Busy):
        db.execute(text("SELECT FROM memories ORDER BY id DESC LIMIT 1 FOR UPDATE"))
        list(steps)
    impatient.close()
    assert [unknown(database, tenant_id, OLD), unknown(database, tenant_id, embedder)] == [0, 0]
    assert list(reembed(database, OLD)) == []
    assert unknown(database, tenant_id, OLD) == 0


def test_what_is_revised_meanwhile_is_embedded_as_it_is_then(
    database: Database, tenant_id: UUID, best: Best, old_id: int, embedder: Embedder
) -> None:
    steps = reembed(database, embedder)
    next(steps)
    with database.transaction(tenant_id=tenant_id) as db:
        first = db.scalars(text("SELECT id FROM memories ORDER BY id LIMIT 1")).one()
        revised = "Penguins live in Antarctica"
        memories.revise(db, first, ReviseMemory(content=revised), embedding.Embeddings(old_id, OLD.embed([revised])))
    assert sum(steps) == COUNT - BATCH + 1
    assert best(embedder, "birds near the south pole") == revised


def test_what_is_forgotten_meanwhile_is_no_trouble(
    database: Database, tenant_id: UUID, best: Best, embedder: Embedder
) -> None:
    steps = reembed(database, embedder)
    next(steps)
    with database.transaction(tenant_id=tenant_id) as db:
        db.execute(text("DELETE FROM memories WHERE content <> 'The invoice is overdue'"))
    list(steps)
    assert best(embedder, "unpaid bill") == "The invoice is overdue"


def test_a_process_with_the_old_model_finds_by_words_afterwards(
    database: Database, tenant_id: UUID, best: Best, old_id: int, embedder: Embedder
) -> None:
    list(reembed(database, embedder))
    assert best(OLD, "invoice") == "The invoice is overdue"
    keep(database, tenant_id, old_id, ["Written by a process that was not restarted"])
    assert sum(reembed(database, embedder)) == 1


def test_a_large_namespace_is_indexed_anew_after_the_change(
    apart: Settings, database: Database, tenant_id: UUID, embedder: Embedder
) -> None:
    list(reembed(database, embedder))
    with open_platform(apart, open_celery(apart)) as platform:
        assert index_namespace(platform, tenant_id, NAMESPACE, above=100, keep=100) == COUNT - 100
        list(reembed(database, OLD))
        assert index_namespace(platform, tenant_id, NAMESPACE, above=100, keep=100) == 0
    assert unknown(database, tenant_id, OLD) == 0


def test_nothing_second_is_left(database: Database, tenant_id: UUID, embedder: Embedder) -> None:
    list(reembed(database, embedder))
    with database.transaction(role=Role.ADMIN) as db:
        assert db.scalars(text("SELECT count(*) FROM second_embeddings")).one() == 0
