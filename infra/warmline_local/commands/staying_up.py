"""A platform that is up until somebody stops it, or nobody uses it any more."""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from types import FrameType
from typing import Any

from warmline.cli.output import note, show_fields, show_json
from warmline_local.stack import Stack
from warmline_memory.settings import Settings

KEY_HINT_CHARS = 9


def settings_with(port: int | None, home: Path | None) -> Settings:
    """The settings, with what was given on the command line."""
    given: dict[str, Any] = {"port": port, "home": home}
    return Settings(**{name: value for name, value in given.items() if value is not None})


def stay_up(
    stack: Stack, once_up: Callable[[], object], *, home: Path | None, idle: float | None, as_json: bool
) -> None:
    """Start a stack, say where it is, do what is to be done then, and keep it up until it is stopped or, for so many
    minutes, unused. Raises ``SetupError``."""
    with interrupted_once():
        try:
            stack.start()
            _announce(stack, as_json)
            once_up()
            if home is not None:
                note(f"Other commands find it with WARMLINE_HOME={stack.settings.home}")
            stack.wait(timedelta(minutes=idle) if idle else None)
            note(f"Nobody has used it for {idle:g} minutes. Stopping.")
        except KeyboardInterrupt:
            note("Stopping.")
        finally:
            stack.stop()


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
