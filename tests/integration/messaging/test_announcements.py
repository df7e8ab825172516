"""Announcements are heard by every process, and a Redis that is gone costs nobody anything."""

import socket
import threading
import time
from queue import Queue
from uuid import UUID, uuid4

import redis

from tests.builders import receivers
from tests.builders.receivers import misbehaving
from tests.builders.waits import PATIENCE
from warmline_memory.messaging import Announcer, Listener
from warmline_memory.messaging.announcements import SOCKET_SECONDS, channel_of
from warmline_memory.settings import Settings

SOON = 2.0


def seconds_of(announcer: Announcer) -> float:
    """How long an announcement takes."""
    began = time.monotonic()
    announcer.announce(uuid4())
    return time.monotonic() - began


def is_heard(announcer: Announcer, heard: Queue[UUID], tenant_id: UUID) -> bool:
    """Announce, until it is heard: a listener that has just begun may miss the first one. Work of other tests may be
    announced meanwhile."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        announcer.announce(tenant_id)
        time.sleep(0.05)
        while not heard.empty():
            if heard.get() == tenant_id:
                return True
    return False


def test_whoever_listens_hears_which_tenant_has_news(settings: Settings) -> None:
    announcer, heard, tenant_id = Announcer(settings), Queue[UUID](), uuid4()
    with Listener(settings, heard.put):
        assert is_heard(announcer, heard, tenant_id)
    announcer.close()


def test_what_is_no_announcement_ends_no_listening(settings: Settings) -> None:
    announcer, heard, tenant_id = Announcer(settings), Queue[UUID](), uuid4()
    with Listener(settings, heard.put):
        assert is_heard(announcer, heard, uuid4())
        with redis.Redis.from_url(settings.redis_url.replace("redis+socket", "unix")) as stranger:
            stranger.publish(channel_of(settings), "hello")
        assert is_heard(announcer, heard, tenant_id)
    announcer.close()


def test_a_redis_that_is_gone_delays_nobody() -> None:
    announcer = Announcer(Settings(redis_url="redis://127.0.0.1:1/0"))
    assert seconds_of(announcer) < SOCKET_SECONDS + 0.5
    announcer.close()


def test_a_redis_that_hangs_delays_one_commit_for_a_moment_and_is_then_left_alone() -> None:
    connections = []

    def hang(connection: socket.socket, over: threading.Event) -> None:
        connections.append(connection)
        receivers.hang(connection, over)

    with misbehaving(hang) as url:
        announcer = Announcer(Settings(redis_url=url.replace("http://", "redis://").replace("/events", "/0")))
        assert seconds_of(announcer) < 2 * SOCKET_SECONDS + 0.5
        tried = len(connections)
        announcer.announce(uuid4())
        announcer.close()
    assert len(connections) == tried > 0


def test_listening_to_a_redis_that_is_gone_ends_when_asked() -> None:
    began = time.monotonic()
    with Listener(Settings(redis_url="redis://127.0.0.1:1/0"), print):
        time.sleep(0.1)
    assert time.monotonic() - began < SOON
