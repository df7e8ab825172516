"""The worker: ``celery --app warmline_worker.app worker``. Shallow tasks, and the process behind them."""

import logging
import sys
from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

from celery import bootsteps
from celery.signals import setup_logging, worker_init, worker_shutdown
from celery.worker.consumer import Consumer
from kombu import Message

from warmline_memory import jobs, logs, metrics, security_log
from warmline_memory.errors import SetupError
from warmline_memory.messaging import INDEX_NAMESPACE, WRITE_BRIEF, open_celery
from warmline_memory.platform import open_platform
from warmline_memory.settings import load_settings
from warmline_worker.process import WorkerProcess

log = logging.getLogger("warmline.worker")

TASK_THREADS = 2
"""Tasks index and consolidate, and nudge those who write; briefs have threads of their own."""


class PatientConsumer(Consumer):
    """A consumer that nothing a broker says can end.

    Celery's own one leaves on errors that it does not take for a lost connection, such as those of a full Redis or of a
    message that is none. To this one they all are a lost connection: the message is dropped and it connects anew.
    Nothing is lost with a message, for the work is in the database.
    """

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.connection_errors = (Exception,)

    def create_task_handler(self, *given: Any, **named: Any) -> Callable[[Message], None]:
        """What takes each message: Celery's own, but one that it cannot read is taken off the queue for good."""
        take = super().create_task_handler(*given, **named)

        def take_or_drop(message: Message) -> None:
            try:
                take(message)
            except Exception:
                # Unless it is acknowledged, it comes back with each new connection, and ends that one too.
                log.exception("A message that cannot be read is dropped")
                message.ack()

        return take_or_drop


settings = load_settings()
app = open_celery(settings)
app.conf.update(
    worker_pool="threads",
    worker_concurrency=TASK_THREADS,
    worker_prefetch_multiplier=1,
    worker_consumer=f"{__name__}:{PatientConsumer.__name__}",
)

# Celery finds its application, tasks and signal receivers by importing this module, and calls them without any state of
# their own: what they share is here.
# The processes that write briefs have the models that weigh what was said; this one needs none.
# What a worker reads it writes from, so all of it is the primary's: it does not look at a replica.
on_the_primary = settings.model_copy(update={"replica_database_url": ""})
process = WorkerProcess(settings, partial(open_platform, on_the_primary, app, weighs=False))


class Consolidations(bootsteps.StartStopStep):
    """Asks for consolidations every hour or so: as a task, since one worker of all is enough."""

    requires = ("celery.worker.components:Timer",)

    def start(self, worker: Any) -> None:
        """Start the clock."""
        minutes = settings.consolidate_minutes
        self.timers = [worker.timer.call_repeatedly(minutes * 60, _ask_for_consolidations)] if minutes else []

    def stop(self, worker: Any) -> None:  # noqa: ARG002 (Celery calls it so)
        """Stop the clock."""
        for timer in self.timers:
            timer.cancel()


app.steps["worker"].add(Consolidations)


@app.task(name=WRITE_BRIEF, acks_late=False)
def write_brief(tenant_id: str, handoff_id: str) -> None:  # noqa: ARG001 (a nudge names what made it necessary)
    """Look for handoffs whose briefs are due. Which these are is in the database."""
    process.nudge()


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


@worker_init.connect
def _open(**_: Any) -> None:
    try:
        security_log.keep(settings.security_log)
        process.open()
        if settings.worker_metrics_port:
            metrics.serve(settings.worker_metrics_host, settings.worker_metrics_port)
    except SetupError as error:
        log.critical("%s", error)
        sys.exit(1)
    # Celery only logs what a receiver raises, and would run on with a worker that takes messages and writes nothing.
    except Exception:
        log.critical("The worker cannot start", exc_info=True)
        sys.exit(1)


@worker_shutdown.connect
def _close(**_: Any) -> None:
    process.close()
