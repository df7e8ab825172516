"""``warmline seed``: fills a running platform with the sample tenant."""

from typing import Annotated

import typer

from warmline.cli.output import JsonFlag, note, show_fields, show_json
from warmline_local.commands.complaints import complaints
from warmline_local.sample import NAME, WEEKS, find_place, seed_sample
from warmline_memory.settings import load_settings

THERE = "The tenant `sample` is there. `warmline seed --again` forgets it and makes it anew."


def seed(
    password: Annotated[
        str | None,
        typer.Option(help="The password of all its operators; else one is made up and shown once.", show_default=False),
    ] = None,
    weeks: Annotated[int, typer.Option(min=0, max=26, help="How many weeks of history it has.")] = WEEKS,
    again: Annotated[bool, typer.Option("--again", help="Forget the sample tenant first, and make it anew.")] = False,
    as_json: JsonFlag = False,
) -> None:
    """Fill the running platform with a believable sample tenant: a support desk, its history, and what waits there now.

    It is the local stack, or what WARMLINE_URL and WARMLINE_DATABASE_URL name, and it needs a worker.
    """
    with complaints():
        made = seed_sample(find_place(load_settings()), password=password, weeks=weeks, again=again)
    tell(made, as_json=as_json)


def tell(made: dict[str, object] | None, *, as_json: bool) -> None:
    """Say how to get in."""
    if as_json:
        show_json(made or {"console": None, "tenant": NAME})
    elif made is None:
        note(THERE)
    else:
        show_fields(made)
        note("Password and key are shown this once.")
