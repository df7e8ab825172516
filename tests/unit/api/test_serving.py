"""What a process that serves does when it has started."""

import gc
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn

from warmline_api import serving

LONG_SECONDS = 60.0


@contextmanager
def serving_nothing() -> Iterator[serving.Server]:
    """A server that has started, with an application that answers nothing."""

    async def nothing(scope: object, receive: object, send: object) -> None:
        raise AssertionError("nobody asks")

    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = serving.Server(uvicorn.Config(nothing, lifespan="off", log_config=None))
        thread = threading.Thread(target=server.run, args=([listening],))
        thread.start()
        try:
            yield server
        finally:
            server.should_exit = True
            thread.join(LONG_SECONDS)


def test_the_collector_leaves_alone_what_was_there_when_a_server_had_started() -> None:
    try:
        with serving_nothing() as server:
            until = time.monotonic() + LONG_SECONDS
            while gc.get_freeze_count() == 0 and time.monotonic() < until:
                time.sleep(0.01)
            assert server.started
            assert gc.get_freeze_count() > len(gc.get_objects())
    finally:
        gc.unfreeze()
