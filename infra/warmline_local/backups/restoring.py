"""Restoring a backup into an empty database. Everything that can be found out is found out before it is touched."""

from collections.abc import Iterator

from psycopg import sql

from warmline_local.backups import looking
from warmline_local.backups.files import BackupFile, ChainHead, Manifest
from warmline_local.backups.looking import Connection
from warmline_local.backups.programs import feed, find_program
from warmline_local.stack import Steps, prepare_database
from warmline_memory import tenancy
from warmline_memory.errors import SetupError
from warmline_memory.settings import Settings
from warmline_memory.storage import Database, Role, Sealer, migrations
from warmline_schemas.audit import AuditEntry, verify

_MADE_HERE = """
SELECT c.relname FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
WHERE n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg\\_%'
  AND NOT EXISTS (SELECT FROM pg_depend AS d WHERE d.objid = c.oid AND d.deptype = 'e')
LIMIT 1
"""
_VECTOR = "SELECT FROM pg_available_extensions WHERE name = 'vector'"
# The numbers of transactions belong to the server that gave them. Rows whose numbers lie in this server's future would
# be read again by every recall until it has come so far. The table is written anew, which leaves no old rows behind; it
# has no index yet.
_RENUMBER = "ALTER TABLE memories ALTER COLUMN changed_in TYPE bigint USING warmline_transaction()"
_RUN_AS_ADMINISTRATOR = """
SELECT p.oid::regprocedure::text FROM pg_proc AS p
WHERE p.prosecdef AND p.pronamespace = to_regnamespace(current_schema())
"""
AUDIT_PAGE = 500


def restore(settings: Settings, owner_url: str, service_url: str, file: BackupFile, steps: Steps) -> list[str]:
    """Restore a backup into an empty database, as its owner, and bring it to this code's revision.

    ``settings`` have the keys that open what is sealed in it. Returns what is wrong with the audits, a sentence each:
    that was wrong before, or somebody has changed the backup. Raises ``SetupError``.
    """
    manifest = file.read_manifest()
    with steps.step("File", "whole"):
        file.check(manifest)
    if not migrations.knows(manifest.revision):
        raise SetupError(
            what=f"The backup is at revision {manifest.revision}, which this code does not know.",
            fix=f"Nothing was changed. Restore it with Warmline {manifest.warmline} or newer.",
        )
    with looking.connected(owner_url) as connection:
        _check_target(connection, manifest)
        _load(connection, owner_url, file, manifest, steps)
    with steps.step("Database"):
        prepare_database(owner_url, service_url)
    with steps.step("Audit", "read"):
        return list(_broken_audits(settings, owner_url, manifest.audits))


def check_keys(keys: str, manifest: Manifest) -> None:
    """Raise ``SetupError`` where the platform's keys do not open what is sealed in a backup."""
    sealer = Sealer(keys)
    try:
        for value in manifest.sealed:
            sealer.open(value)
    except SetupError as error:
        raise SetupError(
            what="The backup holds secrets or recorded answers that these keys do not open.",
            fix="Nothing was changed. Give the keys of the platform that was backed up in WARMLINE_ENCRYPTION_KEYS "
            "(a local stack keeps its key in `encryption-key` of its home), or restore --without-keys.",
        ) from error


def _check_target(connection: Connection, manifest: Manifest) -> None:
    found = connection.execute(_MADE_HERE).fetchone()
    if found is not None:
        raise SetupError(
            what=f"The database is not empty: it has {found[0]}.",
            fix="Nothing was changed. Restore into a database that was just made.",
        )
    if looking.version_of(connection) < manifest.postgres:
        raise SetupError(
            what=f"The backup is of PostgreSQL {manifest.postgres}, and this server is older.",
            fix=f"Nothing was changed. Restore it on PostgreSQL {manifest.postgres} or newer.",
        )
    if connection.execute(_VECTOR).fetchone() is None:
        raise SetupError(
            what="The database server has no pgvector.", fix="Nothing was changed. Install pgvector 0.8.4 or newer."
        )


def _load(connection: Connection, owner_url: str, file: BackupFile, manifest: Manifest, steps: Steps) -> None:
    program = find_program("pg_restore", max(looking.version_of(connection), manifest.postgres))

    def load(section: str) -> None:
        options = ("--no-owner", "--no-comments", "--single-transaction", f"--section={section}")
        with file.dump() as dump:
            feed(program, owner_url, dump, *options)

    # Row-level security, triggers, keys and indexes come after the rows, so nothing stands in the way of these.
    migrations.make_roles(owner_url)
    with steps.step("Tables"):
        load("pre-data")
    with steps.step("Rows"):
        load("data")
        connection.execute(_RENUMBER)
    with steps.step("Indexes"):
        load("post-data")
        _give_functions_back(connection)
        for table in looking.tables(connection):
            connection.execute(sql.SQL("ANALYZE {}").format(sql.Identifier(table)))
    looking.check_sees_all(connection)
    _check_rows(manifest.rows, looking.count_rows(connection))
    # From here on it counts as a database of Warmline.
    connection.execute(f"INSERT INTO {migrations.REVISION_TABLE} VALUES (%s)", [manifest.revision])  # noqa: S608


def _give_functions_back(connection: Connection) -> None:
    """Make the administrators' role the owner of the functions that run as their owner, as the migrations do."""
    schema = sql.SQL("SELECT quote_ident(current_schema())")
    ((quoted,),) = connection.execute(schema).fetchall()
    functions = [name for (name,) in connection.execute(_RUN_AS_ADMINISTRATOR)]
    # A function's owner must be allowed to create in its schema, if only while it becomes the owner.
    statements = [
        f"GRANT CREATE ON SCHEMA {quoted} TO {Role.ADMIN}",
        *(f"ALTER FUNCTION {function} OWNER TO {Role.ADMIN}" for function in functions),
        f"REVOKE CREATE ON SCHEMA {quoted} FROM {Role.ADMIN}",
    ]
    for statement in statements:
        connection.execute(statement)


def _check_rows(wanted: dict[str, int], found: dict[str, int]) -> None:
    differ = [
        f"{table} has {found.get(table, 0)} of {count} rows"
        for table, count in wanted.items()
        if found.get(table) != count
    ]
    if differ:
        raise SetupError(
            what=f"The restore is not whole: {', '.join(differ)}.",
            fix="Drop the database and make it anew before you restore another backup.",
        )


def _broken_audits(settings: Settings, owner_url: str, heads: list[ChainHead]) -> Iterator[str]:
    database = Database(settings, owner_url)
    try:
        for head in heads:
            found = verify(head.tenant_id, _entries(database, head), head=head.hash).problems
            yield from (f"The audit of tenant {head.tenant_id}: {problem}" for problem in found)
    finally:
        database.close()


def _entries(database: Database, head: ChainHead) -> Iterator[AuditEntry]:
    cursor: str | None = None
    while True:
        with database.transaction(tenant_id=head.tenant_id) as db:
            page = tenancy.list_audit(db, limit=AUDIT_PAGE, cursor=cursor)
        yield from page.items
        cursor = page.next_cursor
        if cursor is None:
            return
