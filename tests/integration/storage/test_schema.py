"""The schema that the migrations make, and what starting on an unfit database says."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, text

from tests.conftest import make_tenant
from warmline_local.postgres import EmbeddedPostgres
from warmline_memory.errors import Busy, SetupError, Unavailable
from warmline_memory.messaging import open_celery
from warmline_memory.platform import open_platform
from warmline_memory.settings import Settings
from warmline_memory.storage import migrations
from warmline_memory.storage.database import Database, Role
from warmline_memory.storage.tables import Table
from warmline_memory.storage.urls import sqlalchemy_url


@contextmanager
def a_database(postgres: EmbeddedPostgres) -> Iterator[str]:
    """An empty database of its own beside the run's."""
    name = f"d{uuid4().hex}"
    with psycopg.connect(postgres.url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")  # type: ignore[arg-type]
        yield postgres.url.replace("/warmline?", f"/{name}?")
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")  # type: ignore[arg-type]


def test_the_tables_are_what_the_migrations_make(settings: Settings) -> None:
    engine = create_engine(sqlalchemy_url(settings.database_url))
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": migrations.REVISION_TABLE})
        assert compare_metadata(context, Table.metadata) == []
    engine.dispose()


def test_upgrading_twice_changes_nothing(settings: Settings) -> None:
    migrations.upgrade(settings.database_url)
    assert migrations.current(settings.database_url) == migrations.head()


def test_an_owner_that_is_no_superuser_can_migrate_and_serve(postgres: EmbeddedPostgres, settings: Settings) -> None:
    name = f"d{uuid4().hex}"
    with psycopg.connect(postgres.url, autocommit=True) as connection:
        connection.execute(f"CREATE ROLE {name} LOGIN CREATEROLE")  # type: ignore[arg-type]
        for role in Role:
            connection.execute(f"GRANT {role} TO {name} WITH ADMIN OPTION, SET FALSE")  # type: ignore[arg-type]
        connection.execute(f"CREATE DATABASE {name} OWNER {name}")  # type: ignore[arg-type]
        with psycopg.connect(postgres.url.replace("/warmline?", f"/{name}?")) as superuser:
            superuser.execute("CREATE EXTENSION vector")
        url = postgres.url_as(name, name)
        migrations.upgrade(url)
        database = Database(settings, url)
        database.check()
        key = make_tenant(database)
        with database.transaction(tenant_id=key.tenant_id) as db:
            assert db.scalars(text("SELECT count(*) FROM api_keys")).one() == 1
        database.close()
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")  # type: ignore[arg-type]
        connection.execute(f"DROP ROLE {name}")  # type: ignore[arg-type]


def test_an_empty_database_is_refused_with_the_mend(postgres: EmbeddedPostgres, settings: Settings) -> None:
    with a_database(postgres) as url:
        database = Database(settings, url)
        with pytest.raises(SetupError, match="warmline migrate"):
            database.check()
        database.close()


def test_an_old_revision_is_refused_with_the_mend(postgres: EmbeddedPostgres, settings: Settings) -> None:
    with a_database(postgres) as url:
        migrations.upgrade(url)
        with psycopg.connect(url) as connection:
            connection.execute("UPDATE warmline_revision SET version_num = '0000'")
        database = Database(settings, url)
        with pytest.raises(SetupError, match=r"at revision 0000.*warmline migrate"):
            database.check()
        database.close()


def test_another_embedding_model_is_refused_and_the_mend_is_named(
    postgres: EmbeddedPostgres, settings: Settings
) -> None:
    with a_database(postgres) as url:
        migrations.upgrade(url)
        with psycopg.connect(url) as connection:
            connection.execute("INSERT INTO embedding_models (name, dimension, is_current) VALUES ('other', 768, true)")
        other = settings.model_copy(update={"database_url": url})
        with (
            pytest.raises(SetupError, match=r"other \(768 dimensions\).*warmline reembed"),
            open_platform(other, open_celery(other)),
        ):
            pass


def test_a_database_that_is_not_there_is_named(settings: Settings) -> None:
    database = Database(settings, "postgresql://nobody@127.0.0.1:1/nothing")
    with pytest.raises(SetupError, match="WARMLINE_DATABASE_URL"):
        database.check()
    with pytest.raises(Unavailable), database.transaction():
        pass
    database.close()


@pytest.mark.parametrize("url", ["sqlite:///x.db", "nonsense"])
def test_an_address_of_no_postgres_is_refused(url: str) -> None:
    with pytest.raises(SetupError, match="not a PostgreSQL address"):
        sqlalchemy_url(url)


def test_a_lock_that_takes_too_long_is_busy_not_broken(settings: Settings, tenant: object) -> None:
    impatient = Database(settings.model_copy(update={"lock_timeout_ms": 100}))
    with impatient.transaction() as first, pytest.raises(Busy), impatient.transaction() as second:
        first.execute(text("SELECT pg_advisory_xact_lock(1)"))
        second.execute(text("SELECT pg_advisory_xact_lock(1)"))
    impatient.close()


def test_a_statement_that_takes_too_long_is_cut_off(settings: Settings) -> None:
    impatient = Database(settings.model_copy(update={"statement_timeout_ms": 100}))
    with pytest.raises(Busy), impatient.transaction() as db:
        db.execute(text("SELECT pg_sleep(5)"))
    impatient.close()
