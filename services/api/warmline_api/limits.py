"""How much a request may carry."""

import re

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from warmline_api.problems import problem_response
from warmline_schemas.problems import Problem, ProblemType


class BodyLimit:
    """Refuses bodies over ``max_bytes``: by their announced length at once, else when that much has come in.

    Routes at ``streamed`` paths read their bodies piece by piece, and see to limits of their own.
    """

    def __init__(self, app: ASGIApp, max_bytes: int, streamed: re.Pattern[str]) -> None:
        self.app = app
        self.max_bytes = max_bytes
        self.streamed = streamed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with its body in hand, or answer 413."""
        bodiless = scope["type"] != "http" or scope["method"] in {"GET", "HEAD", "DELETE", "OPTIONS"}
        if bodiless or self.streamed.fullmatch(scope["path"]):
            await self.app(scope, receive, send)
            return
        # Clients may announce no length, or a wrong one, so what comes in is counted in any case. An announced length
        # only spares them the sending.
        announced = dict(scope["headers"]).get(b"content-length", b"")
        too_large = announced.isdigit() and int(announced) > self.max_bytes
        body, more = b"", True
        while more and not too_large:
            message = await receive()
            body += message.get("body", b"")
            more = message.get("more_body", False)
            too_large = len(body) > self.max_bytes
        if too_large:
            await self._refuse(scope, receive, send)
            return
        # The application gets the whole body as one message: it is small enough, and is read as a whole anyway.
        await self.app(scope, _replayed(body, receive), send)

    async def _refuse(self, scope: Scope, receive: Receive, send: Send) -> None:
        problem = Problem.of(
            ProblemType.PAYLOAD_TOO_LARGE,
            f"The body is larger than {self.max_bytes} bytes. Send it in smaller batches.",
        )
        await problem_response(problem)(scope, receive, send)


def _replayed(body: bytes, receive: Receive) -> Receive:
    sent = False

    async def replay() -> Message:
        nonlocal sent
        if sent:
            return await receive()
        sent = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replay
