"""What backups and restores look at in a database, as its owner: the size of its tables, its audits, what is sealed."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg import sql

from warmline_local.backups.files import ChainHead
from warmline_memory.errors import SetupError
from warmline_memory.storage import Role, sqlalchemy_url

Connection = psycopg.Connection[tuple[Any, ...]]

NOT_KEPT = ("deletions", "workers", "warmline_revision")
"""Tables whose rows are in no backup. ``deletions`` tells running processes what to drop from their caches, and none of
them runs on a restored database; ``workers`` says which of them live. The revision is written when all else has
succeeded: until then nothing starts on it.
"""

_TABLES = """
SELECT c.relname FROM pg_class AS c
WHERE c.relkind = 'r' AND c.relnamespace = to_regnamespace(current_schema()) ORDER BY c.relname
"""
_HEADS = "SELECT DISTINCT ON (tenant_id) tenant_id, number, hash FROM audit_entries ORDER BY tenant_id, number DESC"
# All secrets, for they live long; of recorded answers, which are kept for a day, two.
_SEALED = """
SELECT secret FROM webhook_endpoints WHERE secret LIKE 'sealed:%'
UNION SELECT old_secret FROM webhook_endpoints WHERE old_secret LIKE 'sealed:%'
UNION SELECT secret FROM second_factors WHERE secret LIKE 'sealed:%'
UNION SELECT client_secret FROM identity_providers WHERE client_secret LIKE 'sealed:%'
UNION (SELECT answer ->> 'sealed' FROM idempotent_answers WHERE answer ? 'sealed' ORDER BY created_at LIMIT 1)
UNION (SELECT answer ->> 'sealed' FROM idempotent_answers WHERE answer ? 'sealed' ORDER BY created_at DESC LIMIT 1)
"""


@contextmanager
def connected(url: str) -> Iterator[Connection]:
    """A connection as the owner, whose statements may take as long as they take. Raises ``SetupError``."""
    address = sqlalchemy_url(url)
    try:
        with psycopg.connect(
            address.set(drivername="postgresql").render_as_string(hide_password=False), autocommit=True
        ) as connection:
            connection.execute("SET statement_timeout = 0")
            connection.execute("SET idle_in_transaction_session_timeout = 0")
            yield connection
    except psycopg.Error as error:
        raise SetupError(
            what=f"The database {address.render_as_string()} says: {str(error).strip().splitlines()[0]}.",
            fix="Check WARMLINE_MIGRATION_DATABASE_URL, and that it names the owner of the database.",
        ) from error


def version_of(connection: Connection) -> int:
    """The server's major version."""
    return connection.info.server_version // 10_000


def check_sees_all(connection: Connection) -> None:
    """Raise ``SetupError`` for a login to whom row-level security shows a part of the rows, or none."""
    sees = connection.execute(
        "SELECT rolsuper OR rolbypassrls OR pg_has_role(oid, %s, 'USAGE') FROM pg_roles WHERE rolname = current_user",
        [Role.ADMIN.value],
    ).fetchone()
    if sees != (True,):
        login = connection.info.user
        raise SetupError(
            what=f"The database user {login} does not see the rows of all tenants.",
            fix=f"Let a superuser run GRANT {Role.ADMIN.value} TO {login}, or connect as the owner by "
            "WARMLINE_MIGRATION_DATABASE_URL.",
        )


def tables(connection: Connection) -> list[str]:
    """The names of all tables."""
    return [name for (name,) in connection.execute(_TABLES)]


def count_rows(connection: Connection) -> dict[str, int]:
    """How many rows each table has, of those whose rows are kept."""
    return {name: _count(connection, name) for name in tables(connection) if name not in NOT_KEPT}


def heads_of_audits(connection: Connection) -> list[ChainHead]:
    """Where the audit of each tenant ends."""
    return [
        ChainHead(tenant_id=tenant_id, number=number, hash=last)
        for tenant_id, number, last in connection.execute(_HEADS)
    ]


def sealed_values(connection: Connection) -> list[str]:
    """Values of the database that were sealed, enough to tell which keys open it."""
    statements = [_SEALED]
    # A database may be backed up before it is migrated to the revision that has content keys.
    if connection.execute("SELECT FROM pg_class WHERE oid = to_regclass('content_keys')").fetchone() is not None:
        statements.append("SELECT sealed FROM content_keys")
    return [value for statement in statements for (value,) in connection.execute(statement)]


def _count(connection: Connection, table: str) -> int:
    row = connection.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table))).fetchone()
    return 0 if row is None else int(row[0])
