"""Dakera's asynchronous client, called as its synchronous one is, so that a test is written once for both."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Self

import anyio.from_thread
from dakera import AsyncDakeraClient, RetryConfig

Dakera = Any
"""Either client: they have the same methods."""


class Waiting:
    """The asynchronous client; each method waits for its answer, in one event loop of a thread of its own."""

    def __init__(self, url: str, key: str, retries: RetryConfig) -> None:
        self._portal_open = anyio.from_thread.start_blocking_portal()
        self._portal = self._portal_open.__enter__()
        self._client = AsyncDakeraClient(url, api_key=key, retry_config=retries)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._portal.call(self._client.close)
        self._portal_open.__exit__(None, None, None)

    def __getattr__(self, name: str) -> Callable[..., Any]:
        method = getattr(self._client, name)

        @wraps(method)
        def call(*arguments: Any, **named: Any) -> Any:
            async def wait() -> Any:
                return await method(*arguments, **named)

            return self._portal.call(wait)

        return call
