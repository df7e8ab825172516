"""Nudges: telling the worker through a broker that there is work. It may lose any: the worker looks for handoffs that
are due by itself every second, and the next recall of a namespace sends another."""

import logging
from typing import TYPE_CHECKING, Protocol, runtime_checkable
from uuid import UUID

import redis
from kombu.exceptions import OperationalError

from warmline_memory.messaging import addresses
from warmline_memory.settings import Settings

if TYPE_CHECKING:
    from celery import Celery

log = logging.getLogger(__name__)

WRITE_BRIEF = "warmline.write_brief"
INDEX_NAMESPACE = "warmline.index_namespace"
"""The tasks' names; the API sends them by name, the worker registers its functions under them."""

NAMESPACE_SECONDS = 10
"""The worker is nudged to the same task on the same namespace at most once in this many seconds: every recall of a
namespace that is too large asks for it."""

EXPIRES_SECONDS = 60
"""A nudge that waited for longer than this is dropped: what it asks for was found long ago."""
SOCKET_TIMEOUT = 2.0
"""A nudge waits at most this long, in seconds, for a Redis that does not answer."""
TRANSPORT_OPTIONS = {
    "socket_timeout": SOCKET_TIMEOUT,
    "socket_connect_timeout": SOCKET_TIMEOUT,
    "max_retries": 1,
    "interval_start": 0,
    "interval_step": 0,
    "interval_max": 0,
}
"""Nothing waits for a Redis that is gone: a nudge tries twice at once, and leaves the rest to the worker's own look."""


def open_celery(settings: Settings) -> "Celery":
    """The Celery application that the API sends with and the worker runs."""
    # Loaded here: a platform that is one process has no broker, and 6 MB more without it.
    from celery import Celery

    broker = settings.broker_url or settings.redis_url
    celery = Celery("warmline", broker=broker, set_as_current=False)
    celery.conf.update(
        task_ignore_result=True,
        # A task is acknowledged when it is done: one whose worker was killed is given to another.
        task_acks_late=True,
        task_serializer="json",
        accept_content=["json"],
        # Others may use the same broker: theirs are not ours to take, and ours not theirs.
        task_default_queue=settings.broker_prefix,
        task_create_missing_queues=True,
        broker_connection_timeout=SOCKET_TIMEOUT,
        broker_connection_retry_on_startup=True,
        broker_channel_error_retry=True,
        broker_connection_max_retries=None,
        broker_transport_options=_transport_options(broker, settings.broker_prefix),
        worker_hijack_root_logger=False,
        timezone="UTC",
    )
    return celery


def _transport_options(broker: str, prefix: str) -> dict[str, object]:
    """Time-outs and names of Redis, whose addresses begin with redis, rediss or redis+socket; RabbitMQ's client knows
    none of these."""
    return {**TRANSPORT_OPTIONS, "global_keyprefix": f"{prefix}:"} if broker.startswith("redis") else {}


@runtime_checkable
class Nudges(Protocol):
    """What tells the worker that there is work. Any nudge may be lost."""

    def nudge(self, tenant_id: UUID, handoff_id: UUID) -> bool:
        """Ask the worker to look for handoffs that are due. False where the nudge could not be sent."""

    def nudge_namespace(self, task: str, tenant_id: UUID, namespace: str, *, again: bool = False) -> bool:
        """Ask the worker to run a task on a namespace, unless it was asked just now; ``again`` asks all the same.

        False where the nudge could not be sent.
        """

    def answers(self) -> bool:
        """Whether Redis answers now."""

    def close(self) -> None:
        """Close the connections."""


class Queue:
    """Sends nudges through the broker. One that cannot be sent is logged, and is no error: the row itself says that it
    is due."""

    def __init__(self, celery: "Celery", settings: Settings) -> None:
        self._celery = celery
        self._redis = addresses.connect(settings.redis_url, SOCKET_TIMEOUT)
        self._prefix = settings.broker_prefix

    def nudge(self, tenant_id: UUID, handoff_id: UUID) -> bool:
        """Ask the worker to look for handoffs that are due. False where the nudge could not be sent."""
        return self._send(WRITE_BRIEF, tenant_id, handoff_id)

    def nudge_namespace(self, task: str, tenant_id: UUID, namespace: str, *, again: bool = False) -> bool:
        """Ask the worker to run a task on a namespace, unless it was asked just now; ``again`` asks all the same.

        False where the nudge could not be sent.
        """
        key = f"{self._prefix}:{task}:{tenant_id}:{namespace}"
        try:
            just_asked = not self._redis.set(key, "", ex=NAMESPACE_SECONDS, nx=not again)
        except redis.RedisError:
            just_asked = False  # sending meets the same trouble, and logs it
        return just_asked or self._send(task, tenant_id, namespace)

    def _send(self, task: str, *args: object) -> bool:
        try:
            # What nobody took in this time is not needed any more: the worker has looked by itself.
            self._celery.send_task(task, args=[str(one) for one in args], expires=EXPIRES_SECONDS, retry=False)
        except (OperationalError, redis.RedisError, OSError) as error:
            log.warning("The broker took no nudge for %s: %s", task, error)
            return False
        return True

    def answers(self) -> bool:
        """Whether Redis answers now."""
        try:
            return bool(self._redis.ping())
        except redis.RedisError:
            return False

    def close(self) -> None:
        """Close the connections."""
        self._redis.close()
        self._celery.close()
