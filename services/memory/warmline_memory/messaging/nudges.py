"""Nudges: telling the worker through Redis that there is work. Redis may lose any; whoever finds the work again, sends
another: the sweep for handoffs, the next recall for namespaces."""

import logging
from uuid import UUID

import redis
from celery import Celery
from kombu.exceptions import OperationalError

from warmline_memory.messaging import addresses
from warmline_memory.settings import Settings

log = logging.getLogger(__name__)

WRITE_BRIEF = "warmline.write_brief"
INDEX_NAMESPACE = "warmline.index_namespace"
"""The tasks' names; the API sends them by name, the worker registers its functions under them."""

NAMESPACE_SECONDS = 10
"""The worker is nudged to the same task on the same namespace at most once in this many seconds: every recall of a
namespace that is too large asks for it."""

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
"""Nothing waits for a Redis that is gone: a nudge tries twice at once, and leaves the rest to the sweep."""


def open_celery(settings: Settings) -> Celery:
    """The Celery application that the API sends with and the worker runs."""
    celery = Celery("warmline", broker=settings.redis_url, set_as_current=False)
    celery.conf.update(
        task_ignore_result=True,
        # A task is acknowledged when it is done: one whose worker was killed is given to another.
        task_acks_late=True,
        task_serializer="json",
        accept_content=["json"],
        broker_connection_retry_on_startup=True,
        broker_transport_options=TRANSPORT_OPTIONS,
        worker_hijack_root_logger=False,
        timezone="UTC",
    )
    return celery


class Queue:
    """Sends nudges. A nudge that cannot be sent is logged, and is no error: the row itself says that it is due."""

    def __init__(self, celery: Celery, redis_url: str) -> None:
        self._celery = celery
        self._redis = addresses.connect(redis_url, SOCKET_TIMEOUT)

    def nudge(self, tenant_id: UUID, handoff_id: UUID, *, delay_seconds: float = 0.0) -> bool:
        """Ask the worker to look at a handoff, after a delay. False where the nudge could not be sent."""
        return self._send(WRITE_BRIEF, tenant_id, handoff_id, delay_seconds=delay_seconds)

    def nudge_namespace(self, task: str, tenant_id: UUID, namespace: str, *, again: bool = False) -> bool:
        """Ask the worker to run a task on a namespace, unless it was asked just now; ``again`` asks all the same.

        False where the nudge could not be sent.
        """
        try:
            just_asked = not self._redis.set(f"{task}:{tenant_id}:{namespace}", "", ex=NAMESPACE_SECONDS, nx=not again)
        except redis.RedisError:
            just_asked = False  # sending meets the same trouble, and logs it
        return just_asked or self._send(task, tenant_id, namespace)

    def _send(self, task: str, *args: object, delay_seconds: float = 0.0) -> bool:
        try:
            self._celery.send_task(task, args=[str(one) for one in args], countdown=delay_seconds or None, retry=False)
        except (OperationalError, redis.RedisError, OSError) as error:
            log.warning("Redis took no nudge for %s of %s: %s", task, args, error)
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
