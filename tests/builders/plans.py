"""What PostgreSQL plans for the statements of a transaction."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from sqlalchemy import text

from tests.conftest import TenantKey
from warmline_memory.storage import Transaction
from warmline_memory.storage.database import Database


@contextmanager
def explained(database: Database, tenant: TenantKey) -> Iterator[tuple[Transaction, list[str]]]:
    """A transaction of a tenant, and the plans of all that it executes, within functions too."""
    plans: list[str] = []
    with database.transaction(tenant_id=tenant.tenant_id) as db:
        connection = db.connection().connection.driver_connection
        assert connection is not None

        def keep(notice: psycopg.errors.Diagnostic) -> None:
            plans.append(notice.message_primary or "")

        connection.add_notice_handler(keep)
        for statement in (
            "SET LOCAL ROLE NONE",
            "LOAD 'auto_explain'",
            "SET LOCAL auto_explain.log_min_duration = 0",
            "SET LOCAL auto_explain.log_nested_statements = on",
            "SET LOCAL auto_explain.log_level = notice",
            "SET LOCAL ROLE warmline_app",
        ):
            db.execute(text(statement))
        plans.clear()
        yield db, plans
        db.execute(text("SELECT 1"))  # a plan is told when the next statement begins
        connection.remove_notice_handler(keep)
