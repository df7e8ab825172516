"""Watching: how every request is answered. It is counted and timed by its route, and what is refused is logged for a
security team, whether the API or the console refuses it."""

import time

from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from warmline_api.addresses import address_of
from warmline_api.routers import route_of
from warmline_memory import metrics, security_log

REFUSED = {401: "unauthenticated", 403: "forbidden", 429: "too-many-requests"}
"""The statuses that a security team wants to see, and why they are answered."""


class Watching:
    """Counts and times requests, and logs refusals. A stream is timed until its answer begins."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and look at its answer when that begins."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began = time.perf_counter()

        async def seen(message: Message) -> None:
            if message["type"] == "http.response.start":
                _look(scope, message["status"], time.perf_counter() - began)
            await send(message)

        await self.app(scope, receive, seen)


def _look(scope: Scope, status: int, seconds: float) -> None:
    method, route = route_of(scope)
    metrics.requests.labels(method, route, str(status)).inc()
    metrics.request_seconds.labels(method, route).observe(seconds)
    if status in REFUSED:
        security_log.of_refusal(f"{method} {route}", REFUSED[status], address=address_of(HTTPConnection(scope)))
