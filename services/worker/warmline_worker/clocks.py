"""Clocks: what the worker does again and again, each job on a thread of its own.

So a job that takes long, or hangs in a statement, keeps no other from running.
"""

import logging
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from types import TracebackType
from typing import Self

from warmline_memory import logs
from warmline_memory.errors import WarmlineError
from warmline_memory.workers import JobRun

log = logging.getLogger("warmline.worker")


class JobRuns:
    """How the jobs of this process went the last time. Safe to share between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._last: dict[str, JobRun] = {}

    def note(self, name: str, run: JobRun) -> None:
        """Note how a job went."""
        with self._lock:
            self._last[name] = run

    def last(self) -> dict[str, JobRun]:
        """The last run of each job, by its name."""
        with self._lock:
            return dict(self._last)


class Clock:
    """Does one job every so many seconds until the block ends. A context manager.

    What goes wrong is logged, and noted with the other runs: nobody but the next round could do anything about it.
    """

    def __init__(self, name: str, seconds: float, job: Callable[[], object], runs: JobRuns) -> None:
        self._name, self._seconds, self._job, self._runs = name, seconds, job, runs
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # What runs is not waited for: a job may be killed anywhere.
        self._stopped.set()

    def _run(self) -> None:
        while not self._stopped.wait(self._seconds):
            at, began, problem = datetime.now(UTC), time.monotonic(), None
            try:
                self._job()
            # Whatever it is, the thread must live on: without it the job is not done until the worker is started anew.
            except Exception as error:
                problem = logs.described(error)
                # An error of our own says in its sentence all that there is to know; of any other the place matters.
                place = None if isinstance(error, WarmlineError) else error
                log.error("The job %s failed, and the next round tries again: %s", self._name, problem, exc_info=place)
            self._runs.note(self._name, JobRun(at, time.monotonic() - began, problem))
