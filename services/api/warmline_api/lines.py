"""Lines: costly work that is done a few at a time, in threads of its own. Who comes when the line is full is told so at
once, with how long it takes until there is room again.
"""

import asyncio
import contextvars
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Annotated, TypeVar, cast

from fastapi import Depends, Request

from warmline_memory.errors import Busy

Made = TypeVar("Made")

SECONDS = 2.0
"""After so long it is worth trying again where a line was full."""


class Line:
    """A line that so many are served from ``at_once``, and in which at most ``waiting`` wait."""

    def __init__(self, what: str, *, at_once: int, waiting: int) -> None:
        self._what = what
        self._threads = ThreadPoolExecutor(at_once, thread_name_prefix=f"warmline-{what.replace(' ', '-')}")
        self._places = threading.BoundedSemaphore(at_once + waiting)

    async def served(self, work: Callable[..., Made], *args: object) -> Made:
        """Wait for one's turn without holding a thread, and for what the work makes. Raises ``Busy``."""
        return await asyncio.wrap_future(self._begin(work, *args))

    def wait(self, work: Callable[..., Made], *args: object) -> Made:
        """As ``served``, in a thread that waits meanwhile: for requests that were let in already."""
        return self._begin(work, *args).result()

    def close(self) -> None:
        """Wait for what has begun; whoever still waits is turned away."""
        self._threads.shutdown(cancel_futures=True)

    def _begin(self, work: Callable[..., Made], *args: object) -> Future[Made]:
        if not self._places.acquire(blocking=False):
            raise Busy(why=f"too many wait for {self._what} at this moment", retry_seconds=SECONDS)
        # The log's lines of this work name the request for which it is done.
        future = self._threads.submit(contextvars.copy_context().run, work, *args)
        future.add_done_callback(lambda _: self._places.release())
        return future


def password_line() -> Line:
    """The line for passwords. A hash takes 64 MiB and a core for a tenth of a second, so that one is made at a time."""
    return Line("passwords", at_once=1, waiting=12)


def _passwords(request: Request) -> Line:
    return cast(Line, request.app.state.passwords)


Passwords = Annotated[Line, Depends(_passwords)]
