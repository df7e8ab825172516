"""Running the server until its client or the operator ends it."""

import anyio
import uvicorn

from warmline.asynchronous import AsyncWarmline
from warmline.mcp_server.over_http import http_app
from warmline.mcp_server.server import build
from warmline.mcp_server.workplaces import OneWorkplace, WorkplaceOfEachKey


def serve_stdio(url: str | None, api_key: str | None, *, agent: str, namespace: str) -> None:
    """Serve one client over stdin and stdout, until it closes them."""

    async def serve() -> None:
        async with AsyncWarmline(url, api_key) as client:
            await build(OneWorkplace(client, agent=agent, namespace=namespace)).run_stdio_async()

    anyio.run(serve)


def serve_http(url: str | None, *, host: str, port: int, allowed_hosts: list[str], agent: str, namespace: str) -> None:
    """Serve over HTTP until a signal comes."""

    async def serve() -> None:
        workplace = WorkplaceOfEachKey(url, agent=agent, namespace=namespace)
        app = http_app(workplace, allowed_hosts=allowed_hosts)
        await uvicorn.Server(uvicorn.Config(app, host=host, port=port, log_level="warning")).serve()
        await workplace.aclose()

    anyio.run(serve)
