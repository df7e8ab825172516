"""The worker: ``celery --app warmline_worker.app worker``. Shallow tasks, and the clocks."""

import logging
import sys
from typing import Any
from uuid import UUID

from celery import bootsteps
from celery.signals import setup_logging, worker_init, worker_shutdown

from warmline_memory import jobs, logs, metrics, security_log
from warmline_memory.errors import SetupError
from warmline_memory.messaging import INDEX_NAMESPACE, WRITE_BRIEF, open_celery
from warmline_memory.settings import load_settings
from warmline_worker.process import WorkerProcess

log = logging.getLogger("warmline.worker")

settings = load_settings()
app = open_celery(settings)
# Threads, because briefs wait for the database and the model, which both release the interpreter; and because a worker
# of one process leaves nothing behind when it is killed.
app.conf.update(worker_pool="threads", worker_concurrency=settings.worker_threads, worker_prefetch_multiplier=1)

# Celery finds its application, tasks and signal receivers by importing this module, and calls them without any state of
# their own: what they share is here.
process = WorkerProcess(settings, app)


class Clocks(bootsteps.StartStopStep):
    """Wakes every second, sweeps every few, asks for consolidations every hour or so, on the worker's own timer.

    Waking and sweeping run there, whether Redis answers or not; consolidating takes longer, and is a task.
    """

    requires = ("celery.worker.components:Timer",)

    def start(self, worker: Any) -> None:
        """Start the clocks."""
        self.timers = [
            worker.timer.call_repeatedly(settings.sweep_seconds, process.sweep),
            worker.timer.call_repeatedly(settings.wake_seconds, process.wake),
        ]
        if settings.consolidate_minutes:
            seconds = settings.consolidate_minutes * 60
            self.timers.append(worker.timer.call_repeatedly(seconds, _ask_for_consolidations))

    def stop(self, worker: Any) -> None:  # noqa: ARG002 (Celery calls it so)
        """Stop the clocks."""
        for timer in self.timers:
            timer.cancel()


app.steps["worker"].add(Clocks)


@app.task(name=WRITE_BRIEF)
def write_brief(tenant_id: str, handoff_id: str) -> None:
    """Write the brief of one handoff."""
    with logs.scope(tenant_id=tenant_id, handoff_id=handoff_id), metrics.brief_seconds.time():
        jobs.write_brief(process.platform, UUID(tenant_id), UUID(handoff_id))


@app.task(name=INDEX_NAMESPACE)
def index_namespace(tenant_id: str, namespace: str) -> None:
    """Index what is old of a namespace that grew large."""
    jobs.index_namespace(process.platform, UUID(tenant_id), namespace)


@app.task(name="warmline.consolidate")
def consolidate() -> None:
    """Consolidate what came since this process did so last.

    Nothing depends on the message: where it is lost, the next one does its work.
    """
    process.consolidate()


def _ask_for_consolidations() -> None:
    try:
        consolidate.apply_async(expires=settings.consolidate_minutes * 60, retry=False)
    except Exception:
        log.exception("Consolidations could not be asked for; they are next time")


@setup_logging.connect
def _set_up_logging(**_: Any) -> None:
    logs.keep(settings.log_level, as_json=settings.log_json)
    security_log.keep(settings.security_log)


@worker_init.connect
def _open(**_: Any) -> None:
    try:
        process.open()
        if settings.worker_metrics_port:
            metrics.serve(settings.worker_metrics_host, settings.worker_metrics_port)
    except SetupError as error:
        log.critical("%s", error)
        sys.exit(1)


@worker_shutdown.connect
def _close(**_: Any) -> None:
    process.close()
