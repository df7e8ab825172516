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

    What goes wrong is logged, for nobody but the next round could do anything about it. ``told`` hears after each round
    the error that ended it, None where none did.
    """

    def __init__(
        self,
        name: str,
        seconds: float,
        job: Callable[[], object],
        told: Callable[[str, Exception | None], object] = lambda *_: None,
    ) -> None:
        self._name, self._seconds, self._job, self._told = name, seconds, job, told
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
            error = self._round()
            try:
                self._told(self._name, error)
            except Exception:
                log.exception("What became of the job %s could not be recorded", self._name)

    def _round(self) -> Exception | None:
        try:
            self._job()
        except Exception as error:
            log.exception("The job %s failed; the next round tries again", self._name)
            return error
        return None
