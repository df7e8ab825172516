"""Redis, embedded: one server in a folder, reachable over a socket that only its owner can open. It keeps nothing."""

import contextlib
import os
import shutil
import signal
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit, urlunsplit

import redis

from warmline_local.homes import FolderLock, make_folder, socket_folder
from warmline_local.processes import GuardedProcess, Stop, end_leftover, wait_until_ready
from warmline_local.programs import redis_program
from warmline_memory.errors import SetupError

SOCKET = "redis.sock"
STARTING_SECONDS = 10.0
CONNECT_SECONDS = 5.0
STOP = (Stop(signal.SIGTERM, 5),)


class EmbeddedRedis:
    """A server on ``home/redis``. A context manager; ``url`` is good while it runs."""

    def __init__(self, home: Path) -> None:
        self.folder = home.expanduser().absolute() / "redis"
        self.log = self.folder.parent / "logs" / "redis.log"
        self._sockets = self.folder
        self._running = contextlib.ExitStack()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def url(self) -> str:
        """The server's address as Celery wants it: `redis+socket:///path`."""
        return f"redis+socket://{self._sockets / SOCKET}"

    def start(self) -> GuardedProcess:
        """Start the server and wait until it answers. Raises ``SetupError``."""
        program = redis_program()
        with contextlib.ExitStack() as undo:
            make_folder(self.folder.parent)
            make_folder(self.log.parent)
            make_folder(self.folder)
            lock = FolderLock(self.folder)
            lock.acquire()
            undo.callback(lock.release)
            end_leftover(self.folder / "pid")
            self._sockets = socket_folder(self.folder, SOCKET, os.geteuid())
            process = self._launch(program, lock)
            undo.callback(process.stop)
            wait_until_ready(process, self._answers, STARTING_SECONDS)
            self._running = undo.pop_all()
        return process

    def stop(self) -> None:
        """Stop the server; what was in it is gone. Does nothing where it does not run."""
        self._running.close()
        if self._sockets != self.folder:
            shutil.rmtree(self._sockets, ignore_errors=True)

    def _launch(self, program: Path, lock: FolderLock) -> GuardedProcess:
        settings = {
            "port": "0",
            "unixsocket": str(self._sockets / SOCKET),
            "unixsocketperm": "700",
            "dir": str(self.folder),
            "save": "",
            "appendonly": "no",
            "daemonize": "no",
        }
        return GuardedProcess(
            "Redis",
            [program, *(word for name, value in settings.items() for word in (f"--{name}", value))],
            log=self.log,
            record=self.folder / "pid",
            stop=STOP,
            held=(lock.descriptor,),
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
        with redis.Redis.from_url(
            url.replace("redis+socket://", "unix://"),
            socket_connect_timeout=CONNECT_SECONDS,
            socket_timeout=CONNECT_SECONDS,
        ) as client:
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
