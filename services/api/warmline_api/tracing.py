"""Tracing: every request is a span, below the caller's own where it names one."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from warmline_api.routers import route_of
from warmline_memory import logs, tracing

HEADER = b"traceparent"
UNTRACED = ("/health/", "/metrics")
"""Paths that programs ask for every few seconds: their spans would hide those of the work."""


class Tracing:
    """Traces requests. A stream is traced until it ends."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on within its span."""
        if scope["type"] != "http" or scope["path"].startswith(UNTRACED):
            await self.app(scope, receive, send)
            return
        given = next((value for name, value in scope["headers"] if name == HEADER), b"")
        with tracing.span("request", parent=given.decode("latin-1"), kind="SERVER") as work:
            if work.trace_id:
                logs.about(trace_id=work.trace_id)

            async def noted(message: Message) -> None:
                if message["type"] == "http.response.start":
                    _note(work, scope, message["status"])
                await send(message)

            await self.app(scope, receive, noted)


def _note(work: tracing.Work, scope: Scope, status: int) -> None:
    method, route = route_of(scope)
    work.name = f"{method} {route}"
    work.attributes = {"http.request.method": method, "http.route": route, "http.response.status_code": status}
    work.failed = status >= 500
