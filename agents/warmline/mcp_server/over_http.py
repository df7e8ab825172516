"""The server over HTTP: an API key of the platform in the header ``Authorization: Bearer …`` of each request."""

from collections.abc import Sequence

from mcp.server.transport_security import TransportSecuritySettings
from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from warmline.errors import WarmlineError
from warmline.mcp_server.server import build
from warmline.mcp_server.workplaces import WorkplaceOfEachKey, key_in

LOOPBACK = ("127.0.0.1:*", "localhost:*", "[::1]:*")


class KeyRequired:
    """Lets requests in that have a key which the platform takes."""

    # There is no OAuth server to name: a client that is refused must not look for one.
    def __init__(self, app: ASGIApp, workplace: WorkplaceOfEachKey) -> None:
        self._app = app
        self._workplace = workplace

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        try:
            known = await self._workplace.knows(key_in(Headers(scope=scope).get("authorization", "")))
        except WarmlineError as error:
            return await JSONResponse({"error": str(error)}, 503)(scope, receive, send)
        if known:
            return await self._app(scope, receive, send)
        what = "Send an API key of Warmline in the header `Authorization: Bearer KEY`."
        refusal = JSONResponse({"error": what}, 401, headers={"WWW-Authenticate": "Bearer"})
        return await refusal(scope, receive, send)


def http_app(workplace: WorkplaceOfEachKey, *, allowed_hosts: Sequence[str] = ()) -> Starlette:
    """Build the ASGI application, which serves ``/mcp``.

    ``allowed_hosts``: the names under which it is reached, such as ``mcp.bank.example``, besides the loopback. Others
    are refused, so that a web page cannot reach it through a name that it points at this machine.
    """
    hosts = [*LOOPBACK, *allowed_hosts]
    origins = [f"{scheme}://{host}" for host in hosts for scheme in ("http", "https")]
    security = TransportSecuritySettings(allowed_hosts=hosts, allowed_origins=origins)
    app = build(workplace).streamable_http_app(transport_security=security)
    app.add_middleware(KeyRequired, workplace=workplace)
    return app
