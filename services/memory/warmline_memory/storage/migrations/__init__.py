"""The schema, by Alembic: ``upgrade`` brings a database to the newest revision.

Alembic is loaded where something is migrated, and nowhere else: it takes 11 MB and a quarter of a second, and every
process looks at the revisions when it starts.
"""

import json
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
from sqlalchemy import String, column, create_engine, func, select, table, text
from sqlalchemy.exc import DBAPIError

from warmline_memory.errors import SetupError
from warmline_memory.storage.migrations.roles import ROLES
from warmline_memory.storage.urls import sqlalchemy_url

if TYPE_CHECKING:
    from alembic.config import Config

REVISION_TABLE = "warmline_revision"
VERSIONS = (Path(__file__).parent / "versions",)
"""The folders of the migrations."""
TRIES = 5
"""How often a migration is tried that found a table in use."""
_IN_USE = (psycopg.errors.LockNotAvailable, psycopg.errors.DeadlockDetected)
"""What Postgres says to a migration that waited for a table, or that waited in a circle with those who work."""
PAUSE_SECONDS = 3.0
SERVES_FROM = func.warmline_serves_from(type_=String)
"""The oldest revision whose code a database serves (``steps.serve_from``)."""
REVISION = re.compile(r"^(revision|down_revision)(?:: [^=]+)? = (?:\"([^\"]+)\"|None)$", re.M)
"""The lines in which a migration says its revision, and the one before it."""
REVISIONS = table(REVISION_TABLE, column("version_num"))
"""Where Alembic notes the revision of a database, in its one row."""


def upgrade(database_url: str) -> None:
    """Bring the database to the newest revision, as its owner.

    A database that is newer, and serves this code, is left as it is. Raises ``SetupError`` where it cannot be reached,
    has no pgvector, does not serve this code, is in use for too long, or where the user may not do what is needed.
    """
    revision = current(database_url)
    if revision is not None and not knows(revision):
        check_serves(revision, _serves_from(database_url))
        return
    if revision == head():
        return
    from alembic import command

    for tries_left in reversed(range(TRIES)):
        try:
            command.upgrade(_config(database_url), "head")
            return
        except DBAPIError as error:
            if not tries_left or not isinstance(error.orig, _IN_USE):
                raise _explained(error) from error
        # Meanwhile everybody who came to wait behind the migration gets through.
        time.sleep(PAUSE_SECONDS)


def upgrade_apart(database_url: str) -> None:
    """As ``upgrade``, in a process of its own, for one that stays and would keep the memory that migrating takes."""
    if current(database_url) == head():
        return
    # The address may hold a password, which others would see among the words of a command.
    command = [sys.executable, "-P", "-m", __name__]
    done = subprocess.run(command, input=database_url, capture_output=True, text=True, check=False)  # noqa: S603 (our own)
    if done.returncode:
        last = (done.stderr.strip() or f"exit status {done.returncode}").splitlines()[-1]
        unforeseen = {"what": f"The migration failed: {last}", "fix": "Fix the cause and start again."}
        raise SetupError(**(json.loads(done.stdout) if done.stdout else unforeseen))


def check_serves(revision: str | None, serves_from: str | None) -> None:
    """Raise ``SetupError`` where a database at that revision does not serve this code.

    ``serves_from`` is the oldest revision whose code it serves, as the database itself says.
    """
    if revision == head() or (revision and not knows(revision) and serves_from and knows(serves_from)):
        return
    if revision is None or knows(revision):
        raise SetupError(
            what=f"The database is at revision {revision}, this code needs {head()}.", fix="Run `warmline migrate`."
        )
    raise SetupError(
        what=f"The database is at revision {revision}, made by a newer Warmline, which serves code from revision "
        f"{serves_from} on; this code is at {head()}.",
        fix="Start the newer one.",
    )


def head() -> str:
    """The newest revision that this code knows."""
    before = {down for _, down in _revisions()}
    (newest,) = (own for own, _ in _revisions() if own not in before)
    return newest


def knows(revision: str) -> bool:
    """Whether a revision is one of this code's."""
    return any(own == revision for own, _ in _revisions())


def make_roles(database_url: str) -> None:
    """Make the roles that a schema grants things to, where they are missing, as the owner of the database.

    Raises ``SetupError`` where the user may not do so.
    """
    engine = create_engine(sqlalchemy_url(database_url))
    try:
        with engine.begin() as connection:
            connection.execute(text(ROLES))
    except DBAPIError as error:
        raise _explained(error) from error
    finally:
        engine.dispose()


def current(database_url: str) -> str | None:
    """The database's revision, or None for an empty database."""
    engine = create_engine(sqlalchemy_url(database_url))
    try:
        with engine.connect() as connection:
            if connection.scalar(select(func.to_regclass(REVISION_TABLE))) is None:
                return None
            revision: str | None = connection.scalar(select(REVISIONS.c.version_num))
            return revision
    finally:
        engine.dispose()


def _serves_from(database_url: str) -> str | None:
    engine = create_engine(sqlalchemy_url(database_url))
    try:
        with engine.connect() as connection:
            found: str | None = connection.scalar(select(SERVES_FROM))
            return found
    finally:
        engine.dispose()


def _revisions() -> Iterator[tuple[str, str]]:
    """Each revision with the one before it, which is empty for the first."""
    for file in sorted(one for folder in VERSIONS for one in folder.glob("*.py")):
        said = dict(REVISION.findall(file.read_text("utf-8")))
        yield said["revision"], said["down_revision"]


def _config(database_url: str) -> "Config":
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.set_main_option("path_separator", "newline")
    config.set_main_option("version_locations", "\n".join(map(str, VERSIONS)))
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
    if "SET ROLE" in reason:
        return SetupError(
            what=f"The database user may not act as the roles of Warmline ({reason}).",
            fix="Another database of this server made them. Let its superuser GRANT warmline_app, warmline_sweep and "
            "warmline_admin to this user.",
        )
    if "permission denied" in reason or "must be" in reason:
        return SetupError(
            what=f"The database user may not migrate the schema ({reason}).",
            fix="Set WARMLINE_MIGRATION_DATABASE_URL to a user that owns the database and may create roles.",
        )
    if isinstance(error.orig, _IN_USE):
        return SetupError(
            what="Another transaction holds a table that the migration must change.",
            fix="Nothing was changed. Run `warmline migrate` again when the database is calmer.",
        )
    return SetupError(
        what=f"The migration failed: {reason}", fix="Nothing was changed. Fix the cause and run it again."
    )
