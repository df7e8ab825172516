"""The database before the platform uses it: reachable, migrated, and with a login that row-level security holds."""

from collections.abc import Callable

import psycopg
from psycopg import sql

from warmline_memory.errors import SetupError
from warmline_memory.storage import Role, migrations, sqlalchemy_url

SERVICE_LOGIN = "warmline_service"
"""The login of the API and the worker on the embedded database: no superuser, and not the owner of the tables."""

CONNECT_SECONDS = 5
MIGRATION_VARIABLE = "WARMLINE_MIGRATION_DATABASE_URL"
SERVICE_ROLES = (Role.APP, Role.SWEEP)


def prepare_database(
    owner_url: str, service_url: str, upgrade: Callable[[str], None] = migrations.upgrade
) -> str | None:
    """Migrate the database as its owner with ``upgrade``, and let the login of ``service_url`` act as the service.

    Returns the revision that it was at; None for an empty database.
    Raises ``SetupError`` where either cannot connect, pgvector is missing, or the owner may not do what is needed.
    """
    with _connected(owner_url, MIGRATION_VARIABLE if owner_url != service_url else "WARMLINE_DATABASE_URL"):
        before = migrations.current(owner_url)
        upgrade(owner_url)
    # Every transaction drops to one of these roles
    # (docs/decisions/0002-drop-to-a-role-and-a-tenant-in-every-transaction.md). The migrations make the roles, so
    # membership is looked at after them.
    if service_url != owner_url:
        with _connected(service_url, "WARMLINE_DATABASE_URL") as connection:
            login = connection.info.user
            missing = [role.value for role in SERVICE_ROLES if not _is_member(connection, role)]
        if missing:
            _grant(owner_url, missing, login)
    return before


def ensure_service_login(owner_url: str) -> None:
    """Make the login of the API and the worker on the embedded database."""
    with _connected(owner_url, MIGRATION_VARIABLE) as connection:
        if not connection.execute("SELECT FROM pg_roles WHERE rolname = %s", [SERVICE_LOGIN]).rowcount:
            connection.execute(
                sql.SQL("CREATE ROLE {} LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE").format(
                    sql.Identifier(SERVICE_LOGIN)
                )
            )


def _connected(url: str, variable: str) -> psycopg.Connection[tuple[object, ...]]:
    """Connect, or say which of the addresses is of no use."""
    parts = sqlalchemy_url(url)
    try:
        return psycopg.connect(
            parts.set(drivername="postgresql").render_as_string(hide_password=False),
            connect_timeout=CONNECT_SECONDS,
            autocommit=True,
        )
    except psycopg.Error as error:
        reason = str(error).strip().splitlines()[0]
        raise SetupError(
            what=f"The database {parts.render_as_string()} cannot be reached ({reason}).",
            fix=f"Check {variable}, and that the server is up.",
        ) from error


def _is_member(connection: psycopg.Connection[tuple[object, ...]], role: Role) -> bool:
    row = connection.execute("SELECT pg_has_role(current_user, %s, 'MEMBER')", [role.value]).fetchone()
    return bool(row and row[0])


def _grant(owner_url: str, roles: list[str], login: str) -> None:
    statement = sql.SQL("GRANT {} TO {}").format(sql.SQL(", ").join(map(sql.Identifier, roles)), sql.Identifier(login))
    try:
        with _connected(owner_url, MIGRATION_VARIABLE) as connection:
            connection.execute(statement)
    except psycopg.errors.InsufficientPrivilege as error:
        wanted = f"GRANT {', '.join(roles)} TO {login}"
        raise SetupError(
            what=f"The database user {login} may not act as {' and '.join(roles)}.",
            fix=f"Let a superuser of the database run {wanted}.",
        ) from error
