"""Databases whose owner is no superuser, as on a managed server."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

import psycopg

from warmline_local.servers import EmbeddedPostgres


@contextmanager
def an_owned_database(postgres: EmbeddedPostgres, *, granted: bool = True) -> Iterator[str]:
    """The URL of an empty database as its owner, which is dropped when the block ends.

    The roles of Warmline are there already, made by another database; ``granted`` says whether the owner has them.
    """
    name = f"o{uuid4().hex}"
    with psycopg.connect(postgres.url, autocommit=True) as connection:
        connection.execute(f"CREATE ROLE {name} LOGIN CREATEROLE")  # type: ignore[arg-type]
        for role in ("warmline_app", "warmline_sweep", "warmline_admin") if granted else ():
            if not connection.execute("SELECT FROM pg_roles WHERE rolname = %s", [role]).rowcount:
                connection.execute(f"CREATE ROLE {role} NOLOGIN")
            connection.execute(f"GRANT {role} TO {name}")
        connection.execute(f"CREATE DATABASE {name} OWNER {name}")  # type: ignore[arg-type]
        with psycopg.connect(postgres.url_as("postgres", name), autocommit=True) as inside:
            inside.execute("CREATE EXTENSION vector")
        yield postgres.url_as(name, name)
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")  # type: ignore[arg-type]
        connection.execute(f"DROP OWNED BY {name}")  # type: ignore[arg-type]
        connection.execute(f"DROP ROLE {name}")  # type: ignore[arg-type]
