"""The API and the worker as programs of the local stack."""

import http.client
import os
import signal
import sys
import time
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import SecretStr

from warmline_local.servers import (
    ASK_AGAIN_SECONDS,
    GuardedProcess,
    Stop,
    wait_until_ready,
)
from warmline_memory.errors import SetupError
from warmline_memory.settings import Settings

if TYPE_CHECKING:
    from celery import Celery

STARTING_SECONDS = 60.0
ANSWER_SECONDS = 2.0
EVERY_ADDRESS = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}  # noqa: S104 (where to ask a server that has them)

# The API may wait ``serving.STREAMS_SECONDS`` for open streams, and ends well before this.
API_STOP = (Stop(signal.SIGTERM, 8),)
CHAT_STOP = (Stop(signal.SIGTERM, 6),)
HANDING_BACK_SECONDS = 7.0
"""What a worker may take beside its drain: to end tasks, to hand back what is not finished, and for webhooks."""


def start_export(settings: Settings, held: tuple[int, ...]) -> GuardedProcess:
    """Start the export of the embedding model, which ends at once where that was done before."""
    return _start("Export", [sys.executable, "-m", "warmline_memory.embedding"], settings, API_STOP, held)


def start_api(settings: Settings, held: tuple[int, ...]) -> GuardedProcess:
    """Start the API on ``settings.host`` and ``settings.port``."""
    return _start("API", api_command(), settings, API_STOP, held)


def start_worker(settings: Settings, held: tuple[int, ...]) -> GuardedProcess:
    """Start the worker, which also sweeps."""
    return _start("Worker", worker_command(settings, _node()), settings, worker_stop(settings), held)


def start_chat(
    settings: Settings, held: tuple[int, ...], *, port: int, api_key: str, queue: str, console: str
) -> GuardedProcess:
    """Start the web chat of the tenant whose key this is, with the small bot, which gets people from ``queue``."""
    command = [sys.executable, "-P", "-c", "from warmline.cli import main; main()", "chat"]
    given = {"--host": settings.host, "--port": str(port), "--queue": queue, "--console": console}
    command += [word for option in given.items() for word in option]
    # It needs the API and a key of it, and nothing of the database.
    kept = {name: value for name, value in os.environ.items() if not name.startswith("WARMLINE_")}
    environment = {**kept, "WARMLINE_URL": api_url(settings), "WARMLINE_API_KEY": api_key}
    return _start("Chat", command, settings, CHAT_STOP, held, environment)


def api_command() -> list[str]:
    """The program of an API process, which reads the settings from its environment."""
    return [sys.executable, "-P", "-m", "warmline_api"]


def worker_command(settings: Settings, node: str) -> list[str]:
    """The program of a worker, under a name among those of its Redis."""
    command = [sys.executable, "-P", "-m", "celery", "-A", "warmline_worker.app", "worker", "--hostname", node]
    # What is due stands in the database: workers have nothing to tell each other, at the start or later.
    return [*command, "--without-mingle", "--without-gossip", "--loglevel", settings.log_level]


def worker_stop(settings: Settings) -> tuple[Stop, ...]:
    """How a worker is ended: it finishes its briefs in their time, and hands back the others before it is killed."""
    return (Stop(signal.SIGTERM, settings.worker_drain_seconds + HANDING_BACK_SECONDS),)


def wait_for_export(process: GuardedProcess) -> None:
    """Wait until the model is there; the first time takes about 20 seconds. Raises ``SetupError``."""
    while (status := process.poll()) is None:
        time.sleep(ASK_AGAIN_SECONDS)
    if status:
        raise SetupError(what="The embedding model cannot be exported.", fix=process.last_words())


def wait_for_api(process: GuardedProcess, settings: Settings) -> None:
    """Wait until the API says that it is ready. Raises ``SetupError``."""
    _wait_for_answer(process, settings, settings.port, "/health/ready")


def wait_for_chat(process: GuardedProcess, settings: Settings, port: int) -> None:
    """Wait until the web chat answers. Raises ``SetupError``."""
    _wait_for_answer(process, settings, port, "/health")


def _wait_for_answer(process: GuardedProcess, settings: Settings, port: int, path: str) -> None:
    host = EVERY_ADDRESS.get(settings.host, settings.host)

    def is_ready() -> bool:
        connection = http.client.HTTPConnection(host, port, timeout=ANSWER_SECONDS)
        try:
            connection.request("GET", path)
            return connection.getresponse().status == http.HTTPStatus.OK
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    wait_until_ready(process, is_ready, STARTING_SECONDS)


def wait_for_worker(process: GuardedProcess, celery: "Celery") -> None:
    """Wait until the worker answers a ping. Raises ``SetupError``."""

    def is_ready() -> bool:
        return bool(celery.control.ping(destination=[_node()], timeout=ANSWER_SECONDS / 4, limit=1))

    wait_until_ready(process, is_ready, STARTING_SECONDS)


def api_url(settings: Settings) -> str:
    """Where clients on this machine find the API."""
    return url_of(settings, settings.port)


def url_of(settings: Settings, port: int) -> str:
    """Where clients on this machine find what listens at this port."""
    host = EVERY_ADDRESS.get(settings.host, settings.host)
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def environment_of(settings: Settings) -> dict[str, str]:
    """The environment in which a program loads these very settings, but for the address of the database's owner."""
    values = {name: getattr(settings, name) for name in Settings.model_fields}
    # The service must not be able to connect as the owner of the tables, for whom row-level security does not hold.
    values["migration_database_url"] = ""
    set_to = {f"WARMLINE_{name.upper()}": _as_text(value) for name, value in values.items() if value is not None}
    return dict(os.environ) | set_to


def _as_text(value: object) -> str:
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    return str(value.absolute()) if isinstance(value, Path) else str(value)


def _node() -> str:
    """The worker's name among those of a Redis that others use too."""
    return f"warmline-{os.getpid()}@local"


def _start(
    name: str,
    command: list[str],
    settings: Settings,
    stop: tuple[Stop, ...],
    held: tuple[int, ...],
    environment: dict[str, str] | None = None,
) -> GuardedProcess:
    return GuardedProcess(
        name,
        command,
        log=settings.home / "logs" / f"{name.lower()}.log",
        record=settings.home / "run" / f"{name.lower()}.pid",
        stop=stop,
        environment=environment_of(settings) if environment is None else environment,
        held=held,
    )
