"""What threads do in another way than tasks: sleep, and end what is waited for. ``asynchronous.tasks`` is its twin."""

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Generator, Iterable, Iterator
from typing import TypeVar

import httpx

from warmline.errors import WarmlineError

Item = TypeVar("Item")

sleep = time.sleep

Condition = threading.Condition
Sender = threading.Thread


def start(work: Callable[[], None]) -> Sender:
    """Let work go on in a thread of its own, which does not keep the program from ending."""
    thread = threading.Thread(target=work, name="warmline-outbox", daemon=True)
    thread.start()
    return thread


def is_running(sender: Sender | None) -> bool:
    """Return whether the thread is there and goes on."""
    return sender is not None and sender.is_alive()


def finished(sender: Sender | None) -> None:
    """Wait a moment for the thread to end."""
    if sender is not None:
        sender.join(1)


def wait(condition: Condition, seconds: float | None) -> None:
    """Wait until somebody notifies, ``seconds`` at most."""
    condition.wait(seconds)


# Seconds. Longer than a thread needs to notice that its connection was shut; where there is no connection to shut, the
# thread notices at the next sign of life.
NOTICING = 0.4


class Stop:
    """Ends the waiting for the items of a stream, from the thread that reads it or from another one."""

    def __init__(self) -> None:
        self._asked = threading.Event()
        self._reading = threading.Lock()
        self._response: httpx.Response | None = None

    @property
    def asked(self) -> bool:
        """Whether the stream was stopped."""
        return self._asked.is_set()

    def watch(self, response: httpx.Response) -> None:
        """Shut this connection when the stream is stopped."""
        self._response = response
        # The stream can be stopped while the connection is opened.
        if self.asked:
            _shut(response)

    def pause(self, seconds: float) -> None:
        """Sleep, until the stream is stopped at the latest."""
        self._asked.wait(seconds)

    def next_of(self, items: Iterator[Item]) -> Item:
        """Wait for the next item. Raises ``StopIteration`` at the end, or where the stream is stopped."""
        with self._reading:
            if not self.asked:
                try:
                    return next(items)
                except WarmlineError:
                    # Whoever stops the stream shuts its connection, which is no failure.
                    if not self.asked:
                        raise
        raise StopIteration

    def end(self, items: Generator[Item, None, None]) -> None:
        """Stop the stream, and close its connection."""
        self._asked.set()
        if self._response is not None:
            _shut(self._response)
        # A generator that runs cannot be closed. It ends by itself, now that its connection is shut.
        if self._reading.acquire(timeout=NOTICING):
            items.close()
            self._reading.release()


def opening(opened: Item) -> Item:
    """Return what was opened: a thread has waited for it by now."""
    return opened


def each(items: Iterable[Item]) -> Iterable[Item]:
    """Return the items: there is only one way to give them."""
    return items


def _shut(response: httpx.Response) -> None:
    """End the waiting of a thread for bytes of this answer."""
    stream = response.extensions.get("network_stream")
    connection = stream and stream.get_extra_info("socket")
    if connection is not None:
        # To close a socket does not wake a thread that reads from it; to shut it down does. It can be closed by now.
        with contextlib.suppress(OSError):
            connection.shutdown(socket.SHUT_RDWR)
