"""The file in which a running local stack says where it is: ``home/stack.json``, for its owner alone."""

import json
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path

import psutil

from warmline_local.servers import write_private

FILE = "stack.json"


@dataclass(frozen=True)
class RunningStack:
    """Where a stack is: its API, its database as the service and as the owner, its Redis, its launcher."""

    url: str
    api_key: str = field(repr=False)
    database_url: str = field(repr=False)
    migration_database_url: str = field(repr=False)
    redis_url: str = field(repr=False)
    pid: int


def announce(home: Path, stack: RunningStack) -> None:
    """Write the file."""
    write_private(home / FILE, json.dumps(asdict(stack), indent=2))


def withdraw(home: Path) -> None:
    """Remove the file, if it is this launcher's."""
    running = find_running(home)
    if running is None or running.pid == os.getpid():
        (home / FILE).unlink(missing_ok=True)


def find_running(home: Path) -> RunningStack | None:
    """The stack that runs on this folder; None where there is none, or only the file of one that was killed."""
    try:
        stack = RunningStack(**json.loads((home / FILE).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None
    # A launcher that was killed leaves its file behind. Its number may belong to another process by now; then the
    # commands say that they cannot reach the API, which is true as well.
    return stack if psutil.pid_exists(stack.pid) else None
