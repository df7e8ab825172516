"""The database that ``migrate`` and ``keys`` work on, as its owner."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from warmline_local.servers import EmbeddedPostgres
from warmline_local.stack.running import find_running
from warmline_memory.errors import SetupError
from warmline_memory.settings import Settings
from warmline_memory.storage import Database, Role, Transaction


@dataclass(frozen=True)
class Addresses:
    """One database, as its owner and as the service."""

    owner_url: str
    service_url: str


def find_database(settings: Settings) -> Addresses:
    """The database that the settings name, or else the running local stack's. Raises ``SetupError``."""
    service = settings.database_url
    owner = settings.migration_database_url or service
    if owner:
        return Addresses(owner, service or owner)
    stack = find_running(settings.home)
    if stack is None:
        raise SetupError(
            what="There is no database to work on.",
            fix="Start the local stack with `warmline up`, or set WARMLINE_DATABASE_URL.",
        )
    return Addresses(stack.migration_database_url, stack.database_url)


@contextmanager
def opened_database(settings: Settings) -> Iterator[Addresses]:
    """As ``find_database``; but where the local stack is stopped, its PostgreSQL runs while the context lasts."""
    home = settings.home.expanduser().absolute()
    if settings.database_url or find_running(home) or not (home / EmbeddedPostgres.name).is_dir():
        yield find_database(settings)
        return
    with EmbeddedPostgres(home) as server:
        yield Addresses(server.url, server.url)


@contextmanager
def administration(settings: Settings) -> Iterator[Transaction]:
    """One transaction as the administrator. Raises ``SetupError`` where the database is not ready for that."""
    database = Database(settings, find_database(settings).owner_url)
    try:
        # Before the migrations there are no roles and no tables; the check says so in a sentence.
        database.check()
        with database.transaction(role=Role.ADMIN) as db:
            yield db
    finally:
        database.close()
