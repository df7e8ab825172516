"""A process that writes briefs, and nothing else: one that can be killed when a text takes too long.

A thread cannot be ended from outside, and a text that some pattern reads in quadratic time would hold it for minutes
(docs/decisions/0022). The process has no database, no Redis and no key. It is forked from one that has loaded the
models, whose memory all of them share, so a killed one is replaced within milliseconds.
"""

import logging
import multiprocessing
import resource
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection
from threading import Event
from typing import Protocol

from warmline_memory import logs, summarising
from warmline_memory.errors import WarmlineError
from warmline_memory.settings import Settings
from warmline_memory.summarising import Assignment, Stopped, Unwanted
from warmline_schemas.briefs import Brief
from warmline_worker.forks import Forks

log = logging.getLogger("warmline.worker")

LOOK_SECONDS = 1.0
"""How often it is looked whether anybody still waits for the brief that is being written."""
STOP_SECONDS = 0.1
"""How soon it is seen that the worker stops."""
MOST_GROWTH_KB = 100_000
"""A process that a long text has made larger by this much is replaced: Python gives little memory back."""

_FORKING = multiprocessing.get_context("forkserver")
_FORKING.set_forkserver_preload(["warmline_worker.loaded_models"])


class TooSlow(Exception):
    """The brief was not written in its time."""


class Lost(Exception):
    """The process that wrote the brief ended."""


class Unwritten(Exception):
    """The brief could not be written. Its text says why, and holds nothing of what was said."""


class Running(Protocol):
    """A process that was started, whoever started it."""

    @property
    def pid(self) -> int | None:
        """Its number."""

    def is_alive(self) -> bool:
        """Whether it still runs."""

    def kill(self) -> None:
        """End it at once."""

    def join(self) -> None:
        """Wait until it is gone."""


class TextProcess:
    """One such process, started when it is needed. Used by one thread at a time.

    With ``forks`` it is forked from the worker's own process, within milliseconds, and ends with its brief.
    """

    def __init__(self, settings: Settings, stopping: Event, forks: Forks | None = None) -> None:
        self._settings = settings
        self._stopping = stopping
        """Set when the worker stops and its time to finish is over: what is being written then is killed."""
        self._forks = forks
        self._process: Running | None = None
        self._pipe: Connection | None = None

    def start(self) -> Connection:
        """Start the process where it does not run, so that the first brief need not wait for that; a pipe to it."""
        if self._pipe is not None and self._process is not None and self._process.is_alive():
            return self._pipe
        self.kill()
        # Kept only now: a process that could not be started can neither be asked nor killed.
        self._process, self._pipe = self._forks.start() if self._forks else _started(self._settings)
        return self._pipe

    def write(self, assignment: Assignment, seconds: float, is_wanted: Callable[[], bool]) -> Brief:
        """Write the brief of an assignment within so many seconds.

        Raises ``TooSlow``, ``Lost``, ``Unwritten``, and ``Stopped`` and ``Unwanted``; in all cases but
        ``Unwritten`` the process is gone when this returns.
        """
        pipe = self.start()
        ends_at = time.monotonic() + seconds
        try:
            pipe.send((assignment, seconds))
            self._await(pipe, ends_at, is_wanted)
            answer, has_grown = pipe.recv()
        except (EOFError, OSError) as error:
            self.kill()
            # Its own timer may have been quicker than the look at the clock here.
            raise self._too_slow() if time.monotonic() >= ends_at else Lost() from error
        except BaseException:
            self.kill()
            raise
        if has_grown or self._forks:
            self.kill()
        if isinstance(answer, str):
            raise Unwritten(answer)
        written: Brief = answer
        return written

    def kill(self) -> None:
        """End the process at once, whatever it does. The next brief starts another."""
        if self._process is not None:
            self._process.kill()
            self._process.join()
        if self._pipe is not None:
            self._pipe.close()
        self._process = self._pipe = None

    def _await(self, pipe: Connection, ends_at: float, is_wanted: Callable[[], bool]) -> None:
        look_at = time.monotonic() + LOOK_SECONDS
        while not pipe.poll(STOP_SECONDS):
            if self._stopping.is_set():
                raise Stopped
            if time.monotonic() >= ends_at:
                raise self._too_slow()
            if time.monotonic() >= look_at:
                look_at = time.monotonic() + LOOK_SECONDS
                # A database that is away does not mean that nobody waits.
                with suppress(WarmlineError):
                    if not is_wanted():
                        raise Unwanted

    def _too_slow(self) -> TooSlow:
        return TooSlow(f"the brief was not written within {self._settings.brief_lease_seconds:g} s")


def _started(settings: Settings) -> tuple[Running, Connection]:
    ours, theirs = _FORKING.Pipe()
    process = _FORKING.Process(target=serve, args=(theirs, settings), daemon=True, name="texts")
    with theirs:
        process.start()
    return process, ours


def serve(pipe: Connection, settings: Settings) -> None:
    """Write one brief after the other until the worker is gone; with each it is said whether this process has grown.

    It does not end by itself for that: the worker would not yet know, and lose the next brief to it.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    logs.keep(settings.log_level, as_json=settings.log_json)
    summariser = summarising.open_summariser(settings)
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss + MOST_GROWTH_KB
    while True:
        try:
            assignment, seconds = pipe.recv()
        except EOFError:
            return
        # The kernel itself ends the process at its limit, also where the worker was stopped or killed meanwhile: so
        # the next attempt, which another worker begins after the lease, never runs beside this one.
        signal.setitimer(signal.ITIMER_REAL, max(seconds, 0.001))
        answer: Brief | str
        try:
            answer = summarising.write(assignment, summariser)
        except Exception as error:
            log.exception("A brief could not be written")
            answer = logs.described(error)
        signal.setitimer(signal.ITIMER_REAL, 0)
        pipe.send((answer, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss > most))
