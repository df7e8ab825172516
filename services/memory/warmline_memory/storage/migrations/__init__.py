"""The schema, by Alembic: ``upgrade`` brings a database to the newest revision."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError

from warmline_memory.errors import SetupError
from warmline_memory.storage.urls import sqlalchemy_url

REVISION_TABLE = "warmline_revision"


def upgrade(database_url: str) -> None:
    """Bring the database to the newest revision, as its owner.

    Raises ``SetupError`` where the database cannot be reached, has no pgvector, or the user may not do what is needed.
    """
    try:
        command.upgrade(_config(database_url), "head")
    except DBAPIError as error:
        raise _explained(error) from error


def head() -> str:
    """The newest revision that this code knows."""
    revision = ScriptDirectory.from_config(_config("")).get_current_head()
    return str(revision)


def current(database_url: str) -> str | None:
    """The database's revision, or None for an empty database."""
    engine = create_engine(sqlalchemy_url(database_url))
    try:
        with engine.connect() as connection:
            found = connection.scalar(text("SELECT to_regclass(:name)"), {"name": REVISION_TABLE})
            if found is None:
                return None
            return str(connection.scalar(text(f"SELECT version_num FROM {REVISION_TABLE}")))  # noqa: S608 (a constant)
    finally:
        engine.dispose()


def _config(database_url: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.attributes["url"] = database_url
    return config


def _explained(error: DBAPIError) -> SetupError:
    reason = str(error.orig).strip().splitlines()[0]
    if 'extension "vector"' in reason:
        return SetupError(
            what=f"The database has no pgvector ({reason}).",
            fix="Install pgvector 0.8.4 or newer on the database server, or let its superuser run "
            "CREATE EXTENSION vector in this database.",
        )
    if "permission denied" in reason or "must be" in reason:
        return SetupError(
            what=f"The database user may not migrate the schema ({reason}).",
            fix="Set WARMLINE_MIGRATION_DATABASE_URL to a user that owns the database and may create roles.",
        )
    if "lock timeout" in reason:
        return SetupError(
            what="Another transaction holds a table that the migration must change.",
            fix="Nothing was changed. Run `warmline migrate` again when the database is calmer.",
        )
    return SetupError(
        what=f"The migration failed: {reason}", fix="Nothing was changed. Fix the cause and run it again."
    )
