"""``warmline api`` and ``warmline worker``: one process each, on servers that are there already, as in production."""

import os
import sys
import time
from contextlib import closing

import typer

from warmline.cli.output import complain
from warmline_local.commands.complaints import complaints
from warmline_local.stack import api_command, worker_command
from warmline_memory.errors import SetupError
from warmline_memory.settings import Settings, load_settings
from warmline_memory.storage import Database
from warmline_worker.process import ALIVE_FILE

ALIVE_SECONDS = 60
"""A worker beats every second; one that has not for so long hangs."""


def api() -> None:
    """Serve the API and the console on WARMLINE_HOST and WARMLINE_PORT, until SIGTERM; open requests are finished."""
    _with_servers()
    _become(api_command())


def worker() -> None:
    """Run a worker until SIGTERM; what it is at is finished, and what it cannot finish is begun again elsewhere."""
    _become(worker_command(_with_servers(), "warmline@%h"))


def alive() -> None:
    """End with status 0 if a worker with this WARMLINE_HOME beat in the last minute, and with 1 if not."""
    file = load_settings().home / ALIVE_FILE
    if not file.exists() or time.time() - file.stat().st_mtime > ALIVE_SECONDS:
        complain(f"No worker has beaten in {ALIVE_SECONDS} seconds.")
        raise typer.Exit(1)


def _with_servers() -> Settings:
    """The settings, which must name the servers: nothing is embedded here. The database must serve this version."""
    with complaints():
        settings = load_settings()
        for name in ("database_url", "redis_url"):
            if not getattr(settings, name):
                raise SetupError(
                    what=f"WARMLINE_{name.upper()} is not set.",
                    fix="Set it, or a file of this name in WARMLINE_SECRETS_DIR; for one machine use `warmline up`.",
                )
        # The servers look too. But uvicorn adds a traceback to whatever they say when they start.
        with closing(Database(settings)) as database:
            database.check()
        return settings


def _become(command: list[str]) -> None:
    """Hand the process over, so that signals reach the server itself."""
    sys.stdout.flush()
    sys.stderr.flush()
    try:
        os.execv(sys.executable, command)  # noqa: S606 (our own interpreter and modules)
    except OSError as error:
        complain(f"{command[0]} cannot be started ({error.strerror}).")
        sys.exit(1)
