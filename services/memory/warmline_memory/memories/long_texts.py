"""Long texts are looked through for secrets in a process of its own, one request after the other.

A regular expression keeps Python's interpreter to itself while it looks through a text, and whatever else a process has
to answer waits for it, many times in a request. So what takes long is done elsewhere, with what the machine has to
spare; threads wait for their turn, one of each tenant at most.
"""

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from multiprocessing.connection import Connection, Pipe
from threading import Lock, Thread
from typing import Any
from uuid import UUID

from warmline_memory import redaction
from warmline_memory.errors import Busy
from warmline_memory.source_memory import SourceMemory

TURN_SECONDS = 60.0
"""How long a request waits for its turn."""
READING_SECONDS = 60.0
"""How long a reading may take. The longest answer of a recall, 4 MB, takes a third of that."""
PASSED_ON = ("PATH", "PYTHONPATH", "PYTHONHOME", "LANG", "TMPDIR")
"""What the process finds its modules with: it gets no key and no address."""

TURN = Lock()
"""Held by whoever has its texts looked through."""
_OF_TENANTS = tuple(Lock() for _ in range(64))
"""Held by those who wait for the turn or have it, one of each tenant: none waits behind a dozen of somebody else's."""


class _Process:
    """The process, started when it is needed. Used by one thread at a time."""

    def __init__(self) -> None:
        self._pipe: Connection | None = None

    def hide(self, memories: Sequence[SourceMemory], trees: Sequence[Any]) -> list[Any]:
        """As ``redaction.hide``. Raises ``OSError`` where the process cannot be started or ends, and ``EOFError``."""
        if self._pipe is None:
            self._pipe = _started()
        try:
            self._pipe.send((memories, trees, READING_SECONDS))
            hidden: list[Any] = self._pipe.recv()
        except BaseException:
            self._pipe.close()
            self._pipe = None
            raise
        return hidden


_process = _Process()


def hide(tenant_id: UUID | None, memories: Sequence[SourceMemory], trees: Sequence[Any]) -> list[Any]:
    """As ``redaction.hide``, in the other process. Raises ``Busy`` where no turn comes, or the texts take too long."""
    with _turn(tenant_id):
        for _ in range(2):
            began = time.monotonic()
            try:
                return _process.hide(memories, trees)
            except (EOFError, OSError) as error:
                if time.monotonic() - began >= READING_SECONDS:
                    raise Busy(why="these memories take too long to look through for secrets") from error
                # It had ended since it was asked last.
        # The machine gives no process, or ends it: better slowly than not at all.
        return redaction.hide(memories, trees)


@contextmanager
def _turn(tenant_id: UUID | None) -> Iterator[None]:
    ends_at = time.monotonic() + TURN_SECONDS
    with _held(_OF_TENANTS[hash(tenant_id) % len(_OF_TENANTS)], ends_at), _held(TURN, ends_at):
        yield


@contextmanager
def _held(lock: Lock, ends_at: float) -> Iterator[None]:
    if not lock.acquire(timeout=max(0.0, ends_at - time.monotonic())):
        raise Busy(why="too many long memories are looked through for secrets", retry_seconds=5)
    try:
        yield
    finally:
        lock.release()


def _started() -> Connection:
    ours, theirs = Pipe()
    with theirs:
        process = subprocess.Popen(  # noqa: S603 (this interpreter, with a module of ours)
            [sys.executable, "-m", redaction.__name__, str(theirs.fileno())],
            pass_fds=[theirs.fileno()],
            env={name: os.environ[name] for name in PASSED_ON if name in os.environ},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,  # an error might quote what was said
        )
    # The system keeps an entry of each process that ended until somebody asks for its end.
    Thread(target=process.wait, name="long texts", daemon=True).start()
    return ours
