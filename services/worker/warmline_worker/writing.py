"""Writing: briefs are written on threads of their own, each with a process for the texts, in fair turns."""

from collections.abc import Collection, Sequence
from functools import partial
from threading import Event
from types import TracebackType
from typing import Self

from warmline_memory import jobs, logs, metrics
from warmline_memory.jobs import Due
from warmline_memory.platform import Platform
from warmline_worker.due_work import DueWork
from warmline_worker.forks import Forks
from warmline_worker.text_process import TextProcess


class Writing:
    """Writes what is due until the block ends. A context manager."""

    def __init__(self, platform: Platform, forks: Forks | None = None) -> None:
        settings = platform.settings
        self._platform = platform
        self._most = min(settings.worker_tenant_threads, max(1, settings.worker_threads - 1))
        self._killing = Event()
        self._starts_one = forks is None
        self._processes = [TextProcess(settings, self._killing, forks) for _ in range(settings.worker_threads)]
        self._work = DueWork("briefs", self._find, [partial(self._write, process) for process in self._processes])

    def __enter__(self) -> Self:
        # One at the beginning, which loads the models; the others start with their first brief. Forks have them.
        if self._starts_one:
            self._processes[0].start()
        self._work.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Finish what is under way within the time for that; what is not finished then is handed back."""
        self._work.stop()
        self._work.join(self._platform.settings.worker_drain_seconds)
        self._killing.set()
        # What was killed is handed back by its thread, which takes no longer than a transaction.
        self._work.join(self._platform.settings.statement_timeout_ms / 1000)
        for process in self._processes:
            process.kill()

    def nudge(self) -> None:
        """Look for what is due at once."""
        self._work.nudge()

    def _find(self, under_way: Collection[Due]) -> Sequence[Due]:
        return jobs.find_due(self._platform, under_way, self._most)

    def _write(self, process: TextProcess, one: Due) -> None:
        with (
            logs.scope(tenant_id=str(one.tenant_id), handoff_id=str(one.handoff_id)),
            metrics.brief_seconds.time(),
        ):
            jobs.write_brief(self._platform, one.tenant_id, one.handoff_id, process.write)
