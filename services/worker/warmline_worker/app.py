"""The worker: ``celery --app warmline_worker.app worker``. A shallow task, and the sweep's clock."""

import logging
import sys
from contextlib import ExitStack
from typing import Any
from uuid import UUID

from celery import bootsteps
from celery.signals import setup_logging, worker_init, worker_shutdown

from warmline_memory import sweeping, writing
from warmline_memory.errors import SetupError
from warmline_memory.platform import Platform, open_platform
from warmline_memory.queue import WRITE_BRIEF, open_celery
from warmline_memory.settings import load_settings

log = logging.getLogger("warmline.worker")

settings = load_settings()
app = open_celery(settings)
# Threads, because briefs wait for the database and the model, which both release the interpreter; and because a worker
# of one process leaves nothing behind when it is killed.
app.conf.update(worker_pool="threads", worker_concurrency=settings.worker_threads, worker_prefetch_multiplier=1)

_opened = ExitStack()
_platforms: list[Platform] = []


class Sweep(bootsteps.StartStopStep):
    """Sweeps every few seconds, on the worker's own timer, whether Redis answers or not."""

    requires = ("celery.worker.components:Timer",)

    def start(self, worker: Any) -> None:
        """Start the clock."""
        self.timer = worker.timer.call_repeatedly(settings.sweep_seconds, _sweep)

    def stop(self, worker: Any) -> None:  # noqa: ARG002 (Celery calls it so)
        """Stop the clock."""
        self.timer.cancel()


app.steps["worker"].add(Sweep)


@app.task(name=WRITE_BRIEF)
def write_brief(tenant_id: str, handoff_id: str) -> None:
    """Write the brief of one handoff."""
    writing.write_brief(_platforms[0], UUID(tenant_id), UUID(handoff_id))


def _sweep() -> None:
    try:
        swept = sweeping.sweep(_platforms[0])
    except Exception:
        log.exception("The sweep failed; the next one tries again")
        return
    if swept.nudged or swept.released:
        log.info("Sweep: %d handoffs nudged, %d lapsed claims released", swept.nudged, swept.released)


@setup_logging.connect
def _set_up_logging(**_: Any) -> None:
    logging.basicConfig(level=settings.log_level, format="%(asctime)s %(levelname)s %(name)s: %(message)s")


@worker_init.connect
def _open(**_: Any) -> None:
    try:
        _platforms.append(_opened.enter_context(open_platform(settings, app)))
    except SetupError as error:
        log.critical("%s", error)
        sys.exit(1)


@worker_shutdown.connect
def _close(**_: Any) -> None:
    _platforms.clear()
    _opened.close()
