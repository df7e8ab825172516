"""``warmline seed``: fills a running platform with the sample tenant."""

import os
import secrets
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Annotated

import typer
from rich.console import Console

from warmline import Warmline
from warmline.cli.output import JsonFlag, note, show_fields, show_json
from warmline_local.complaints import complaints
from warmline_local.running import find_running
from warmline_local.sample import desks, filling, tenancy
from warmline_local.steps import Steps
from warmline_memory.errors import SetupError
from warmline_memory.settings import Settings, load_settings
from warmline_memory.storage import Database, Role, Transaction

PASSWORD_BYTES = 9
THERE = "The tenant `sample` is there. `warmline seed --again` forgets it and makes it anew."


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


def seed(
    password: Annotated[
        str | None,
        typer.Option(help="The password of all its operators; else one is made up and shown once.", show_default=False),
    ] = None,
    weeks: Annotated[int, typer.Option(min=0, max=26, help="How many weeks of history it has.")] = filling.WEEKS,
    again: Annotated[bool, typer.Option("--again", help="Forget the sample tenant first, and make it anew.")] = False,
    as_json: JsonFlag = False,
) -> None:
    """Fill the running platform with a believable sample tenant: a support desk, its history, and what waits there now.

    It is the local stack, or what WARMLINE_URL and WARMLINE_DATABASE_URL name, and it needs a worker.
    """
    with complaints():
        made = seed_sample(find_place(load_settings()), password=password, weeks=weeks, again=again)
    tell(made, as_json=as_json)


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


def tell(made: dict[str, object] | None, *, as_json: bool) -> None:
    """Say how to get in."""
    if as_json:
        show_json(made or {"console": None, "tenant": tenancy.NAME})
    elif made is None:
        note(THERE)
    else:
        show_fields(made)
        note("Password and key are shown this once.")
