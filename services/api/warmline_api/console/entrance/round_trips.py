"""Round trips: what was begun at a provider and is to come back, once, within minutes. Kept in Redis."""

import hashlib
import json
import secrets

import redis

from warmline_memory.errors import Unavailable
from warmline_memory.messaging import SOCKET_TIMEOUT, connect
from warmline_memory.settings import Settings

SECONDS = 600
"""So long somebody may take to sign in at a provider."""


class RoundTrips:
    """Keeps what a browser was sent away with, by a state that is told to nobody else. Raises ``Unavailable``."""

    def __init__(self, settings: Settings) -> None:
        self._redis = connect(settings.redis_url, SOCKET_TIMEOUT)
        self._prefix = settings.broker_prefix

    def begin(self, facts: dict[str, str]) -> str:
        """Keep some facts; the answer is the state by which they are found again."""
        state = secrets.token_urlsafe(32)
        try:
            self._redis.set(self._key(state), json.dumps(facts), ex=SECONDS)
        except redis.RedisError as error:
            raise _away() from error
        return state

    def take(self, state: str) -> dict[str, str] | None:
        """The facts of a state, which is worth nothing from then on; None where it was taken, is too old, or none."""
        try:
            # One command reads and deletes: of two who come with the same state at the same time one gets it.
            kept = self._redis.getdel(self._key(state))
        except redis.RedisError as error:
            raise _away() from error
        found: dict[str, str] | None = None if kept is None else json.loads(kept)
        return found

    def close(self) -> None:
        """Close the connections."""
        self._redis.close()

    def _key(self, state: str) -> str:
        return f"{self._prefix}.provider:{hashlib.sha256(state.encode(errors='replace')).hexdigest()}"


def _away() -> Unavailable:
    return Unavailable(what="Redis, which this way of signing in takes,", fix="Try again when it is back.")
