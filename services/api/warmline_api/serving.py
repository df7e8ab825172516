"""Serving: how uvicorn is told to serve the API, the same wherever it is started."""

import gc
import resource
import socket
from typing import Any

import uvicorn

from warmline_api.limits import Connections
from warmline_memory.settings import Settings

STREAMS_SECONDS = 5
"""How long the API waits for open event streams when it stops."""
KEEP_ALIVE_SECONDS = 65
"""Longer than the 60 seconds of nginx and of common load balancers, so that the side that sends requests hangs up."""


def options(settings: Settings) -> dict[str, Any]:
    """The options of ``uvicorn.Config``, but for the application and where it listens."""
    return {
        "http": Connections(settings).protocol,
        "ws": "none",
        # uvicorn believes the headers of anybody on this machine unless it is told otherwise.
        "proxy_headers": bool(settings.trusted_proxies),
        "forwarded_allow_ips": [one.strip() for one in settings.trusted_proxies.split(",") if one.strip()],
        "timeout_keep_alive": KEEP_ALIVE_SECONDS,
        "timeout_graceful_shutdown": STREAMS_SECONDS,
        "server_header": False,
        "log_level": settings.log_level.lower(),
        "access_log": settings.log_level == "DEBUG",
    }


def allow_connections() -> None:
    """Let this process hold as many connections as the system allows it."""
    # A connection is an open file, and the usual soft limit of 1,024 of them is below what the settings allow.
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


class Server(uvicorn.Server):
    """A server in a process that serves and does nothing else."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, and have the garbage collector leave alone what is there by then, and stays: code, routes, tables.

        To look through all that takes 0.2 s, in which no thread goes on, again and again: whoever asked then, waited.
        """
        await super().startup(sockets)
        gc.collect()
        gc.freeze()
