"""How Alembic reaches the database: one transaction a migration, one migrator at a time, short waits for locks."""

import time

from alembic import context
from sqlalchemy import Connection, create_engine, text

from warmline_memory.storage.migrations import REVISION_TABLE
from warmline_memory.storage.tables import Table
from warmline_memory.storage.urls import sqlalchemy_url

LOCK_TIMEOUT = "800ms"
"""A migration that waits for a table holds up everybody who comes after it. So it gives up sooner than they do, and is
tried again. It is also less than Postgres' usual ``deadlock_timeout`` of a second: where the migration and a request
wait for each other, Postgres ends whichever of them has waited for so long first, and that shall not be the request."""
STATEMENT_TIMEOUT = "10min"
ADVISORY_LOCK = 0x7761726D  # "warm"
SECONDS_BETWEEN_TRIES = 0.2


def _lock_out_other_migrators(connection: Connection) -> None:
    """Wait until no other process migrates this database; the connection holds the lock until it is closed.

    The lock is asked for again and again instead of waited for: a statement that waits has a transaction open, and an
    index that is built concurrently waits for all of these, so that two migrators would wait for each other.
    """
    while not connection.scalar(text("SELECT pg_try_advisory_lock(:key)"), {"key": ADVISORY_LOCK}):
        connection.rollback()
        time.sleep(SECONDS_BETWEEN_TRIES)


engine = create_engine(sqlalchemy_url(context.config.attributes["url"]))
try:
    with engine.connect() as connection:
        _lock_out_other_migrators(connection)
        # SET takes no parameters, so the constants above stand in the text.
        connection.execute(text(f"SET statement_timeout = '{STATEMENT_TIMEOUT}'"))
        connection.execute(text(f"SET lock_timeout = '{LOCK_TIMEOUT}'"))
        connection.commit()
        # A transaction for each migration, which Alembic itself opens: only so a migration can step out of it to build
        # an index concurrently (``steps.build_index``).
        context.configure(
            connection=connection,
            target_metadata=Table.metadata,
            version_table=REVISION_TABLE,
            transaction_per_migration=True,
        )
        with context.begin_transaction():
            context.run_migrations()
finally:
    engine.dispose()
