"""Writing: briefs are written on threads of their own, each with a process for the texts, in fair turns.

What is due is found in the database, so no broker is needed for it; a nudge only ends the wait between two looks.
"""

import logging
import queue
import threading
import time
from types import TracebackType
from typing import Self

from warmline_memory import jobs, logs, metrics
from warmline_memory.jobs import Due
from warmline_memory.platform import Platform
from warmline_worker.text_process import TextProcess

log = logging.getLogger("warmline.worker")

LOOK_SECONDS = 1.0
"""How often it is looked for what is due, in seconds, where no nudge comes."""
PAUSE_SECONDS = 0.02
"""At least this many seconds are between two looks, however many nudges come."""
TROUBLE_SECONDS = 2.0
"""After a look that failed the next one is this many seconds later."""


class Writing:
    """Writes what is due until the block ends. A context manager."""

    def __init__(self, platform: Platform) -> None:
        settings = platform.settings
        self._platform = platform
        self._drain_seconds = settings.worker_drain_seconds
        self._slots = settings.worker_threads
        self._most = min(settings.worker_tenant_threads, max(1, self._slots - 1))
        self._stopped, self._killing, self._wake = threading.Event(), threading.Event(), threading.Event()
        # Protects ``_under_way``. It is held for no more than looking into it, and together with no other lock.
        self._lock = threading.Lock()
        self._under_way: set[Due] = set()
        self._taken: queue.SimpleQueue[Due | None] = queue.SimpleQueue()
        self._processes = [TextProcess(settings, self._killing) for _ in range(self._slots)]
        self._threads = [threading.Thread(target=self._look, name="briefs", daemon=True)]
        self._threads += [
            threading.Thread(target=self._write, args=(process,), name=f"brief-{number}", daemon=True)
            for number, process in enumerate(self._processes)
        ]

    def __enter__(self) -> Self:
        # One at the beginning, which loads the models; the others start with their first brief.
        self._processes[0].start()
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Finish what is under way within the time for that; what is not finished then is handed back."""
        self._stopped.set()
        self._wake.set()
        for _ in self._processes:
            self._taken.put(None)
        self._join(self._drain_seconds)
        self._killing.set()
        # What was killed is handed back by its thread, which takes no longer than a transaction.
        self._join(self._platform.settings.statement_timeout_ms / 1000)
        for process in self._processes:
            process.kill()

    def nudge(self) -> None:
        """Look for what is due at once."""
        self._wake.set()

    def _join(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        for thread in self._threads:
            thread.join(max(0.0, end - time.monotonic()))

    def _look(self) -> None:
        """Find what is due, again and again, and give it to the threads that write."""
        while not self._stopped.is_set():
            # Cleared before the look: a nudge during it leads to a further look.
            self._wake.clear()
            try:
                self._take()
            # Whatever it is, the thread must live on: without it no brief is written until the worker is started anew.
            except Exception:
                log.exception("What is due cannot be found; the next look tries again")
                self._stopped.wait(TROUBLE_SECONDS)
            self._wake.wait(LOOK_SECONDS)
            self._stopped.wait(PAUSE_SECONDS)

    def _take(self) -> None:
        with self._lock:
            under_way = set(self._under_way)
        free = self._slots - len(under_way)
        if free <= 0:
            return
        found = jobs.find_due(self._platform, under_way, self._most)[:free]
        with self._lock:
            self._under_way.update(found)
        for one in found:
            self._taken.put(one)

    def _write(self, process: TextProcess) -> None:
        while (one := self._taken.get()) is not None and not self._stopped.is_set():
            try:
                with (
                    logs.scope(tenant_id=str(one.tenant_id), handoff_id=str(one.handoff_id)),
                    metrics.brief_seconds.time(),
                ):
                    jobs.write_brief(self._platform, one.tenant_id, one.handoff_id, process.write)
            except Exception:
                log.exception(
                    "The brief of handoff %s was not begun, or not recorded; it is tried again", one.handoff_id
                )
                self._stopped.wait(TROUBLE_SECONDS)
            with self._lock:
                self._under_way.discard(one)
            self._wake.set()
