"""Connections that never wait without end, and a pool that hands out none that is dead.

A server that is stopped, or cut off, says nothing at all: its own time-outs do not run, and TCP finds nothing wrong
with a machine whose kernel still answers. So each wait for an answer has a limit on this side, too.
"""

import os
import select
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Lock
from typing import Any, Self, cast

import psycopg
from psycopg.abc import PQGen
from psycopg.pq import Format
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.pool import ConnectionPoolEntry, QueuePool

from warmline_memory.settings import Settings
from warmline_memory.storage.moments import read_within_bounds
from warmline_memory.storage.urls import sqlalchemy_url

PREPARE_AFTER = 5
"""A statement that a connection runs for the fifth time is prepared. psycopg's own default; to prepare costs a round
trip and memory of the server, which a statement that is run once does not earn back."""
GRACE_SECONDS = 2.0
"""The server ends a statement by itself when its time is over; only a server that is this much later is given up."""
NETWORK = {
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    # What was sent and is not acknowledged for so long, in milliseconds, ends a connection: the other machine is gone.
    "tcp_user_timeout": 10_000,
}
"""How soon TCP notices that a machine is gone. Sockets of Unix have no use for it."""


_ENDING = Lock()
"""Held while a connection is ended: its descriptor may belong to another one a moment later."""


class Silent(psycopg.OperationalError):
    """The server did not answer in time, and its connection was given up."""


class BinaryCursor(psycopg.Cursor[Any]):
    """A cursor that asks for results in binary: byte strings are half as long as in text (docs/decisions/0015)."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.format = Format.BINARY


class BoundedConnection(psycopg.Connection[Any]):
    """A connection that waits at most ``answer_seconds`` for each answer, and closes itself where none comes."""

    answer_seconds: float | None = None

    def wait(self, gen: PQGen[Any], interval: float = 0.1, timeout: float | None = None) -> Any:
        """Wait for one answer. Raises ``Silent``, with the connection closed."""
        seconds, began = timeout or self.answer_seconds, time.monotonic()
        try:
            return super().wait(gen, interval, seconds)
        except psycopg.OperationalError as error:
            if seconds is None or time.monotonic() - began < seconds:
                raise
            # What the server says later would be taken for the answer to the next statement.
            with _ENDING:
                self.pgconn.finish()
            raise Silent(f"the server did not answer within {seconds:g} s") from error

    @contextmanager
    def answering_within(self, seconds: float) -> Iterator[Self]:
        """Wait less long than usual."""
        usual, self.answer_seconds = self.answer_seconds, seconds
        yield self
        self.answer_seconds = usual

    def hang_up(self) -> None:
        """Have whoever waits for an answer on another thread find the connection ended."""
        # A copy of the descriptor: shutting it down ends the connection of both, and closing it only the copy.
        with (
            _ENDING,
            suppress(OSError, psycopg.Error),
            socket.socket(fileno=os.dup(self.pgconn.socket)) as line,
        ):
            line.shutdown(socket.SHUT_RDWR)

    def was_cut(self) -> bool:
        """Whether the connection is dead, as far as that can be told without asking the server.

        Between two statements a server sends nothing, except the end of the connection.
        """
        if self.closed:
            return True
        poll = select.poll()
        poll.register(self.pgconn.socket, select.POLLIN)
        return bool(poll.poll(0))


class Pool:
    """An engine whose connections are looked at whenever they are handed out (docs/decisions/0021)."""

    def __init__(self, settings: Settings, url: str) -> None:
        self._fresh_since = 0.0
        self._answer_seconds = settings.statement_timeout_ms / 1000 + GRACE_SECONDS
        self.engine = _engine(settings, url)
        self.limit = settings.database_pool
        event.listen(self.engine, "do_connect", self._connect)
        event.listen(self.engine, "connect", _note_birth)
        event.listen(self.engine, "checkout", self._look)

    def in_use(self) -> int:
        """How many connections are handed out now."""
        return cast(QueuePool, self.engine.pool).checkedout()

    def renew(self) -> None:
        """Replace every connection before it is used again: the server behind them is not the one that is wanted."""
        self._fresh_since = time.monotonic()

    def _connect(self, _dialect: Any, _record: Any, given: list[Any], named: dict[str, Any]) -> BoundedConnection:
        connection = BoundedConnection.connect(*given, **named)
        connection.answer_seconds = self._answer_seconds
        read_within_bounds(connection)
        return connection

    def _look(self, connection: BoundedConnection, record: ConnectionPoolEntry, _proxy: object) -> None:
        # SQLAlchemy then replaces the connection by a new one.
        if connection.was_cut() or record.info["born"] < self._fresh_since:
            raise DisconnectionError


def driver(connection: Any) -> BoundedConnection:
    """The connection below SQLAlchemy's."""
    return cast(BoundedConnection, connection.connection.driver_connection)


def _note_birth(_connection: object, record: ConnectionPoolEntry) -> None:
    record.info["born"] = time.monotonic()


def _engine(settings: Settings, url: str) -> Engine:
    return create_engine(
        sqlalchemy_url(url),
        pool_size=settings.database_pool,
        # The pool is the limit: one process must not take the connections of the others.
        max_overflow=0,
        pool_timeout=settings.lock_timeout_ms / 1000,
        connect_args={
            "cursor_factory": BinaryCursor,
            "prepare_threshold": PREPARE_AFTER if settings.database_prepare else None,
            "connect_timeout": settings.database_connect_seconds,
            **NETWORK,
        },
        # Parameters are customers' texts, and errors go to the log.
        hide_parameters=True,
    )
