"""Redis, embedded: one server in a folder, reachable over a socket that only its owner can open. It keeps nothing."""

import os
import signal
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from urllib.parse import urlsplit, urlunsplit

import redis

from warmline_local.servers.embedded import EmbeddedServer
from warmline_local.servers.homes import socket_folder
from warmline_local.servers.processes import GuardedProcess, Stop, end_leftover
from warmline_local.servers.programs import redis_program
from warmline_memory import messaging
from warmline_memory.errors import SetupError

SOCKET = "redis.sock"
CONNECT_SECONDS = 5.0
STOP = (Stop(signal.SIGTERM, 5),)


class EmbeddedRedis(EmbeddedServer):
    """A server on ``home/redis``. A context manager; ``url`` is good while it runs. It keeps nothing.

    ``settings`` of Redis go before those of Warmline.
    """

    name = "redis"
    starting_seconds = 10.0

    def __init__(self, home: Path, *, settings: Mapping[str, str] = MappingProxyType({})) -> None:
        super().__init__(home)
        self._settings = settings

    @property
    def url(self) -> str:
        """The server's address as Celery wants it: `redis+socket:///path`."""
        return f"redis+socket://{self._sockets / SOCKET}"

    def _program(self) -> Path:
        return redis_program()

    def _launch(self, program: Path, held: tuple[int, ...]) -> GuardedProcess:
        end_leftover(self.folder / "pid")
        self._sockets = socket_folder(self.folder, SOCKET, os.geteuid())
        settings = {
            "port": "0",
            "unixsocket": str(self._sockets / SOCKET),
            "unixsocketperm": "700",
            "dir": str(self.folder),
            # Redis carries nudges and announcements, all of which may be lost. So nothing is written to the disk.
            "save": "",
            "appendonly": "no",
            "daemonize": "no",
            **self._settings,
        }
        return GuardedProcess(
            "Redis",
            [program, *(word for name, value in settings.items() for word in (f"--{name}", value))],
            log=self.log,
            record=self.folder / "pid",
            stop=STOP,
            held=held,
        )

    def _answers(self) -> bool:
        with redis.Redis(unix_socket_path=str(self._sockets / SOCKET)) as client:
            try:
                client.ping()
            except redis.ConnectionError:
                return False
        return True


def check_redis(url: str) -> None:
    """Make sure that a Redis answers at `redis://…`, `rediss://…` or `redis+socket://…`. Raises ``SetupError``."""
    try:
        with messaging.connect(url, CONNECT_SECONDS) as client:
            client.ping()
    except ValueError as error:
        raise SetupError(
            what="The Redis URL is not an address of a Redis.",
            fix="Set WARMLINE_REDIS_URL to redis://host:port/0 or redis+socket:///path.",
        ) from error
    except redis.RedisError as error:
        raise SetupError(
            what=f"The Redis {_without_password(url)} cannot be used ({error}).",
            fix="Check WARMLINE_REDIS_URL, and that the server is up.",
        ) from error


def _without_password(url: str) -> str:
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2], query=""))
