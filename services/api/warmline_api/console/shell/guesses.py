"""Guesses: how often somebody tries to sign in. Counted in Redis, for all processes of the API together."""

import hashlib
import logging

import redis

from warmline_api.console.shell.refusals import TooManyGuesses
from warmline_memory.messaging import SOCKET_TIMEOUT, connect

log = logging.getLogger("warmline.console")

# Ten attempts in ten minutes are 1,440 a day for whoever guesses at one name, and plenty for whoever mistypes. An
# office behind one address gets ten times as many.
MOST = 10
"""At most this many attempts at one name from one address, within ``SECONDS``."""
MOST_FROM_ONE_ADDRESS = 100
"""At most this many attempts at all names together from one address, within ``SECONDS``."""
SECONDS = 600


class Guesses:
    """Counts attempts by name and address. Without Redis none is refused: checking a password is slow by itself."""

    def __init__(self, redis_url: str) -> None:
        self._redis = connect(redis_url, SOCKET_TIMEOUT)

    def count(self, name: str, address: str) -> None:
        """Count an attempt. Raises ``TooManyGuesses``."""
        limits = {_key(name, address): MOST, _key("", address): MOST_FROM_ONE_ADDRESS}
        try:
            with self._redis.pipeline() as pipeline:
                for key in limits:
                    # SET NX begins a window that ends by itself; INCR alone would make a key that stays for ever.
                    pipeline.set(key, 0, ex=SECONDS, nx=True)
                    pipeline.incr(key)
                counts = pipeline.execute()[1::2]
        except redis.RedisError as error:
            log.warning("Attempts at signing in cannot be counted: %s", error)
            return
        if any(count > most for count, most in zip(counts, limits.values(), strict=True)):
            raise TooManyGuesses(minutes=SECONDS // 60)

    def forget(self, name: str, address: str) -> None:
        """Forget the attempts at a name, as the right password was given; that one counts for its address neither."""
        try:
            with self._redis.pipeline() as pipeline:
                pipeline.delete(_key(name, address))
                pipeline.set(_key("", address), 0, ex=SECONDS, nx=True)
                pipeline.decr(_key("", address))
                pipeline.execute()
        except redis.RedisError as error:
            log.warning("Attempts at signing in cannot be forgotten: %s", error)

    def close(self) -> None:
        """Close the connections."""
        self._redis.close()


def _key(name: str, address: str) -> str:
    # Names are hashed: what was typed into the field for the name is now and then a password.
    return "warmline.guesses:" + hashlib.sha256(f"{name}\n{address}".encode(errors="surrogatepass")).hexdigest()
