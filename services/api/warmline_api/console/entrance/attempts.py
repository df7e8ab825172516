"""Attempts: how often somebody tries to sign in. Counted in Redis, for all processes of the API together.

A name is counted whether or not somebody has it, so that no answer tells which names there are.
"""

import hashlib
import logging
from typing import NoReturn

import redis
from redis.client import Pipeline

from warmline_api.addresses import network_of
from warmline_api.console.entrance.refusals import TooManyAttempts
from warmline_memory.messaging import SOCKET_TIMEOUT, connect
from warmline_memory.settings import Settings

log = logging.getLogger("warmline.console")

FREE = 5
"""So many attempts at a name need no wait. OWASP's cheat sheet on authentication has three to five."""
FIRST_WAIT, LONGEST_WAIT = 30, 3600
"""The wait after the first attempt that was not free, in seconds; it doubles with each further one, up to the longest.
A day then has room for some 30 attempts at one name, from however many addresses."""
REMEMBERED = 86_400
"""Attempts at a name are forgotten so many seconds after the last one, and as soon as somebody signs in."""
MOST_FROM_ONE_ADDRESS, WITHIN = 100, 600
"""At most so many attempts at all names together that fail, from one address within so many seconds."""


class Attempts:
    """Counts attempts by name and by address. Without Redis none is refused: then they are only taken one at a time."""

    def __init__(self, settings: Settings) -> None:
        self._redis = connect(settings.redis_url, SOCKET_TIMEOUT)
        self._prefix = settings.broker_prefix

    def begin(self, name: str, address: str) -> int:
        """Count an attempt, before its password is looked at: many at the same time are counted as well.

        The answer is for how many seconds nobody may try that name again. Raises ``TooManyAttempts``.
        """
        try:
            return self._begin(name, address)
        except redis.RedisError as error:
            log.warning("Attempts at signing in cannot be counted: %s", error)
            return 0

    def forget(self, name: str, address: str) -> int:
        """Forget the attempts at a name, as the right password was given; that one counts for its address neither. The
        answer is how many failed before it."""
        tried, closed, place = self._keys(name, address)
        try:
            with self._redis.pipeline() as pipeline:
                pipeline.get(tried)
                pipeline.delete(tried, closed)
                _count_one_less(pipeline, place, WITHIN)
                return max(int(pipeline.execute()[0] or 0) - 1, 0)
        except redis.RedisError as error:
            log.warning("Attempts at signing in cannot be forgotten: %s", error)
            return 0

    def take_back(self, name: str, address: str) -> None:
        """Take the last attempt back, because its password was right and more is asked for."""
        tried, closed, place = self._keys(name, address)
        try:
            with self._redis.pipeline() as pipeline:
                _count_one_less(pipeline, tried, REMEMBERED)
                pipeline.delete(closed)
                _count_one_less(pipeline, place, WITHIN)
                pipeline.execute()
        except redis.RedisError as error:
            log.warning("An attempt at signing in cannot be taken back: %s", error)

    def close(self) -> None:
        """Close the connections."""
        self._redis.close()

    def _begin(self, name: str, address: str) -> int:
        tried, closed, place = self._keys(name, address)
        wait: int
        with self._redis.pipeline() as pipeline:
            # SET NX begins a window that ends by itself; INCR alone would make a key that stays for ever.
            pipeline.set(place, 0, ex=WITHIN, nx=True)
            pipeline.incr(place)
            pipeline.ttl(place)
            pipeline.incr(tried)
            pipeline.expire(tried, REMEMBERED)
            _, from_place, place_ends, count, _ = pipeline.execute()
        if from_place > MOST_FROM_ONE_ADDRESS:
            self._refuse(tried, place_ends)
        if count <= FREE:
            return 0
        wait = min(FIRST_WAIT * 2 ** min(count - FREE - 1, 20), LONGEST_WAIT)
        # Of several at the same time one gets in, and closes the name behind itself.
        if not self._redis.set(closed, 1, ex=wait, nx=True):
            self._refuse(tried, self._redis.ttl(closed))
        return wait

    def _refuse(self, tried: str, seconds: int) -> NoReturn:
        # What is refused is no guess, and makes no wait longer: whoever tries for hours does not close a name for days.
        self._redis.decr(tried)
        raise TooManyAttempts.after(max(seconds, 1))

    def _keys(self, name: str, address: str) -> tuple[str, str, str]:
        """Where the attempts at a name are counted, what says that it is closed, and where its address is counted."""
        # Hashed, because whoever types may give a name of any length.
        counted = (name, network_of(address))
        named, place = (hashlib.sha256(one.encode(errors="surrogatepass")).hexdigest() for one in counted)
        return (f"{self._prefix}.attempts:{named}", f"{self._prefix}.closed:{named}", f"{self._prefix}.from:{place}")


def _count_one_less(pipeline: Pipeline, key: str, seconds: int) -> None:
    # What has run out meanwhile is begun anew, with an end: DECR alone would make a count that stays for ever, and
    # that then shuts its address out for good.
    pipeline.set(key, 1, ex=seconds, nx=True)
    pipeline.decr(key)
