"""The worker's process: what it opens when it starts, and what it does by itself while it runs."""

import logging
from contextlib import ExitStack
from datetime import datetime
from threading import Lock
from uuid import UUID

from celery import Celery

from warmline_memory import jobs
from warmline_memory.platform import Platform, open_platform
from warmline_memory.settings import Settings
from warmline_worker.delivering import Delivering

ALIVE_FILE = "worker.alive"
"""Its time of change, below ``home``, is when a worker on this machine last woke what was due."""

log = logging.getLogger("warmline.worker")


class WorkerProcess:
    """One process of the worker: its platform, and the threads that send to webhooks. Safe to share between threads.

    Celery imports the application before it is known whether a worker is to run. So nothing is opened before ``open``.
    """

    def __init__(self, settings: Settings, celery: Celery) -> None:
        self._settings = settings
        self._celery = celery
        self._opened = ExitStack()
        self._platform: Platform | None = None
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
        """Open the platform, load what briefs need, and begin to send events to webhooks. Raises ``SetupError``."""
        self._platform = self._opened.enter_context(open_platform(self._settings, self._celery))
        jobs.load_models()
        self._opened.enter_context(Delivering(self._platform))

    def close(self) -> None:
        """End what ``open`` began."""
        self._platform = None
        self._opened.close()

    def sweep(self) -> None:
        """Sweep once. What goes wrong is logged, for nobody but the next sweep could do anything about it."""
        try:
            swept = jobs.sweep(self.platform)
        except Exception:
            log.exception("The sweep failed; the next one tries again")
            return
        if swept.nudged or swept.expired:
            log.info("Sweep: %d handoffs nudged, %d expired memories deleted", swept.nudged, swept.expired)

    def wake(self) -> None:
        """Wake every handoff that is due, and say that this worker lives. Faults are logged, as by ``sweep``."""
        # Before anything that can fail: a worker without a database lives, and is not to be restarted for it.
        self._settings.home.mkdir(parents=True, exist_ok=True)
        (self._settings.home / ALIVE_FILE).touch()
        try:
            woken = jobs.wake_due(self.platform)
        except Exception:
            log.exception("Handoffs could not be woken; the next round tries again")
            return
        if woken:
            log.info("%d handoffs woken", woken)

    def consolidate(self) -> None:
        """Consolidate what came since this process did so last; everything the first time.

        One thread does it at most, which leaves the others to the briefs: a call beside it does nothing.
        """
        if self._consolidating.acquire(blocking=False):
            try:
                jobs.consolidate_everywhere(self.platform, self._consolidated)
            finally:
                self._consolidating.release()
