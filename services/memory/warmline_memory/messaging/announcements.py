"""Announcements: other processes hear through Redis that a tenant has new events, and that somebody came to a case or
left it. Any may be lost: whoever listens looks by itself every few seconds, too."""

import logging
import threading
import time
from collections.abc import Callable
from uuid import UUID

import redis

from warmline_memory.messaging import addresses
from warmline_memory.settings import Settings

log = logging.getLogger(__name__)

SOCKET_SECONDS = 0.25
"""An announcement waits at most this long, in seconds, for a Redis that does not answer; others wait behind it."""
QUIET_SECONDS = 2.0
"""For this long after Redis did not answer nothing is announced, so that what waits in the postbox gets on."""
LISTEN_SECONDS = 0.2
"""How soon listening ends once that is asked for."""
ID_BYTES = 16


class Announcer:
    """Announces tenants that have new events. It never raises, and what it cannot send is lost."""

    def __init__(self, settings: Settings) -> None:
        self._redis = addresses.connect(settings.redis_url, SOCKET_SECONDS)
        self._channel = channel_of(settings)
        self._quiet_until = 0.0

    def announce(self, tenant_id: UUID) -> None:
        """Announce to every process that listens that a tenant has new events."""
        if time.monotonic() < self._quiet_until:
            return
        try:
            self._redis.publish(self._channel, tenant_id.bytes)
        except (redis.RedisError, OSError) as error:
            # One thread may undo what another sets here at the same time: at worst one more announcement waits.
            self._quiet_until = time.monotonic() + QUIET_SECONDS
            log.warning("Redis took no announcement of events: %s", error)

    def close(self) -> None:
        """Close the connections."""
        self._redis.close()


class Listener:
    """A thread that hears announcements: ``heard`` is told of which tenant there are events, and ``seen``, where it is
    given, of which tenant's chain there are other onlookers. A context manager."""

    def __init__(
        self,
        settings: Settings,
        heard: Callable[[UUID], object],
        seen: Callable[[UUID, UUID], object] | None = None,
    ) -> None:
        self._redis = addresses.connect(settings.redis_url, SOCKET_SECONDS)
        self._channels = [channel_of(settings)] + ([] if seen is None else [onlookers_channel_of(settings)])
        self._heard, self._seen = heard, seen
        self._stopped = threading.Event()
        self._hears = True
        self._thread = threading.Thread(target=self._run, name="announcements", daemon=True)

    def __enter__(self) -> "Listener":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped.set()
        self._thread.join()
        self._redis.close()

    def _run(self) -> None:
        while not self._stopped.is_set():
            try:
                self._listen()
            except (redis.RedisError, OSError, ValueError) as error:
                # Said once, not every two seconds for as long as Redis is away.
                if self._hears:
                    log.warning("Announcements of events are not heard, until Redis is back: %s", error)
                self._hears = False
                self._stopped.wait(QUIET_SECONDS)

    def _listen(self) -> None:
        with self._redis.pubsub(ignore_subscribe_messages=True) as channel:  # type: ignore[no-untyped-call]
            channel.subscribe(*self._channels)
            self._hears = True
            while not self._stopped.is_set():
                message = channel.get_message(timeout=LISTEN_SECONDS)
                if message is not None:
                    self._tell(message["data"])

    def _tell(self, announced: bytes) -> None:
        tenant_id, chain_id = announced[:ID_BYTES], announced[ID_BYTES:]
        if not chain_id:
            self._heard(UUID(bytes=tenant_id))
        elif self._seen is not None:
            self._seen(UUID(bytes=tenant_id), UUID(bytes=chain_id))


def channel_of(settings: Settings) -> str:
    """The channel on which a platform announces its events."""
    return f"{settings.broker_prefix}:events"


def onlookers_channel_of(settings: Settings) -> str:
    """The channel on which a platform announces who came to a case, types in it, or left."""
    return f"{settings.broker_prefix}:onlookers"
