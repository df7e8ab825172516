"""The schema that the migrations make, and what starting on an unfit database says."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.operations import Operations
from psycopg.conninfo import conninfo_to_dict
from sqlalchemy import Connection, create_engine, make_url, text

from tests.builders.databases import an_empty_database
from tests.conftest import make_tenant
from tests.schema_file import SCHEMA_FILE, as_file, read_schema, stated_by_tables
from warmline_local.servers import EmbeddedPostgres
from warmline_memory.errors import Busy, SetupError, Unavailable, UnstorableValue
from warmline_memory.messaging import open_celery
from warmline_memory.platform import open_platform
from warmline_memory.settings import Settings
from warmline_memory.storage import migrations
from warmline_memory.storage.database import Database, Role
from warmline_memory.storage.migrations import steps
from warmline_memory.storage.tables import Table
from warmline_memory.storage.urls import sqlalchemy_url


def name_of(url: str) -> str:
    return make_url(url).database or ""


@pytest.fixture(scope="module")
def migrated(postgres: EmbeddedPostgres) -> Iterator[str]:
    """The address of a database that was just migrated, and that no test changes."""
    with an_empty_database(postgres) as url:
        migrations.upgrade(url)
        yield url


@contextmanager
def a_copy(postgres: EmbeddedPostgres, migrated: str, *statements: str) -> Iterator[str]:
    """A copy of the migrated database after a few statements."""
    with an_empty_database(postgres, template=name_of(migrated)) as url:
        with psycopg.connect(url) as connection:
            for statement in statements:
                connection.execute(statement)  # type: ignore[arg-type]
        yield url


def test_the_schema_file_is_what_the_migrations_make(migrated: str) -> None:
    assert as_file(read_schema(migrated)) == SCHEMA_FILE.read_text(), "run `make schema`, and read what it changed"


def test_the_tables_state_what_the_migrations_make(postgres: EmbeddedPostgres, migrated: str) -> None:
    drop = "DROP TABLE " + ", ".join(table.name for table in Table.metadata.sorted_tables) + " CASCADE"
    with a_copy(postgres, migrated, drop) as url:
        engine = create_engine(sqlalchemy_url(url))
        Table.metadata.create_all(engine)
        engine.dispose()
        stated, made = stated_by_tables(read_schema(url)), stated_by_tables(read_schema(migrated))
    assert stated == made


MIGRATING = 0x7761726D
"""The lock of ``migrations/env.py``."""

CHANGES = {
    "a rule": "ALTER TABLE handoffs DROP CONSTRAINT handoffs_due_while_requested",
    "a default": "ALTER TABLE flags ALTER COLUMN memory_ids DROP DEFAULT",
    "a foreign key's cascade": """
        ALTER TABLE flags DROP CONSTRAINT flags_tenant_id_handoff_id_fkey, ADD CONSTRAINT
        flags_tenant_id_handoff_id_fkey FOREIGN KEY (tenant_id, handoff_id) REFERENCES handoffs (tenant_id, id)""",
    "an index's predicate": """
        DROP INDEX handoffs_waiting; CREATE INDEX handoffs_waiting ON handoffs (tenant_id, target, breach_at)""",
    "a collation of an index": """
        DROP INDEX memories_by_change;
        CREATE INDEX memories_by_change ON memories (tenant_id, namespace, changed_in)""",
}
"""What the file and the tables both say."""

UNSEEN_CHANGES = {
    "a policy": "DROP POLICY tenancy ON memories",
    "a policy's condition": "ALTER POLICY tenancy ON memories USING (true)",
    "forced row-level security": "ALTER TABLE memories NO FORCE ROW LEVEL SECURITY",
    "a trigger": "DROP TRIGGER deleted ON memories",
    "a grant": "GRANT UPDATE ON audit_entries TO warmline_app",
    "a column's grant": "GRANT SELECT (brief) ON handoffs TO warmline_sweep",
    "who may call a function": "GRANT EXECUTE ON FUNCTION warmline_holders TO PUBLIC",
    "a function's owner": "ALTER FUNCTION warmline_note_moved OWNER TO CURRENT_USER",
}
"""What only the file says."""


@pytest.mark.parametrize("change", [*CHANGES, *UNSEEN_CHANGES])
def test_the_schema_file_shows_every_change(postgres: EmbeddedPostgres, migrated: str, change: str) -> None:
    with a_copy(postgres, migrated, {**CHANGES, **UNSEEN_CHANGES}[change]) as url:
        assert as_file(read_schema(url)) != SCHEMA_FILE.read_text()


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_that_the_tables_do_not_state_is_found(postgres: EmbeddedPostgres, migrated: str, change: str) -> None:
    with a_copy(postgres, migrated, CHANGES[change]) as url:
        assert stated_by_tables(read_schema(url)) != stated_by_tables(read_schema(migrated))


def test_alembic_finds_nothing_to_generate(settings: Settings) -> None:
    engine = create_engine(sqlalchemy_url(settings.database_url))
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": migrations.REVISION_TABLE})
        assert compare_metadata(context, Table.metadata) == []
    engine.dispose()


@contextmanager
def migrating(url: str) -> Iterator[Connection]:
    """A connection inside a migration, as ``env.py`` opens it."""
    engine = create_engine(sqlalchemy_url(url))
    with engine.connect() as connection:
        connection.execute(text("SET lock_timeout = '5s'"))
        connection.commit()
        context = MigrationContext.configure(connection, opts={"transaction_per_migration": True})
        with Operations.context(context), context.begin_transaction(_per_migration=True):
            yield connection
    engine.dispose()


def test_an_index_is_built_while_others_write(postgres: EmbeddedPostgres, migrated: str) -> None:
    with (
        a_copy(postgres, migrated) as url,
        psycopg.connect(url, autocommit=True) as other,
        migrating(url) as connection,
    ):
        other.execute("INSERT INTO tenants (id, name) VALUES (gen_random_uuid(), 'busy')")
        steps.build_index("tenants_by_creation", "tenants (created_at)")
        assert connection.scalar(
            text("SELECT indisvalid FROM pg_index WHERE indexrelid = 'tenants_by_creation'::regclass")
        )
        assert connection.scalar(text("SELECT current_setting('lock_timeout')")) == "5s"


def test_an_index_whose_build_failed_is_built_anew(postgres: EmbeddedPostgres, migrated: str) -> None:
    with a_copy(postgres, migrated) as url:
        with psycopg.connect(url, autocommit=True) as other:
            other.execute("INSERT INTO embedding_models (name, dimension) VALUES ('one', 3), ('two', 3)")
            with pytest.raises(psycopg.errors.UniqueViolation):
                other.execute("CREATE UNIQUE INDEX CONCURRENTLY one_of_each ON embedding_models (dimension)")
            other.execute("DELETE FROM embedding_models WHERE name = 'two'")
        with migrating(url) as connection:
            steps.build_index("one_of_each", "embedding_models (dimension)", unique=True)
            assert connection.scalar(text("SELECT indisvalid FROM pg_index WHERE indexrelid = 'one_of_each'::regclass"))


def test_who_waits_to_migrate_holds_up_no_index(postgres: EmbeddedPostgres) -> None:
    with (
        an_empty_database(postgres) as url,
        psycopg.connect(url, autocommit=True) as first,
        ThreadPoolExecutor(1) as pool,
    ):
        first.execute("CREATE TABLE visits (at timestamptz)")
        first.execute("SELECT pg_advisory_lock(%s)", [MIGRATING])
        second = pool.submit(migrations.upgrade, url)
        first.execute("SET lock_timeout = '5s'")
        first.execute("CREATE INDEX CONCURRENTLY visits_by_time ON visits (at)")
        assert not second.done()
        first.execute("SELECT pg_advisory_unlock(%s)", [MIGRATING])
        second.result(60)


def test_upgrading_twice_changes_nothing(settings: Settings) -> None:
    migrations.upgrade(settings.database_url)
    assert migrations.current(settings.database_url) == migrations.head()


def test_a_process_of_its_own_migrates_as_well(postgres: EmbeddedPostgres) -> None:
    with an_empty_database(postgres) as url:
        migrations.upgrade_apart(url)
        assert migrations.current(url) == migrations.head()


def test_what_keeps_a_process_of_its_own_from_migrating_is_said_as_ever(
    postgres: EmbeddedPostgres, migrated: str
) -> None:
    newer = (
        "UPDATE warmline_revision SET version_num = '9999'",
        "CREATE OR REPLACE FUNCTION warmline_serves_from() RETURNS varchar LANGUAGE sql RETURN '9999'::varchar",
    )
    said = []
    with a_copy(postgres, migrated, *newer) as url:
        for upgrade in (migrations.upgrade, migrations.upgrade_apart):
            with pytest.raises(SetupError, match="made by a newer Warmline") as refused:
                upgrade(url)
            said.append(str(refused.value))
    assert said[0] == said[1]


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


def test_an_empty_database_is_refused_with_the_fix(postgres: EmbeddedPostgres, settings: Settings) -> None:
    with an_empty_database(postgres) as url:
        database = Database(settings, url)
        with pytest.raises(SetupError, match="warmline migrate"):
            database.check()
        database.close()


def test_a_database_without_a_revision_is_refused_with_the_fix(postgres: EmbeddedPostgres, settings: Settings) -> None:
    with an_empty_database(postgres) as url:
        migrations.upgrade(url)
        with psycopg.connect(url) as connection:
            connection.execute("DELETE FROM warmline_revision")
        database = Database(settings, url)
        with pytest.raises(SetupError, match=r"at revision None.*warmline migrate"):
            database.check()
        database.close()


def test_another_embedding_model_is_refused_and_the_fix_is_named(
    postgres: EmbeddedPostgres, settings: Settings
) -> None:
    with an_empty_database(postgres) as url:
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


def test_a_process_that_is_started_before_its_database_waits_for_it(settings: Settings, tmp_path: Path) -> None:
    there = conninfo_to_dict(settings.database_url)
    at = tmp_path / "sockets"
    url = f"postgresql://{there['user']}@/{there['dbname']}?host={at}&port={there['port']}"
    early = settings.model_copy(update={"database_url": url, "start_seconds": 120})
    with ThreadPoolExecutor(1) as other, closing(Database(early)) as database:
        waiting = other.submit(database.wait, early.start_seconds)
        with pytest.raises(SetupError, match="cannot be reached"):
            database.check()
        assert not waiting.done()
        at.symlink_to(str(there["host"]))
        waiting.result()
        database.check()
        with open_platform(early, open_celery(early)):
            pass


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


KEYS_FOUND_BEFORE_A_TENANT = {
    "api_keys_key_hash_key",
    "operators_link_hash_key",
    "sign_ins_pkey",
    "calendar_links_token_hash_key",
}
"""What is looked up before anybody knows whose it is: hashes of random secrets."""


def test_every_key_and_every_reference_begins_with_the_tenant(settings: Settings) -> None:
    with psycopg.connect(settings.database_url) as connection:
        keys = connection.execute("""
            SELECT i.indexrelid::regclass::text, (SELECT attname FROM pg_attribute
                WHERE attrelid = i.indrelid AND attnum = i.indkey[0])
            FROM pg_index AS i JOIN pg_attribute AS a ON a.attrelid = i.indrelid AND a.attname = 'tenant_id'
            WHERE i.indisunique AND i.indrelid IN (SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace)
        """).fetchall()
        references = connection.execute("""
            SELECT c.conname, (SELECT array_agg(attname ORDER BY attname) FROM pg_attribute
                WHERE attrelid = c.conrelid AND attnum = ANY (c.conkey))
            FROM pg_constraint AS c JOIN pg_attribute AS a ON a.attrelid = c.confrelid AND a.attname = 'tenant_id'
            WHERE c.contype = 'f'
        """).fetchall()
    assert min(len(keys), len(references)) > 20
    assert {name for name, first in keys if first != "tenant_id"} == KEYS_FOUND_BEFORE_A_TENANT
    assert [name for name, columns in references if "tenant_id" not in columns] == []


def test_a_value_out_of_range_is_called_that(database: Database) -> None:
    with pytest.raises(UnstorableValue), database.transaction() as db:
        db.execute(text("SELECT now() + interval '1000000 years'"))
