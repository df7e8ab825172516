"""The whole platform for one developer: small pools everywhere, and API and worker in the launcher's own process."""

import contextlib
from collections.abc import Mapping
from types import MappingProxyType

from warmline_local.light.one_process import OneProcess
from warmline_local.stack import Stack, Steps, prepare_database
from warmline_memory.settings import Settings
from warmline_memory.storage import migrations
from warmline_worker.forks import Forks

SMALL: Mapping[str, object] = MappingProxyType(
    {
        "database_pool": 3,
        "embedding_threads": 1,
        "requests_at_once": 6,
        "resident_megabytes": 32.0,
        "webhook_threads": 2,
        "worker_threads": 1,
        "worker_tenant_threads": 1,
    }
)
"""Settings of a platform that serves one person and their agents; those that somebody has set go before them."""

POSTGRES: Mapping[str, str] = MappingProxyType(
    {
        "shared_buffers": "4MB",
        "max_connections": "20",
        # What is read comes from the system's cache nearly always: processes that wait for disks are of no use.
        "io_method": "sync",
        "max_worker_processes": "2",
        "max_parallel_workers": "0",
        "max_logical_replication_workers": "0",
        "max_wal_senders": "0",
        "autovacuum_max_workers": "1",
        "autovacuum_worker_slots": "1",
    }
)
"""PostgreSQL for the same: each of its processes has some megabytes of its own."""


def small(settings: Settings) -> Settings:
    """The settings with small pools, but for what somebody has set."""
    smaller = {name: value for name, value in SMALL.items() if name not in settings.model_fields_set}
    return settings.model_copy(update=smaller)


class LightStack(Stack):
    """As ``Stack``, in as little memory as one developer's platform can do with."""

    postgres = POSTGRES

    def __init__(self, settings: Settings, forks: Forks, steps: Steps | None = None) -> None:
        super().__init__(small(settings), steps)
        self._forks = forks
        self._one_process: OneProcess | None = None

    def _prepare_database(self) -> None:
        prepare_database(self.owner_url, self.settings.database_url, migrations.upgrade_apart)

    def _start_services(self, undo: contextlib.ExitStack, held: tuple[int, ...]) -> None:  # noqa: ARG002 (programs hold the folder, and there is none)
        one = OneProcess(self.settings, self._forks)
        with self._steps.step("API and worker"):
            one.start()
        undo.callback(self._stopped("API and worker", one.stop))
        self._one_process = one

    def _look(self) -> None:
        super()._look()
        if self._one_process:
            self._one_process.check()
