"""Codes for the side panel: what an operator carries from the console into a frame, once, within minutes.

A frame in another site's page gets none of the console's cookies, and whoever types a password into one cannot see
whose page it is. So somebody signs in to the console as ever, and takes a short code from there. Kept in Redis.
"""

import hashlib
import json
import secrets
from uuid import UUID

import redis

from warmline_memory.errors import Unavailable
from warmline_memory.messaging import SOCKET_TIMEOUT, connect
from warmline_memory.settings import Settings

SECONDS = 300
"""So long a code can be typed in."""
ALPHABET, PART = "23456789ABCDEFGHJKMNPQRSTUVWXYZ", 4
"""Letters and digits that nobody takes for each other, in two parts: 31 to the 8th, 40 bits, for five minutes and with
``Attempts`` in front."""


class PanelCodes:
    """Keeps who has asked for a code. Raises ``Unavailable``."""

    def __init__(self, settings: Settings) -> None:
        self._redis = connect(settings.redis_url, SOCKET_TIMEOUT)
        self._prefix = settings.broker_prefix

    def make(self, tenant_id: UUID, operator_id: UUID) -> str:
        """A code for an operator, as they type it."""
        code = "-".join("".join(secrets.choice(ALPHABET) for _ in range(PART)) for _ in range(2))
        facts = {"tenant": str(tenant_id), "operator": str(operator_id)}
        try:
            self._redis.set(self._key(code), json.dumps(facts), ex=SECONDS)
        except redis.RedisError as error:
            raise _away() from error
        return code

    def take(self, code: str, tenant_id: UUID) -> UUID | None:
        """The operator of a tenant whose code it is, which is worth nothing from then on; None for any other."""
        try:
            # One command reads and deletes: of two who come with the same code at the same time one gets it.
            kept = self._redis.getdel(self._key(code))
        except redis.RedisError as error:
            raise _away() from error
        facts = {} if kept is None else json.loads(kept)
        return UUID(facts["operator"]) if facts.get("tenant") == str(tenant_id) else None

    def close(self) -> None:
        """Close the connections."""
        self._redis.close()

    def _key(self, code: str) -> str:
        meant = "".join(one for one in code.upper() if one in ALPHABET)
        return f"{self._prefix}.panel:{hashlib.sha256(meant.encode()).hexdigest()}"


def _away() -> Unavailable:
    return Unavailable(what="Redis, which this way of signing in takes,", fix="Try again when it is back.")
