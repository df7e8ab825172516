"""Waits: requests that are answered as soon as something has happened, or their time is up (long polling)."""

import asyncio
import time
from collections.abc import Callable
from typing import TypeVar

from fastapi import Request
from starlette.concurrency import run_in_threadpool

from warmline_api.limits import Turn

Found = TypeVar("Found")

LONGEST_WAIT_SECONDS = 30
# From a request to its brief it takes about 130 ms without a language model (docs/measurements.md), and seconds with
# one. So looks are frequent at first, and get rarer; a caller waits at most a quarter of a second too long.
FIRST_LOOK_SECONDS, SLOWEST_LOOK_SECONDS = 0.01, 0.25


async def looked_at(
    request: Request, look: Callable[[], Found], is_there: Callable[[Found], bool], seconds: float
) -> Found:
    """What ``look`` finds, in a thread, as soon as ``is_there`` says that it is what is waited for; after so many
    seconds, whatever it finds then."""
    turn: Turn = request.state.turn
    deadline = time.monotonic() + seconds
    pause = FIRST_LOOK_SECONDS
    while True:
        # Each look is a transaction of its own, with a turn of its own: no connection, no thread and no place in line
        # is held while nothing happens. A person may take hours, and a few who wait for one would keep out all others.
        found = await run_in_threadpool(look)
        left = deadline - time.monotonic()
        if is_there(found) or left <= 0:
            return found
        turn.end()
        await asyncio.sleep(min(pause, left))
        await turn.begin()
        pause = min(pause * 1.5, SLOWEST_LOOK_SECONDS)
