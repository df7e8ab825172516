"""Serving the chat until a signal comes."""

import asyncio
import contextlib
import socket
from collections.abc import Sequence
from typing import Any

import uvicorn

from warmline.asynchronous import AsyncWarmline
from warmline.local import find_endpoint
from warmline.web_chat.app import ChatOptions, ChatService, chat_app
from warmline.web_chat.bots import Bot
from warmline.web_chat.visitors import secret_from

GRACE_SECONDS = 3


class ChatServer(uvicorn.Server):
    """Lets the open streams end before it waits for them."""

    def __init__(self, config: uvicorn.Config, service: ChatService) -> None:
        super().__init__(config)
        self._service = service

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Shut down."""
        self._service.news.close()
        await super().shutdown(sockets)


def serve_chat(
    url: str | None,
    api_key: str | None,
    bot: Bot,
    *,
    secret: str | None = None,
    host: str = "127.0.0.1",
    port: int = 8430,
    trusted_proxies: Sequence[str] = (),
    **options: Any,
) -> None:
    """Serve the chat. ``options`` are those of ``ChatOptions``; without a secret, one is made from the API key."""
    endpoint = find_endpoint(url, api_key)

    async def serve() -> None:
        async with AsyncWarmline(endpoint.url, endpoint.api_key) as client:
            app, service = chat_app(client, bot, ChatOptions(secret=secret or secret_from(endpoint.api_key), **options))
            config = uvicorn.Config(
                app,
                host=host,
                port=port,
                log_level="warning",
                server_header=False,
                proxy_headers=bool(trusted_proxies),
                forwarded_allow_ips=list(trusted_proxies),
                timeout_graceful_shutdown=GRACE_SECONDS,
            )
            await ChatServer(config, service).serve()

    # uvicorn ends in order at the first signal, and raises it again afterwards.
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(serve())
