"""Files that name a process so well that a later process with the same number is not mistaken for it."""

import json
from pathlib import Path

import psutil

CLOCK_SLACK_SECONDS = 5.0
"""How far two readings of one process's start may lie apart when the clock was set in between."""


def write_pid(path: Path, pid: int) -> None:
    """Name a process. Writes nothing where it has ended already."""
    try:
        created = psutil.Process(pid).create_time()
    except psutil.NoSuchProcess:
        return
    path.write_text(json.dumps({"pid": pid, "created": created}))


def named_process(path: Path) -> psutil.Process | None:
    """The running process that the file names; None where there is none."""
    # Numbers of processes are used again, after a restart of the machine even soon. The time of the start tells two
    # processes of one number apart.
    try:
        kept = json.loads(path.read_text())
        process = psutil.Process(kept["pid"])
        same = abs(process.create_time() - kept["created"]) < CLOCK_SLACK_SECONDS
    except (OSError, ValueError, KeyError, TypeError, psutil.Error):
        return None
    return process if same and process.status() != psutil.STATUS_ZOMBIE else None
