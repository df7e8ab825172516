"""The guarded network: connections to allowed addresses alone, and everything before one deadline.

A name is resolved here, and the connection goes to exactly the address that was checked: a name that means another one
a moment later (DNS rebinding) gains nothing by it. TLS and the Host header know the name still.
"""

import socket
import ssl
import time
from collections.abc import Iterable
from typing import Any

import httpcore

from warmline_memory.webhooks import AllowedAddresses

CONNECT_SECONDS = 5.0
NOWHERE = "This address is private or unknown; only public HTTPS addresses are allowed."
"""Said of a name that is unknown and of one that leads inside alike: a tenant must not learn our names from it."""


class NoAddress(Exception):
    """A name that leads nowhere, or to nothing but addresses that are not allowed. Its text is a sentence."""


class Deadline:
    """A moment by which everything must be done, however slowly the other side drips its bytes."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    def shorten(self, seconds: float) -> None:
        """Leave at most so many seconds."""
        self._end = min(self._end, time.monotonic() + seconds)

    def left(self) -> float:
        """The seconds that are left. Raises ``httpcore.ReadTimeout`` where there are none."""
        seconds = self._end - time.monotonic()
        if seconds <= 0:
            raise httpcore.ReadTimeout
        return seconds


class GuardedNetwork(httpcore.NetworkBackend):
    """Opens connections as ``httpcore`` asks for them. TLS goes to any allowed address, else only to private ones."""

    def __init__(self, allowed: AllowedAddresses, deadline: Deadline, *, tls: bool) -> None:
        self._allows = allowed.allows if tls else allowed.allows_private
        self._deadline = deadline
        self._network = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ARG002 (the deadline knows it)
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect to the first address of a name that answers. Raises ``NoAddress`` and httpcore's errors."""
        failure: Exception | None = None
        addresses = self._addresses(host, port)
        for address in addresses:
            # The time is shared out, so that a first address that does not answer leaves some for the next.
            seconds = min(CONNECT_SECONDS / len(addresses), self._deadline.left())
            try:
                stream = self._network.connect_tcp(address, port, seconds, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
            else:
                return _TimedStream(stream, self._deadline)
        raise failure or NoAddress(NOWHERE)

    def _addresses(self, host: str, port: int) -> list[str]:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise NoAddress(NOWHERE) from error
        # A name may resolve to public and private addresses at the same time. Those that are not allowed are left out,
        # and the order of the resolver is kept, which knows the better address (RFC 6724).
        return [address for address in dict.fromkeys(str(one[4][0]) for one in found) if self._allows(address)]


class _TimedStream(httpcore.NetworkStream):
    """A connection on which nothing takes longer than until the deadline."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: Deadline) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002 (the deadline knows it)
        return self._stream.read(max_bytes, self._deadline.left())

    def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002 (the deadline knows it)
        self._stream.write(buffer, self._deadline.left())

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ARG002 (the deadline knows it)
    ) -> httpcore.NetworkStream:
        return _TimedStream(self._stream.start_tls(ssl_context, server_hostname, self._deadline.left()), self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)
