"""Connections: how many there may be, how long they may be idle or stuck, and how large the head of a request may be.

uvicorn has no such limits where it parses with httptools, so its protocol is taken further here. What a client sends
before its request has a head that can be read is never kept beyond the limits, and costs no thread.
"""

import asyncio
import json
from collections import Counter
from ipaddress import ip_network
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from warmline_api.addresses import network_of
from warmline_memory.settings import Settings
from warmline_schemas.problems import PROBLEM_MEDIA_TYPE, Problem, ProblemType

MOST_HEADERS = 100
"""Browsers send about twenty, and proxies add a few. nginx and Node.js draw the line at 100 to 2,000."""
UNREAD_SECONDS = 5.0
"""How long a client may go on sending a body that was answered already, before the connection is cut."""


class Connections:
    """The open connections of a process. ``protocol`` is what uvicorn takes as its option ``http``."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.open = 0
        self.by_address: Counter[str] = Counter()
        self._proxies = [ip_network(one.strip()) for one in settings.trusted_proxies.split(",") if one.strip()]

    def protocol(self, **given: Any) -> "Connection":
        """A protocol for the next connection."""
        return Connection(self, **given)

    def take(self, address: str) -> bool:
        """Count a new connection; whether it may stay."""
        self.open += 1
        self.by_address[address] += 1
        own = self.by_address[address] <= self.settings.connections_per_address or self._is_proxy(address)
        return own and self.open <= self.settings.connections

    def give_back(self, address: str) -> None:
        """Count a connection that has ended."""
        self.open -= 1
        self.by_address[address] -= 1
        if not self.by_address[address]:
            del self.by_address[address]

    def _is_proxy(self, address: str) -> bool:
        # All clients share the proxy's address, so it has no limit of its own.
        return bool(address) and any(ip_network(address).overlaps(network) for network in self._proxies)


class Connection(HttpToolsProtocol):
    """One connection with its limits."""

    def __init__(self, connections: Connections, **given: Any) -> None:
        super().__init__(**given)
        self._all = connections
        self._settings = connections.settings
        self._address: str | None = None
        self._head_bytes = 0
        self._in_head = True
        self._refused = False
        self._timers: dict[str, asyncio.TimerHandle] = {}

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take the connection, or say that there are too many."""
        super().connection_made(transport)
        self._address = network_of(self.client[0]) if self.client else ""
        if not self._all.take(self._address):
            self._refuse(ProblemType.BUSY, "There are too many connections. Close some, or try again.")
            return
        self._start("head", self._settings.header_seconds)

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        for name in list(self._timers):
            self._stop(name)
        if self._address is not None:
            self._all.give_back(self._address)
            self._address = None
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Parse what came in, unless the head of the request has grown too large."""
        if self._refused:
            return
        if self._in_head:
            # What is parsed has left the head behind it, so a body that begins in the same piece is counted once. The
            # parser itself keeps a header until it ends, hence the look before and not only after it.
            self._start("head", self._settings.header_seconds)
            self._head_bytes += len(data)
        super().data_received(data)
        if self._in_head and self._head_bytes > self._settings.max_header_bytes:
            self._refuse_head()

    def on_message_begin(self) -> None:
        """The first byte of a request is here."""
        self._in_head = True
        self._start("head", self._settings.header_seconds)
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """The head is whole: let the application begin, or refuse it."""
        self._in_head, self._head_bytes = False, 0
        self._stop("head")
        size = len(self.url) + sum(len(name) + len(value) for name, value in self.headers)
        if size > self._settings.max_header_bytes or len(self.headers) > MOST_HEADERS:
            self._refuse_head()
        elif not self._refused:
            super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """Keep a piece of the body for the application."""
        if not self._refused:
            super().on_body(body)

    def on_message_complete(self) -> None:
        """The request is whole; the next one may follow on the same connection."""
        self._in_head = True
        self._stop("unread")
        if not self._refused:
            super().on_message_complete()

    def on_response_complete(self) -> None:
        """The answer has left; a client that still sends gets a little time to read it."""
        super().on_response_complete()
        if self.cycle is not None and self.cycle.more_body:
            self._unset_keepalive_if_required()
            self._start("unread", UNREAD_SECONDS)

    def pause_writing(self) -> None:
        """The client takes nothing, and as much waits for it as may wait."""
        super().pause_writing()
        self._start("write", self._settings.write_seconds)

    def resume_writing(self) -> None:
        """The client takes something again."""
        super().resume_writing()
        self._stop("write")

    def _start(self, timer: str, seconds: float) -> None:
        """Cut the connection off after that long. A timer that runs goes on: a byte now and then does not renew it."""
        if timer not in self._timers:
            self._timers[timer] = self.loop.call_later(seconds, self.transport.abort)

    def _stop(self, timer: str) -> None:
        if (running := self._timers.pop(timer, None)) is not None:
            running.cancel()

    def _refuse_head(self) -> None:
        most = self._settings.max_header_bytes
        detail = f"The request's line and headers are over {most} bytes or {MOST_HEADERS} headers. Send fewer."
        self._refuse(ProblemType.HEADERS_TOO_LARGE, detail)

    def _refuse(self, problem: ProblemType, detail: str) -> None:
        """Answer past the application, which may not even know of a request, and hang up."""
        if self._refused:
            return
        self._refused = True
        answer = Problem.of(problem, detail)
        body = json.dumps(answer.to_json()).encode()
        head = (
            f"HTTP/1.1 {answer.status} \r\nContent-Type: {PROBLEM_MEDIA_TYPE}\r\nContent-Length: {len(body)}\r\n"
            "Retry-After: 1\r\nConnection: close\r\n\r\n"
        )
        self.transport.write(head.encode() + body)
        self.transport.close()
