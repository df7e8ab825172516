"""How Alembic reaches the database: one transaction, one migration at a time, short waits for locks."""

from alembic import context
from sqlalchemy import create_engine, text

from warmline_memory.storage.migrations import REVISION_TABLE
from warmline_memory.storage.tables import Table
from warmline_memory.storage.urls import sqlalchemy_url

LOCK_TIMEOUT = "5s"
STATEMENT_TIMEOUT = "10min"
ADVISORY_LOCK = 0x7761726D  # "warm"

engine = create_engine(sqlalchemy_url(context.config.attributes["url"]))
try:
    with engine.begin() as connection:
        connection.execute(text(f"SET LOCAL statement_timeout = '{STATEMENT_TIMEOUT}'"))
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": ADVISORY_LOCK})
        connection.execute(text(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'"))
        context.configure(connection=connection, target_metadata=Table.metadata, version_table=REVISION_TABLE)
        context.run_migrations()
finally:
    engine.dispose()
