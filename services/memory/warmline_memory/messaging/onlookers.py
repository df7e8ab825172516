"""Onlookers: who has a case open in the console at this moment, and who is typing in it.

Redis alone knows. It is news of a moment: nothing depends on it, any of it may be lost, and all of it ends by itself.
"""

import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import redis

from warmline_memory.messaging import addresses
from warmline_memory.messaging.announcements import QUIET_SECONDS, SOCKET_SECONDS, onlookers_channel_of
from warmline_memory.settings import Settings

log = logging.getLogger(__name__)

HERE_SECONDS = 45.0
"""So long somebody counts as there without saying so again: three beats of a stream."""
LEAVING_SECONDS = 5.0
"""So long somebody who left is still there: a page that is loaded anew leaves, and comes back."""
TYPING_SECONDS = 8.0
"""So long somebody counts as typing after they did; a page says so again every four seconds."""
CUSTOMER = "customer"
TYPES, LOOKS = "typing", "looking"


@dataclass(frozen=True)
class Onlooker:
    """Somebody who has a case open, or types in it, as an agent such as ``human:ann``, or as ``CUSTOMER``."""

    who: str
    is_typing: bool


@dataclass(frozen=True)
class Company:
    """Who is there, by name, and when the first of them is gone unless they say again that they are."""

    onlookers: Sequence[Onlooker] = ()
    until: float | None = None


class Onlookers:
    """Keeps who is there, for all processes. It raises nothing: where Redis does not answer, nobody else is there."""

    def __init__(self, settings: Settings) -> None:
        self._redis = addresses.connect(settings.redis_url, SOCKET_SECONDS)
        self._channel = onlookers_channel_of(settings)
        self._prefix = f"{settings.broker_prefix}:onlookers"
        self._quiet_until = 0.0

    def __enter__(self) -> "Onlookers":
        return self

    def __exit__(self, *_: object) -> None:
        self._redis.close()

    def look(self, tenant_id: UUID, chain_id: UUID, who: str, page: str) -> None:
        """Somebody has a case open, on one of their pages; for ``HERE_SECONDS``."""
        self._note(tenant_id, chain_id, f"{LOOKS} {page} {who}", HERE_SECONDS)

    def leave(self, tenant_id: UUID, chain_id: UUID, who: str, page: str) -> None:
        """A page of theirs was closed."""
        self._note(tenant_id, chain_id, f"{LOOKS} {page} {who}", LEAVING_SECONDS)

    def type(self, tenant_id: UUID, chain_id: UUID, who: str) -> None:
        """Somebody is typing in a case; for ``TYPING_SECONDS``."""
        self._note(tenant_id, chain_id, f"{TYPES} - {who}", TYPING_SECONDS)

    def stop(self, tenant_id: UUID, chain_id: UUID, who: str) -> None:
        """What somebody typed is said."""
        self._note(tenant_id, chain_id, f"{TYPES} - {who}", 0.0)

    def read(self, tenant_id: UUID, chain_id: UUID) -> Company:
        """Who is there now."""
        if time.monotonic() < self._quiet_until:
            return Company()
        try:
            key = self._key(tenant_id, chain_id)
            found: Any = self._redis.zrangebyscore(key, time.time(), "+inf", withscores=True)
        except (redis.RedisError, OSError) as error:
            self._be_quiet(error)
            return Company()
        doing: dict[str, set[str]] = {}
        for member, _ in found:
            what, _, who = member.decode().split(" ", 2)
            doing.setdefault(who, set()).add(what)
        there = [Onlooker(who, TYPES in what) for who, what in sorted(doing.items())]
        return Company(there, min((ends for _, ends in found), default=None))

    def _note(self, tenant_id: UUID, chain_id: UUID, what: str, seconds: float) -> None:
        if time.monotonic() < self._quiet_until:
            return
        key, now = self._key(tenant_id, chain_id), time.time()
        try:
            with self._redis.pipeline() as together:
                together.zadd(key, {what: now + seconds})
                together.zremrangebyscore(key, 0, now)
                together.expire(key, round(HERE_SECONDS))
                together.publish(self._channel, tenant_id.bytes + chain_id.bytes)
                together.execute()
        except (redis.RedisError, OSError) as error:
            self._be_quiet(error)

    def _be_quiet(self, error: Exception) -> None:
        # One thread may undo what another sets here at the same time: at worst one more is tried.
        self._quiet_until = time.monotonic() + QUIET_SECONDS
        log.warning("Redis does not say who has a case open: %s", error)

    def _key(self, tenant_id: UUID, chain_id: UUID) -> str:
        return f"{self._prefix}:{tenant_id}:{chain_id}"
