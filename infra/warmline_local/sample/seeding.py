"""Seeding: finds a running platform, and fills it with the sample tenant."""

import os
import secrets
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass

from rich.console import Console

from warmline import Warmline
from warmline_local.sample import desks, filling, tenancy
from warmline_local.stack import Steps, find_running
from warmline_memory.errors import SetupError
from warmline_memory.settings import Settings
from warmline_memory.storage import Database, Role, Transaction

PASSWORD_BYTES = 9


@dataclass(frozen=True)
class Place:
    """A running platform: its API, and its database as the owner."""

    url: str
    settings: Settings
    owner_url: str

    @contextmanager
    def administration(self) -> Iterator[Transaction]:
        """A transaction as the administrator."""
        with closing(Database(self.settings, self.owner_url)) as database, database.transaction(role=Role.ADMIN) as db:
            yield db


def find_place(settings: Settings) -> Place:
    """The platform that WARMLINE_URL and the settings name, else the running local stack. Raises ``SetupError``."""
    url, owner_url = os.environ.get("WARMLINE_URL"), settings.migration_database_url or settings.database_url
    stack = find_running(settings.home)
    if url and owner_url:
        return Place(url.rstrip("/"), settings, owner_url)
    if stack:
        return Place(stack.url, settings, stack.migration_database_url)
    raise SetupError(
        what="There is no platform to fill.",
        fix="Start the local stack with `warmline up`, or set WARMLINE_URL and WARMLINE_DATABASE_URL.",
    )


def seed_sample(
    place: Place, *, password: str | None = None, weeks: int = filling.WEEKS, again: bool = False
) -> dict[str, object] | None:
    """Make the sample tenant: how to get in; None where it is there already."""
    steps = Steps(Console(stderr=True, highlight=False, emoji=False))
    password = password or secrets.token_urlsafe(PASSWORD_BYTES)
    with place.administration() as db:
        tenant_id = tenancy.find(db, tenancy.NAME)
        if tenant_id and not again:
            return None
        if tenant_id:
            tenancy.forget(db, tenant_id)
        made = tenancy.make(db, tenancy.NAME)
    with steps.step("Sample tenant"), Warmline(place.url, made.api_key) as client:
        chains = filling.fill(client, place.administration, made.tenant_id, password, weeks)
    return {
        "console": f"{place.url}/console/",
        "sign in as": f"{tenancy.NAME}/{desks.ADMIN}",
        "others": ", ".join(person.name for person in desks.operators() if person.name != desks.ADMIN),
        "password": password,
        "api key": made.api_key,
        "chains": chains,
    }
