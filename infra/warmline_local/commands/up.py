"""``warmline up``: the platform, until somebody stops it."""

import sys
from typing import Annotated

import typer
from rich.console import Console

from warmline.cli.output import JsonFlag, note
from warmline_local.commands.complaints import complaints
from warmline_local.commands.light import become_light
from warmline_local.commands.options import HomeOption, IdleOption, PortOption
from warmline_local.commands.seeding import tell
from warmline_local.commands.staying_up import settings_with, stay_up
from warmline_local.sample import CHAT_QUEUE, NAME, Place, seed_sample
from warmline_local.stack import Stack, Steps


def _become_light(is_wanted: bool) -> bool:
    if is_wanted:
        become_light(sys.argv[sys.argv.index("up") + 1 :])
    return is_wanted


def up(
    port: PortOption = None,
    home: HomeOption = None,
    with_sample: Annotated[
        bool, typer.Option("--seed", help="Fill it with the sample tenant, as `warmline seed` does.")
    ] = False,
    idle: IdleOption = None,
    is_light: Annotated[  # noqa: ARG001 (its callback has done it)
        bool,
        typer.Option(
            "--light",
            callback=_become_light,
            is_eager=True,
            help="For one developer: about 400 MB in all. Without the sample.",
        ),
    ] = False,
    as_json: JsonFlag = False,
) -> None:
    """Start the whole platform on this machine, and keep it up until Ctrl-C: what ends by itself is started again.

    PostgreSQL and Redis are embedded, unless WARMLINE_DATABASE_URL and WARMLINE_REDIS_URL name your own.
    """
    steps = Steps(Console(stderr=True, highlight=False, emoji=False))
    with complaints():
        stack = Stack(settings_with(port, home), steps, with_chat=with_sample)
        stay_up(stack, lambda: _seed(stack, as_json) if with_sample else None, home=home, idle=idle, as_json=as_json)


def _seed(stack: Stack, as_json: bool) -> None:
    made = seed_sample(Place(stack.url, stack.settings, stack.owner_url))
    both = stack.open_chat(stack.kept_key(NAME), queue=CHAT_QUEUE)
    tell({**made, "chat": both} if made else None, as_json=as_json)
    if not as_json:
        note(f"A customer's chat beside the console, to try both sides: {both}")
