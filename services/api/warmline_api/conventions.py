"""Conventions of HTTP that hold for every route: HEAD, compressed answers, and browsers of other origins."""

import re

from fastapi import FastAPI
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from warmline_memory.settings import Settings

# What is smaller fits into a few packets, and compressing it costs more time than sending it.
COMPRESSED_FROM_BYTES = 4_096
LEVEL = 4
"""Higher levels take twice the time to save a twentieth of what is sent."""
PLAIN = re.compile(r"/console(?!/static/).*|/v1/attachments/[^/]+/content")
"""Pages hold secrets of their forms beside what was typed in by others; compressing both together would give the
secrets away by the length of the answer (BREACH). What pages load is the same for everybody, and holds none. Files are
packed already, and are asked for in parts."""
HEAD_ASKED = "warmline_head"
"""In the scope of a request that was a HEAD, for answers that cost less where nobody reads them."""
SENT = ("Authorization", "Content-Type", "Idempotency-Key", "If-Match", "If-None-Match", "Last-Event-ID")
SEEN = ("ETag", "Idempotent-Replay", "Location", "RateLimit", "RateLimit-Policy", "Retry-After", "X-Request-ID")
"""The headers that scripts of other origins may send, and those that they may read."""


def keep(app: FastAPI, settings: Settings) -> None:
    """Add the conventions to an application."""
    app.add_middleware(CompressedAnswers)
    origins = [origin.strip() for origin in settings.cors_origins.split(",") if origin.strip()]
    if origins:
        app.add_middleware(OtherOrigins, origins=origins)
    app.add_middleware(Heads)


class Heads:
    """Answers HEAD with the headers of GET, wherever there is a GET."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on as GET, and leave the body out."""
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self.app(scope, receive, send)
            return

        async def headers_alone(message: Message) -> None:
            if message["type"] == "http.response.start":
                await send(message)
                # With this the answer is whole. A stream, which would never end, hears that nobody listens any more.
                await send({"type": "http.response.body", "body": b""})

        await self.app({**scope, "method": "GET", HEAD_ASKED: True}, receive, headers_alone)


class CompressedAnswers(GZipMiddleware):
    """Compresses answers of the API for clients that say that they take that. Streams are sent as they are."""

    def __init__(self, app: ASGIApp) -> None:
        super().__init__(app, minimum_size=COMPRESSED_FROM_BYTES, compresslevel=LEVEL)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        is_page = scope["type"] == "http" and PLAIN.fullmatch(scope["path"]) is not None
        await (self.app if is_page else super().__call__)(scope, receive, send)


class OtherOrigins(CORSMiddleware):
    """Lets scripts of the pages of these origins call the API with a key. The console is for its own pages alone."""

    def __init__(self, app: ASGIApp, origins: list[str]) -> None:
        # No credentials: a browser adds no cookie to such a request, only a script its key.
        super().__init__(
            app,
            allow_origins=origins,
            allow_methods=["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"],
            allow_headers=SENT,
            expose_headers=SEEN,
            max_age=600,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        is_api = scope["type"] == "http" and scope["path"].startswith("/v1/")
        await (super().__call__ if is_api else self.app)(scope, receive, send)
