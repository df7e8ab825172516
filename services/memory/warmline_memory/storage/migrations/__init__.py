"""The schema, by Alembic: ``upgrade`` brings a database to the newest revision."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import column, create_engine, func, select, table
from sqlalchemy.exc import DBAPIError

from warmline_memory.errors import SetupError
from warmline_memory.storage.urls import sqlalchemy_url

REVISION_TABLE = "warmline_revision"
REVISIONS = table(REVISION_TABLE, column("version_num"))
"""Where Alembic notes the revision of a database, in its one row."""


def upgrade(database_url: str) -> None:
    """Bring the database to the newest revision, as its owner.

    Raises ``SetupError`` where the database cannot be reached, has no pgvector or a revision that this code does not
    know, or where the user may not do what is needed.
    """
    try:
        command.upgrade(_config(database_url), "head")
    except DBAPIError as error:
        raise _explained(error) from error
    except CommandError as error:
        # Alembic's only other complaint here: the database's revision is not among those of this code.
        raise SetupError(
            what=f"The database is at a revision that this code does not know ({error}).",
            fix="A newer or an unreleased Warmline made it. Use that one, or start with an empty database.",
        ) from error


def head() -> str:
    """The newest revision that this code knows."""
    revision = ScriptDirectory.from_config(_config("")).get_current_head()
    return str(revision)


def current(database_url: str) -> str | None:
    """The database's revision, or None for an empty database."""
    engine = create_engine(sqlalchemy_url(database_url))
    try:
        with engine.connect() as connection:
            if connection.scalar(select(func.to_regclass(REVISION_TABLE))) is None:
                return None
            return str(connection.scalar(select(REVISIONS.c.version_num)))
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
