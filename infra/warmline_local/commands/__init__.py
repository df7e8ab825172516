"""The platform's commands as a plug-in of the ``warmline`` command line.

Database drivers and the like take most of a second to import. So that commands which only talk to the API do not pay
for that, the plug-in knows the platform's commands by name alone, and hands the process over when one is called.
"""

import os
import sys
from importlib.util import find_spec

import typer

from warmline.cli.naming import PLATFORM, SERVICES

HANDED_OVER = {
    "up": "Start the whole platform on this machine, and keep it up until Ctrl-C.",
    "demo": "Play a billing dispute from a bot to a specialist to a person, and show what each woke up with.",
    "api": "Serve the API and the console, as a server of its own.",
    "worker": "Run a worker, as a server of its own.",
    "alive": "Say by the exit status whether the worker of this container lives.",
    "seed": "Fill the running platform with a believable sample tenant.",
    "migrate": "Bring the database to the newest revision.",
    "backup": "Write the whole database to a new file, while the platform works on.",
    "restore": "Restore a backup into an empty database, and verify it.",
    "doctor": "Look at every part of the platform, and say what is wrong and how to put it right.",
    "status": "Say what runs, in which version, what waits, and how the worker's jobs went.",
    "reembed": "Make the stored embeddings anew with another model.",
    "keys": "API keys, each for one program, and what it may do.",
    "limits": "What a tenant may take, where that differs from the platform's settings.",
    "sealing": "Keys that encrypt secrets, recorded answers, and what people said.",
}
NEEDED = ("alembic", "celery", "psutil", "psycopg", "pydantic_settings", "redis", "sqlalchemy")


def commands(app: typer.Typer) -> None:
    """Add the commands. Raises ``ModuleNotFoundError`` where a package that they need is not installed."""
    for package in NEEDED:
        if find_spec(package) is None:
            raise ModuleNotFoundError(f"No module named {package!r}", name=package)
    verbatim = {"allow_extra_args": True, "ignore_unknown_options": True}
    for name, sentence in HANDED_OVER.items():
        panel = SERVICES if name in ("api", "worker") else PLATFORM
        command = app.command(
            name, help=sentence, add_help_option=False, context_settings=verbatim, rich_help_panel=panel
        )
        command(hand_over)


def hand_over(context: typer.Context) -> None:
    """Become ``python -m warmline_local``, with the same arguments, process id, terminal and environment."""
    # ``exec`` replaces the process, and with it what its buffers still hold. With -P the folder in which somebody calls
    # the command is not searched for modules first.
    sys.stdout.flush()
    sys.stderr.flush()
    arguments = [sys.executable, "-P", "-m", "warmline_local", str(context.info_name), *context.args]
    os.execv(sys.executable, arguments)  # noqa: S606 (our own interpreter and module)
