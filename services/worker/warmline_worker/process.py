"""The worker's process: what it opens when it starts, and what it does by itself while it runs."""

import os
import socket
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack, suppress
from datetime import datetime
from functools import partial
from importlib.metadata import version
from threading import Lock
from uuid import UUID

from warmline_memory import jobs, tracing, workers
from warmline_memory.errors import WarmlineError
from warmline_memory.platform import Platform
from warmline_memory.settings import Settings
from warmline_worker.checking import Checking
from warmline_worker.clocks import Clock, JobRuns
from warmline_worker.delivering import Delivering
from warmline_worker.fetching import Fetcher
from warmline_worker.forks import Forks
from warmline_worker.writing import Writing

CALENDARS_SECONDS = 300.0
"""How often it is looked for calendars that are due; each is once an hour."""
ALIVE_FILE = "worker.alive"
"""Its time of change, below ``home``, is when a worker on this machine last woke what was due."""


class WorkerProcess:
    """One process of the worker: its platform, and the threads that write briefs, send to webhooks and sweep.

    Celery imports the application before it is known whether a worker is to run. So nothing is opened before ``open``,
    not what ``opened`` gives either. With ``forks`` the processes for texts are forked from this one. Safe to share
    between threads.
    """

    def __init__(
        self, settings: Settings, opened: Callable[[], AbstractContextManager[Platform]], forks: Forks | None = None
    ) -> None:
        self._settings = settings
        self._open_platform = opened
        self._forks = forks
        self._opened = ExitStack()
        self._platform: Platform | None = None
        self._writing: Writing | None = None
        self._runs = JobRuns()
        self._name = f"{socket.gethostname()}:{os.getpid()}"
        self._consolidating = Lock()
        self._consolidated: dict[UUID, datetime] = {}
        """Up to when this process has consolidated each tenant's memories. A new process begins at the beginning."""

    @property
    def platform(self) -> Platform:
        """What tasks work with. Raises ``RuntimeError`` before ``open`` and after ``close``."""
        if self._platform is None:
            raise RuntimeError("The worker's process is not open.")
        return self._platform

    def open(self) -> None:
        """Open the platform, and begin to write, to send and to sweep. Raises ``SetupError``."""
        tracing.start("warmline-worker", self._settings.traces_url)
        self._opened.callback(tracing.stop)
        platform = self._opened.enter_context(self._open_platform())
        self._platform = platform
        self._opened.enter_context(Delivering(platform))
        self._opened.enter_context(Checking(platform))
        for name, job in jobs.SWEEPS.items():
            self.run_every(self._settings.sweep_seconds, name, partial(job, platform))
        fetcher = Fetcher(self._settings)
        self.run_every(CALENDARS_SECONDS, "read calendars", lambda: jobs.read_calendars(platform, fetcher.fetch))
        self.run_every(self._settings.wake_seconds, "wake", self._wake)
        with suppress(WarmlineError):
            self._say_alive()
        self._opened.callback(self._say_gone)
        self.run_every(workers.SAYS_SECONDS, "say alive", self._say_alive)
        # Opened last and so closed first: what is being written is finished before anything else ends.
        self._writing = self._opened.enter_context(Writing(platform, self._forks))

    def close(self) -> None:
        """End what ``open`` began; what is being written may be finished first."""
        self._writing = None
        self._opened.close()
        self._platform = None

    def run_every(self, seconds: float, name: str, job: Callable[[], object]) -> None:
        """Do a job every so many seconds until ``close``."""
        self._opened.enter_context(Clock(name, seconds, job, self._runs))

    def _say_alive(self) -> None:
        workers.say_alive(self.platform.database, self._name, version("warmline"), self._runs.last())

    def _say_gone(self) -> None:
        # A worker that cannot say that it ends is taken for dead, which is as well.
        with suppress(WarmlineError):
            workers.say_gone(self.platform.database, self._name)

    def _wake(self) -> None:
        """Wake what is due, and say that this worker lives."""
        # Before anything that can fail: a worker without a database lives, and is not to be restarted for it.
        self._settings.home.mkdir(parents=True, exist_ok=True)
        (self._settings.home / ALIVE_FILE).touch()
        jobs.wake_due(self.platform)

    def nudge(self) -> None:
        """Look for handoffs that are due at once."""
        if self._writing is not None:
            self._writing.nudge()

    def consolidate(self) -> None:
        """Consolidate what came since this process did so last; everything the first time.

        One thread does it at most, which leaves the others to the briefs: a call beside it does nothing.
        """
        if self._consolidating.acquire(blocking=False):
            try:
                jobs.consolidate_everywhere(self.platform, self._consolidated)
            finally:
                self._consolidating.release()
