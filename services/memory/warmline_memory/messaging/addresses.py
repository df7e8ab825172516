"""Where Redis is: Celery and redis-py write the address of a Unix socket differently."""

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry


def connect(redis_url: str, seconds: float) -> redis.Redis:
    """A client for an address as `WARMLINE_REDIS_URL` has it, whose connections and answers may take so many seconds.

    ``redis+socket:///path`` is what Celery calls a Unix socket; redis-py calls it ``unix:///path``. Nothing is
    connected to yet, and nothing is tried twice: somebody waits for each of these answers, and can do without it.
    """
    return redis.Redis.from_url(
        redis_url.replace("redis+socket://", "unix://"),
        socket_timeout=seconds,
        socket_connect_timeout=seconds,
        retry=Retry(NoBackoff(), 0),
    )
