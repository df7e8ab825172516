"""Request ids: one name for a request in its answer, in the log, and in the error that its caller sees."""

import re
from uuid import uuid4

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from warmline_memory import logs

HEADER = b"x-request-id"
# What gateways and other services make: ids of hexadecimal digits, UUIDs, names with dots and colons. Anything else
# could forge a line of a log.
WELL_FORMED = re.compile(rb"[A-Za-z0-9._:-]{1,100}")


class RequestIds:
    """Gives every request an id, its caller's own where that is well-formed, and puts it into the answer."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with its id."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        given = next((value for name, value in scope["headers"] if name == HEADER), b"")
        request_id = given if WELL_FORMED.fullmatch(given) else uuid4().hex.encode()

        async def named(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), (HEADER, request_id)]
            await send(message)

        with logs.scope(request_id=request_id.decode()):
            await self.app(scope, receive, named)
