"""Databases beside the run's own."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

import psycopg

from warmline_local.servers import EmbeddedPostgres
from warmline_memory.storage import migrations


@contextmanager
def an_empty_database(postgres: EmbeddedPostgres, template: str = "template1") -> Iterator[str]:
    """The URL of a database without a schema, or of a copy of another one, which is dropped when the block ends."""
    name = f"d{uuid4().hex}"
    with psycopg.connect(postgres.url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")  # type: ignore[arg-type]
        yield postgres.url.replace("/warmline?", f"/{name}?")
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")  # type: ignore[arg-type]


@contextmanager
def a_database(postgres: EmbeddedPostgres) -> Iterator[str]:
    """The URL of a database with the newest schema, which is dropped when the block ends."""
    with an_empty_database(postgres) as url:
        migrations.upgrade(url)
        yield url


def tables_that_hold(database: EmbeddedPostgres | str, marker: str) -> list[str]:
    """Every table with a row that has the marker in any column; of the run's own database, or of that of an address."""
    with psycopg.connect(database if isinstance(database, str) else database.url) as connection:
        names = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        count = "SELECT count(*) FROM {0} AS r WHERE strpos(r::text, %s) > 0"
        return [name for (name,) in names if connection.execute(count.format(name), [marker]).fetchone() != (0,)]  # type: ignore[arg-type]
