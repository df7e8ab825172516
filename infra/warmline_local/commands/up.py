"""``warmline up``: the platform, until somebody stops it."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from types import FrameType
from typing import Annotated, Any

import typer
from rich.console import Console

from warmline.cli.output import JsonFlag, note, show_fields, show_json
from warmline_local.commands.complaints import complaints
from warmline_local.commands.seeding import tell
from warmline_local.sample import CHAT_QUEUE, NAME, Place, seed_sample
from warmline_local.stack import Stack, Steps
from warmline_memory.settings import Settings

KEY_HINT_CHARS = 9


def up(
    port: Annotated[
        int | None, typer.Option(min=0, max=65535, help="The API's port; 0 picks a free one. [WARMLINE_PORT, or 8420]")
    ] = None,
    home: Annotated[
        Path | None, typer.Option(help="The folder for data and logs. [WARMLINE_HOME]", show_default=False)
    ] = None,
    with_sample: Annotated[
        bool, typer.Option("--seed", help="Fill it with the sample tenant, as `warmline seed` does.")
    ] = False,
    idle: Annotated[
        float | None,
        typer.Option("--stop-when-idle", min=0.05, metavar="MINUTES", help="Stop when nobody used it for so long."),
    ] = None,
    as_json: JsonFlag = False,
) -> None:
    """Start the whole platform on this machine, and keep it up until Ctrl-C: what ends by itself is started again.

    PostgreSQL and Redis are embedded, unless WARMLINE_DATABASE_URL and WARMLINE_REDIS_URL name your own.
    """
    given: dict[str, Any] = {"port": port, "home": home}
    steps = Steps(Console(stderr=True, highlight=False, emoji=False))
    with complaints():
        settings = Settings(**{name: value for name, value in given.items() if value is not None})
        stack = Stack(settings, steps, with_chat=with_sample)
        with interrupted_once():
            try:
                stack.start()
                _announce(stack, as_json)
                if with_sample:
                    _seed(stack, as_json)
                if home is not None:
                    note(f"Other commands find it with WARMLINE_HOME={stack.settings.home}")
                stack.wait(timedelta(minutes=idle) if idle else None)
                note(f"Nobody has used it for {idle:g} minutes. Stopping.")
            except KeyboardInterrupt:
                note("Stopping.")
            finally:
                stack.stop()


def _seed(stack: Stack, as_json: bool) -> None:
    made = seed_sample(Place(stack.url, stack.settings, stack.owner_url))
    both = stack.open_chat(stack.kept_key(NAME), queue=CHAT_QUEUE)
    tell({**made, "chat": both} if made else None, as_json=as_json)
    if not as_json:
        note(f"A customer's chat beside the console, to try both sides: {both}")


@contextmanager
def interrupted_once() -> Iterator[None]:
    """Raise ``KeyboardInterrupt`` on the first SIGINT, SIGTERM or SIGHUP; from then on ignore them, while it stops."""
    numbers = [number for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP) if _is_heeded(number)]

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        # A second Ctrl-C, or the terminal that closes, must not interrupt the stopping: programs would be left behind.
        for number in numbers:
            signal.signal(number, signal.SIG_IGN)
        raise KeyboardInterrupt

    before = {number: signal.signal(number, interrupt) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _is_heeded(number: signal.Signals) -> bool:
    """Whether a signal should end the stack: not where it is ignored on purpose, as ``nohup`` does with SIGHUP."""
    return signal.getsignal(number) is not signal.SIG_IGN


def _announce(stack: Stack, as_json: bool) -> None:
    place = {
        "url": stack.url,
        "console": f"{stack.url}/console/",
        "key": stack.api_key[:KEY_HINT_CHARS] + "…",
        "home": str(stack.settings.home),
        "logs": str(stack.settings.home / "logs"),
        "pid": os.getpid(),
    }
    if as_json:
        show_json(place)
        return
    show_fields({**place, "key": f"{place['key']} (the tenant `local`; the warmline commands find it by themselves)"})
    note("Operators sign in to the console: `warmline operators create` adds one, `warmline seed` a sample desk.")
    note(f"Ctrl-C stops it, or kill {place['pid']}.")
