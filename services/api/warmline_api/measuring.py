"""Measuring: every answer is counted and timed by its route."""

import time

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from warmline_memory import metrics

NO_ROUTE = "none"
"""The route of a path that leads nowhere: the path itself would let anybody make as many series as they like."""


class Measuring:
    """Counts and times requests. A stream is timed until its answer begins."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and count it when its answer begins."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began = time.perf_counter()

        async def counted(message: Message) -> None:
            if message["type"] == "http.response.start":
                _count(scope, message["status"], time.perf_counter() - began)
            await send(message)

        await self.app(scope, receive, counted)


def _count(scope: Scope, status: int, seconds: float) -> None:
    route = getattr(scope.get("route"), "path", NO_ROUTE)
    # A method may be any word, and each word would be a series of its own.
    method = scope["method"] if route != NO_ROUTE else "ANY"
    metrics.requests.labels(method, route, str(status)).inc()
    metrics.request_seconds.labels(method, route).observe(seconds)
