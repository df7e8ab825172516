"""The API's port: free, or a sentence that says who has it."""

import contextlib
import errno
import os
import socket

import psutil

from warmline_memory.errors import SetupError


def free_port(host: str, port: int) -> int:
    """Make sure that the API can listen there, and return the port; 0 picks a free one. Raises ``SetupError``."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, kind, protocol) as listener:
            # As uvicorn does: connections of the API before, which linger for a minute, must not count as use of the
            # port.
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(address)
            listener.listen()
            return int(listener.getsockname()[1])
    except (OSError, OverflowError) as error:
        if getattr(error, "errno", None) != errno.EADDRINUSE:
            raise SetupError(
                what=f"The API cannot listen on {host}:{port} ({getattr(error, 'strerror', None) or error}).",
                fix="Set WARMLINE_HOST to an address of this machine and WARMLINE_PORT to a port from 1024 to 65535.",
            ) from error
        raise SetupError(
            what=f"Port {port} on {host} is in use{_by_whom(port)}.",
            fix="Stop what uses it, or choose another port with WARMLINE_PORT or --port (0 picks a free one).",
        ) from error


def _by_whom(port: int) -> str:
    # macOS shows the connections of others to root alone. Then the sentence does not say who it is.
    with contextlib.suppress(psutil.Error, OSError):
        for connection in psutil.net_connections("tcp"):
            listens = connection.status == psutil.CONN_LISTEN and connection.laddr and connection.laddr.port == port
            if listens and connection.pid not in {None, os.getpid()}:
                return f" by {psutil.Process(connection.pid).name()} (pid {connection.pid})"
    return ""
