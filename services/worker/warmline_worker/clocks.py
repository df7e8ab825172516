"""Clocks: what the worker does again and again, each job on a thread of its own.

So a job that takes long, or hangs in a statement, keeps no other from running.
"""

import logging
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Self

log = logging.getLogger("warmline.worker")


class Clock:
    """Does one job every so many seconds until the block ends. A context manager.

    What goes wrong is logged, for nobody but the next round could do anything about it.
    """

    def __init__(self, name: str, seconds: float, job: Callable[[], object]) -> None:
        self._name, self._seconds, self._job = name, seconds, job
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
            try:
                self._job()
            # Whatever it is, the thread must live on: without it the job is not done until the worker is started anew.
            except Exception:
                log.exception("The job %s failed; the next round tries again", self._name)
