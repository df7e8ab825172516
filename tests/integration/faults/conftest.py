"""Servers of these tests' own, which may be stopped and killed."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.builders.faults import Relay
from warmline_local.servers import EmbeddedPostgres, EmbeddedRedis
from warmline_memory.settings import Settings
from warmline_memory.storage import migrations


@pytest.fixture(scope="module")
def own_postgres() -> Iterator[EmbeddedPostgres]:
    """A PostgreSQL with the newest schema."""
    with tempfile.TemporaryDirectory(prefix="warmline-") as folder:
        server = EmbeddedPostgres(Path(folder), durable=False)
        server.start()
        migrations.upgrade(server.url)
        yield server
        server.stop()


@pytest.fixture(scope="module")
def own_redis() -> Iterator[EmbeddedRedis]:
    """A Redis."""
    with tempfile.TemporaryDirectory(prefix="warmline-") as folder, EmbeddedRedis(Path(folder)) as server:
        yield server


@pytest.fixture
def relay(own_postgres: EmbeddedPostgres) -> Iterator[Relay]:
    """A line to that PostgreSQL that can be cut."""
    with Relay(own_postgres.folder / ".s.PGSQL.5432") as relay:
        yield relay


@pytest.fixture
def fragile(settings: Settings, own_postgres: EmbeddedPostgres) -> Settings:
    """Settings of a platform on that PostgreSQL, which soon gives it up."""
    return settings.model_copy(
        update={
            "database_url": own_postgres.url,
            "database_pool": 4,
            "database_connect_seconds": 2,
            "statement_timeout_ms": 1_000,
            "lock_timeout_ms": 1_000,
        }
    )


@pytest.fixture
def relayed(fragile: Settings, relay: Relay) -> Settings:
    """The same over that line."""
    url = f"postgresql://postgres@127.0.0.1:{relay.port}/warmline?sslmode=disable&gssencmode=disable"
    return fragile.model_copy(update={"database_url": url})
