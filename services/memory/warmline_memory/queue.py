"""Nudges: telling the worker through Redis that a handoff is due. Redis may lose any; the sweep finds the rest."""

import logging
from uuid import UUID

import redis
from celery import Celery
from kombu.exceptions import OperationalError

from warmline_memory.settings import Settings

log = logging.getLogger(__name__)

WRITE_BRIEF = "warmline.write_brief"
"""The task's name; the API sends it by name, the worker registers its function under it."""

SOCKET_TIMEOUT = 2.0
"""So long, in seconds, a request waits for a Redis that does not answer."""
TRANSPORT_OPTIONS = {
    "socket_timeout": SOCKET_TIMEOUT,
    "socket_connect_timeout": SOCKET_TIMEOUT,
    "max_retries": 1,
    "interval_start": 0,
    "interval_step": 0,
    "interval_max": 0,
}
"""A request does not wait for a Redis that is gone: it tries twice at once, and leaves the rest to the sweep."""


def open_celery(settings: Settings) -> Celery:
    """The Celery application that the API sends with and the worker runs."""
    celery = Celery("warmline", broker=settings.redis_url, set_as_current=False)
    celery.conf.update(
        task_ignore_result=True,
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
        self._redis = redis.Redis.from_url(
            redis_url.replace("redis+socket://", "unix://"),
            socket_timeout=SOCKET_TIMEOUT,
            socket_connect_timeout=SOCKET_TIMEOUT,
        )

    def nudge(self, tenant_id: UUID, handoff_id: UUID, *, delay_seconds: float = 0.0) -> bool:
        """Ask the worker to look at a handoff, after a delay. False where the nudge could not be sent."""
        try:
            self._celery.send_task(
                WRITE_BRIEF, args=[str(tenant_id), str(handoff_id)], countdown=delay_seconds or None, retry=False
            )
        except (OperationalError, redis.RedisError, OSError) as error:
            log.warning("Handoff %s waits for the sweep, because Redis took no nudge: %s", handoff_id, error)
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
