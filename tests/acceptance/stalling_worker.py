"""The worker's program, which stops dead at one step of a handoff and says so: what a test then kills.

``STALL_AT`` names the step, ``STALL_MARK`` the file that appears when it is reached. Nothing else is changed: up to
that step, and in every other process, the platform runs as it is.
"""

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from warmline_memory import handoffs, jobs
from warmline_worker.app import app

__all__ = ["app"]

STEPS = {
    "before the attempt is counted": (handoffs.attempts, "begin", "before"),
    "before the attempt is committed": (handoffs.attempts, "begin", "after"),
    "before the brief is completed": (handoffs.attempts, "complete", "before"),
    "before the completion is committed": (handoffs.attempts, "complete", "after"),
    "before the task is acknowledged": (jobs, "write_brief", "after"),
}


def stall(function: Callable[..., Any], when: str) -> Callable[..., Any]:
    """The function, with a stop before or after it."""

    def stalled(*arguments: Any, **options: Any) -> Any:
        if when == "after":
            function(*arguments, **options)
        Path(os.environ["STALL_MARK"]).touch()
        time.sleep(600)

    return stalled


if "STALL_AT" in os.environ:
    module, name, when = STEPS[os.environ["STALL_AT"]]
    setattr(module, name, stall(getattr(module, name), when))
