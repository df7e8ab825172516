"""On demand: a coding agent needs no platform that somebody has started. Where none is named and none runs, but
Warmline is installed here whole, a local stack starts by itself, and stops when nobody uses it."""

import importlib.util
import os
import socket
import subprocess
import sys
import time
from urllib.parse import urlsplit

import typer

from warmline.cli.connection import Connection, connect
from warmline.client import Warmline
from warmline.local import read_stack, stack_file

IDLE_MINUTES = 30
"""So long it stays without use. It is there again within seconds."""
START_SECONDS = 25.0
"""So long is waited for it: hooks have thirty seconds. The first start of all makes the database."""


def connect_on_demand(context: typer.Context) -> Warmline:
    """As ``connect``, once a local stack runs where one is needed."""
    if _is_needed(context):
        _start()
    return connect(context)


def _is_needed(context: typer.Context) -> bool:
    chosen = context.find_root().obj
    named = os.environ.get("WARMLINE_URL") or (chosen.url if isinstance(chosen, Connection) else None)
    if named or os.environ.get("WARMLINE_ON_DEMAND") == "no":
        return False
    return not _is_there() and importlib.util.find_spec("warmline_local") is not None


def _is_there() -> bool:
    """Whether a stack answers. One that was killed leaves its file behind."""
    stack = read_stack(stack_file())
    if stack is None:
        return False
    place = urlsplit(stack.url)
    try:
        socket.create_connection((place.hostname or "", place.port or 80), timeout=2).close()
    except OSError:
        return False
    return True


def _start() -> None:
    """Start it in a process of its own, which outlives this one. Of two that are started at once one gives way."""
    # -P: what is imported must not come from the folder somebody works in, which can be anybody's.
    command = [sys.executable, "-P", "-m", "warmline_local.commands.light", "--stop-when-idle", str(IDLE_MINUTES)]
    quiet = subprocess.DEVNULL
    subprocess.Popen(command, stdin=quiet, stdout=quiet, stderr=quiet, start_new_session=True)  # noqa: S603
    deadline = time.monotonic() + START_SECONDS
    while not _is_there() and time.monotonic() < deadline:
        time.sleep(0.1)
