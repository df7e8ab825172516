"""Forks: copies of this very process, made when they are needed, which share all that it had loaded by a moment.

A fork server as Python starts it loads every module and model anew. Where API and worker are one process, that is most
of what the machine would have to give: so that process is copied once, before it has threads, and the copy forks
further ones (docs/decisions/0026).
"""

import ctypes
import gc
import os
import signal
import socket
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection, Pipe
from threading import Lock
from types import TracebackType
from typing import Self

FORK, LOOK, KILL = b"fork", b"look", b"kill"
"""What is asked: to fork, whether a process still runs, and to end one."""
MESSAGE_BYTES = 64
"""Longer than any question or answer: a word and a number."""


class Forks:
    """A copy of this process that forks others. A context manager: to be entered while this process has one thread
    and nothing open that must not be open anywhere else; to be left when the others are not needed any more. Safe to
    share between threads.

    ``serve`` is what each of them does with its pipe, until that ends.
    """

    def __init__(self, serve: Callable[[Connection], None]) -> None:
        self._serve = serve
        # A question and its answer belong together; held for as long as a fork takes, and together with no other lock.
        self._asking = Lock()

    def __enter__(self) -> Self:
        self._control, theirs = socket.socketpair()
        # Whoever started this process may have it ignored, and then the system buries what was forked by itself.
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        # Whatever is there by now is not looked at again by the collector, in no copy: it would write into pages that
        # all of them share.
        gc.collect()
        gc.freeze()
        _give_back_free_memory()
        self._copy = os.fork()
        if not self._copy:
            # Held here too, it would not end for the copy when this process is gone.
            self._control.close()
            _fork_when_asked(theirs, self._serve)
        theirs.close()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._control.close()
        with suppress(ChildProcessError):
            os.waitpid(self._copy, 0)

    def start(self) -> tuple["Forked", Connection]:
        """Fork a process; and a pipe to it. Raises ``OSError`` where there can be none."""
        ours, theirs = Pipe()
        with theirs:
            try:
                number = self._ask(FORK, handing=theirs.fileno())
            except OSError:
                ours.close()
                raise
        return Forked(self, number), ours

    def is_alive(self, number: int) -> bool:
        """Whether a process that was forked still runs."""
        try:
            return bool(self._ask(LOOK, number))
        except OSError:
            return False

    def kill(self, number: int) -> None:
        """End a process that was forked, and wait until it is gone."""
        # The copy ends what it forked when it ends itself.
        with suppress(OSError):
            self._ask(KILL, number)

    def has_ended(self) -> bool:
        """Whether the copy is gone, so that nothing can be forked any more."""
        return os.waitpid(self._copy, os.WNOHANG)[0] != 0

    def _ask(self, word: bytes, number: int = 0, *, handing: int | None = None) -> int:
        """Ask the copy, and give its answer. Raises ``OSError`` where it refuses or is gone."""
        with self._asking:
            socket.send_fds(self._control, [b"%b %d" % (word, number)], [] if handing is None else [handing])
            said = self._control.recv(MESSAGE_BYTES)
        if not said:
            raise ConnectionResetError("the process that forks others is gone")
        answer = int(said)
        if answer < 0:
            raise OSError(-answer, os.strerror(-answer))
        return answer


class Forked:
    """One process that was forked."""

    def __init__(self, forks: Forks, pid: int) -> None:
        self._forks = forks
        self.pid = pid

    def is_alive(self) -> bool:
        """Whether it still runs."""
        return self._forks.is_alive(self.pid)

    def kill(self) -> None:
        """End it at once, whatever it does."""
        self._forks.kill(self.pid)

    def join(self) -> None:
        """It is gone when ``kill`` returns."""


def _give_back_free_memory() -> None:
    """Have the C library give back what is free between things that stay, as loading models leaves it: what is used
    anew after the fork would be there twice, 7 MB of it."""
    # glibc alone has it.
    if hasattr(trim := ctypes.CDLL(None), "malloc_trim"):
        trim.malloc_trim(0)


def _fork_when_asked(control: socket.socket, serve: Callable[[Connection], None]) -> None:
    """What the copy does, until the process that it is a copy of is gone."""
    children: set[int] = set()
    try:
        # Whoever stops everything tells the first process, which then waits for what is being written here.
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        while True:
            asked, handed, _, _ = socket.recv_fds(control, MESSAGE_BYTES, 1)
            if not asked:
                return
            control.sendall(b"%d" % _done(asked, handed, children, control, serve))
    finally:
        # Only this process buries what it forked, so that their numbers are still theirs.
        for child in children:
            os.kill(child, signal.SIGKILL)
        os._exit(0)


def _done(
    asked: bytes, handed: list[int], children: set[int], control: socket.socket, serve: Callable[[Connection], None]
) -> int:
    """Do what is asked: the answer; negative where the system refuses."""
    word, number = asked.split()[0], int(asked.split()[1])
    if word == FORK:
        return _forked(handed[0], children, control, serve)
    if number in children and word == KILL:
        os.kill(number, signal.SIGKILL)
    if number in children and os.waitpid(number, 0 if word == KILL else os.WNOHANG)[0]:
        children.discard(number)
    return int(number in children)


def _forked(pipe: int, children: set[int], control: socket.socket, serve: Callable[[Connection], None]) -> int:
    try:
        child = os.fork()
    except OSError as error:
        os.close(pipe)
        return -(error.errno or 1)
    if child:
        os.close(pipe)
        children.add(child)
        return child
    # The signals that end a process by default end this one: it has nothing to put away.
    status = 1
    try:
        control.close()
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        serve(Connection(pipe))
        status = 0
    finally:
        os._exit(status)
