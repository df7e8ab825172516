"""Where Redis is: Celery and redis-py write the address of a Unix socket differently."""

from typing import Any

import redis


def connect(redis_url: str, seconds: float, **options: Any) -> redis.Redis:
    """A client for an address as `WARMLINE_REDIS_URL` has it, whose connections and answers may take so many seconds.

    ``redis+socket:///path`` is what Celery calls a Unix socket; redis-py calls it ``unix:///path``. Nothing is
    connected to yet. ``options`` are those of ``redis.Redis``.
    """
    return redis.Redis.from_url(
        redis_url.replace("redis+socket://", "unix://"),
        socket_timeout=seconds,
        socket_connect_timeout=seconds,
        **options,
    )
