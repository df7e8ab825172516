"""Steps that migrations take: a tenant's table is guarded, the sweep is let in, an index is built on a live table.

A migration that was released must do tomorrow what it did today, so a step here never changes what it does to a
database; another need gets another step. ``schema.sql`` shows what they did, and a test compares it.

Names cannot be parameters in SQL that defines things, so these statements are put together from texts. That is safe
because all of them are constants of migrations: nothing that anybody sends comes here.
"""

from alembic import op
from sqlalchemy import text

EVERYTHING = "SELECT, INSERT, UPDATE, DELETE"

BUILD_LOCK_TIMEOUT = "2min"
"""How long building an index waits for transactions that are older than it. Nobody waits for the build meanwhile. Two
minutes are eight times the longest statement that the services allow themselves by default."""

_TIMEOUTS = text(
    "SELECT current_setting('statement_timeout') AS statement_timeout, current_setting('lock_timeout') AS lock_timeout"
)
_IS_INVALID = text("SELECT EXISTS (SELECT FROM pg_index WHERE indexrelid = to_regclass(:name) AND NOT indisvalid)")


def serve_from(revision: str) -> None:
    """Say which revision is the oldest one whose code runs on what this migration makes (docs/upgrades.md).

    Code that does not know a newer revision reads it there: what it does not know, it could not look up.
    """
    op.execute(
        "CREATE OR REPLACE FUNCTION warmline_serves_from() RETURNS varchar LANGUAGE sql IMMUTABLE "
        f"RETURN '{revision}'::varchar"
    )


def guard_tenants_table(
    table: str, *, app: str = EVERYTHING, visible: str = "tenant_id = warmline_tenant()", admin: str = EVERYTHING
) -> None:
    """Put row-level security on a table whose rows have a ``tenant_id``, and grant what the services need.

    The application sees the rows for which ``visible`` holds, may do to them what ``app`` says, and writes rows of the
    tenant alone that its transaction has entered. Administrators see every row. See docs/decisions/0002.
    """
    force_row_level_security(table, admin=admin)
    op.execute(f"GRANT {app} ON {table} TO warmline_app")
    op.execute(
        f"CREATE POLICY tenancy ON {table} TO warmline_app USING ({visible}) WITH CHECK (tenant_id = warmline_tenant())"
    )


def bind_to_namespaces(table: str) -> None:
    """Keep an API key that is bound to namespaces from the rows of others; rows without a namespace are others too."""
    # The setting is read in a subquery, and so once for each statement, not for each row of a scan.
    bound_to = "(SELECT warmline_namespaces())"
    reached = f"({bound_to} IS NULL OR namespace LIKE ANY ({bound_to}::varchar[]))"
    op.execute(
        f"CREATE POLICY binding ON {table} AS RESTRICTIVE TO warmline_app USING ({reached}) WITH CHECK ({reached})"
    )


def bind_to_handoffs(table: str) -> None:
    """Keep an API key that is bound to namespaces from the rows about handoffs that it cannot see."""
    theirs = f"handoffs.tenant_id = {table}.tenant_id AND handoffs.id = {table}.handoff_id"
    seen = f"((SELECT warmline_namespaces()) IS NULL OR EXISTS (SELECT FROM handoffs WHERE {theirs}))"  # noqa: S608
    op.execute(f"CREATE POLICY binding ON {table} AS RESTRICTIVE TO warmline_app USING ({seen}) WITH CHECK ({seen})")


def force_row_level_security(table: str, *, admin: str = EVERYTHING) -> None:
    """Let nobody but administrators see a row of a table, until policies say more; its owner is no exception."""
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    op.execute(f"GRANT {admin} ON {table} TO warmline_admin")
    op.execute(f"CREATE POLICY administration ON {table} TO warmline_admin USING (true) WITH CHECK (true)")


def let_sweep_see(table: str, columns: str, where: str) -> None:
    """Let the sweep, which belongs to no tenant, read some columns of the rows for which ``where`` holds."""
    op.execute(f"GRANT SELECT ({columns}) ON {table} TO warmline_sweep")
    op.execute(f"CREATE POLICY sweeping ON {table} FOR SELECT TO warmline_sweep USING ({where})")


def let_sweep_delete(table: str, columns: str, where: str = "true") -> None:
    """Let the sweep delete the rows for which ``where`` holds. To find them it must be allowed to read ``columns``."""
    op.execute(f"GRANT SELECT ({columns}), DELETE ON {table} TO warmline_sweep")
    op.execute(f"CREATE POLICY sweeping_sight ON {table} FOR SELECT TO warmline_sweep USING ({where})")
    op.execute(f"CREATE POLICY sweeping ON {table} FOR DELETE TO warmline_sweep USING ({where})")


def build_index(name: str, definition: str, *, unique: bool = False) -> None:
    """Build an index on a table that is in use, without stopping who writes to it.

    ``definition`` is what follows ``ON`` in ``CREATE INDEX``: ``memories (tenant_id, kind)``. ``CONCURRENTLY`` cannot
    run inside a transaction, so what the migration did before is committed first: build indexes in a migration of their
    own. A build that failed leaves an invalid index of that name behind, which is dropped before the next try; so the
    migration can simply be run again.
    """
    kind = "UNIQUE INDEX" if unique else "INDEX"
    with op.get_context().autocommit_block():
        usual = op.get_bind().execute(_TIMEOUTS).one()
        # On a large table a build takes hours, so it has no statement time-out. Where it waits for a lock nobody queues
        # up behind it, unlike behind other changes of a schema, so that it may wait longer.
        op.execute("SET statement_timeout = 0")
        op.execute(f"SET lock_timeout = '{BUILD_LOCK_TIMEOUT}'")
        if op.get_bind().scalar(_IS_INVALID, {"name": name}):
            op.execute(f"DROP INDEX CONCURRENTLY {name}")
        op.execute(f"CREATE {kind} CONCURRENTLY IF NOT EXISTS {name} ON {definition}")
        op.execute(f"SET statement_timeout = '{usual.statement_timeout}'")
        op.execute(f"SET lock_timeout = '{usual.lock_timeout}'")
