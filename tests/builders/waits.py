"""Waiting for what other threads and processes do; a wait that is too long fails the test."""

import time
from collections.abc import Callable
from typing import TypeVar

PATIENCE = 20.0
"""Seconds: the slowest of the waits, for a worker's sweep on a busy machine, takes about five."""

Found = TypeVar("Found")


def eventually(read: Callable[[], Found], holds: Callable[[Found], object] = bool, seconds: float = PATIENCE) -> Found:
    """What is read, once a condition holds for it; without a condition, once it is true."""
    deadline = time.monotonic() + seconds
    while not holds(found := read()):
        assert time.monotonic() < deadline, found
        time.sleep(0.01)
    return found
