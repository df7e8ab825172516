"""Express: the two calls that agents make all day go past the router and its resolution of dependencies.

What the framework does around an endpoint takes longer than a small one itself. An ordinary call of these is answered
here; whatever is out of the ordinary (no key, a body that does not fit) goes the ordinary way, which says so.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from anyio import CapacityLimiter, to_thread
from fastapi import Request, Response
from pydantic import BaseModel, ValidationError
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from warmline_api import problems
from warmline_api.callers import IDEMPOTENCY_KEY_LENGTH, Caller, caller_of
from warmline_memory.errors import WarmlineError

Route = tuple[type[BaseModel], Callable[..., Any]]
"""The shape of the body, and the endpoint that takes it and its caller, and answers a response."""


class Express:
    """Answers POSTs of a body and a key at some paths; ``routes`` names what each takes and which endpoint does it.

    At most ``at_once`` run at a time, the others wait in line: more than there are database connections would only be
    in each other's way.
    """

    def __init__(self, app: ASGIApp, routes: Mapping[str, Route], at_once: int) -> None:
        self.app = app
        self.routes = routes
        self.limiter = CapacityLimiter(at_once)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer the request, or pass it on untouched."""
        route = self.routes.get(scope["path"]) if scope["type"] == "http" and scope["method"] == "POST" else None
        headers = dict(scope["headers"]) if route else {}
        caller = _caller(scope, headers)
        if route is None or caller is None:
            await self.app(scope, receive, send)
            return
        message = await receive()
        shape, endpoint = route
        try:
            ask = shape.model_validate_json(message.get("body", b""))
        except ValidationError:
            await self.app(scope, _again(message, receive), send)
            return
        try:
            response: Response = await to_thread.run_sync(endpoint, ask, caller, limiter=self.limiter)
        except WarmlineError as error:
            response = problems.on_known_error(Request(scope), error)
        await response(scope, receive, send)


def _caller(scope: Scope, headers: Mapping[bytes, bytes]) -> Caller | None:
    """Who calls, of a request whose headers are as they should be."""
    scheme, _, key = headers.get(b"authorization", b"").partition(b" ")
    once = headers.get(b"idempotency-key")
    if scheme.lower() != b"bearer" or not key or headers.get(b"content-type") != b"application/json":
        return None
    if once is not None and not 1 <= len(once) <= IDEMPOTENCY_KEY_LENGTH:
        return None
    caller = caller_of(scope["app"].state, f"POST {scope['path']}", key.decode("latin-1"))
    return replace(caller, idempotency_key=once.decode("latin-1") if once else None)


def _again(message: Message, receive: Receive) -> Receive:
    """Receives a message that was received before, and then what follows."""
    waiting = [message]

    async def replay() -> Message:
        return waiting.pop() if waiting else await receive()

    return replay
