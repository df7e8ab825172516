"""Workplaces: for which key, agent and namespace a call is carried out."""

import hashlib
import time
from collections import OrderedDict
from pathlib import Path
from typing import Any, Protocol

from mcp.server.mcpserver import Context

from warmline.asynchronous import AsyncToolbox, AsyncWarmline
from warmline.capture import branch_of
from warmline.errors import Forbidden, Unauthenticated

AGENT, NAMESPACE = "X-Warmline-Agent", "X-Warmline-Namespace"
# How many keys have a connection at the same time. The one that was not used for longest is closed first.
MOST_KEYS = 100
# Seconds. A key that was revoked is refused by the platform at once; this is about lists of tools alone.
CHECKED_FOR = 60.0


class Workplace(Protocol):
    """Finds what a call works with."""

    def client(self, context: Context[Any, Any], /) -> AsyncWarmline:
        """Return the connection for this call."""

    async def toolbox(self, context: Context[Any, Any], /, session_id: str | None = None) -> AsyncToolbox:
        """Return the toolbox for this call, in a session where one is named."""


class OneWorkplace:
    """Over stdio a process serves one agent, which goes on in its session, such as one that it took over."""

    def __init__(self, client: AsyncWarmline, *, agent: str, namespace: str) -> None:
        self._client = client
        # The program that starts this one does so in the folder that is worked on.
        self._toolbox = AsyncToolbox(client, agent=agent, namespace=namespace, branch=lambda: branch_of(Path.cwd()))

    def client(self, _: Context[Any, Any], /) -> AsyncWarmline:
        """Return the connection of the process."""
        return self._client

    async def toolbox(self, _: Context[Any, Any], /, session_id: str | None = None) -> AsyncToolbox:
        """Return the toolbox of the process, or one in another session."""
        return await _in_session(self._client, session_id) if session_id else self._toolbox


class WorkplaceOfEachKey:
    """Over HTTP each request has an API key of its own, and nothing is kept between calls but connections."""

    def __init__(self, url: str | None, *, agent: str, namespace: str) -> None:
        self._url = url
        self._agent = agent
        self._namespace = namespace
        self._clients: OrderedDict[str, AsyncWarmline] = OrderedDict()
        self._checked: dict[str, float] = {}

    def client(self, context: Context[Any, Any], /) -> AsyncWarmline:
        """Return the connection with the key of this request."""
        return self._client_of(key_in((context.headers or {}).get("authorization", "")))

    async def toolbox(self, context: Context[Any, Any], /, session_id: str | None = None) -> AsyncToolbox:
        """Return a toolbox for the agent and the namespace that the headers of this request name."""
        client = self.client(context)
        if session_id:
            return await _in_session(client, session_id)
        headers = context.headers or {}
        return AsyncToolbox(
            client,
            agent=headers.get(AGENT.lower(), self._agent),
            namespace=headers.get(NAMESPACE.lower(), self._namespace),
        )

    async def knows(self, key: str) -> bool:
        """Return whether the platform takes this key."""
        if not key:
            return False
        name = hashlib.sha256(key.encode()).hexdigest()
        if self._checked.get(name, 0.0) > time.monotonic():
            return True
        try:
            await self._client_of(key).whoami()
        except (Unauthenticated, Forbidden):
            return False
        if len(self._checked) > MOST_KEYS:
            self._checked.clear()
        self._checked[name] = time.monotonic() + CHECKED_FOR
        return True

    async def aclose(self) -> None:
        """Close the connections."""
        while self._clients:
            _, client = self._clients.popitem()
            await client.aclose()

    def _client_of(self, key: str) -> AsyncWarmline:
        if key not in self._clients:
            self._clients[key] = AsyncWarmline(self._url, key)
            # The oldest one may be in use, so it is left to the collector and not closed.
            if len(self._clients) > MOST_KEYS:
                self._clients.popitem(last=False)
        self._clients.move_to_end(key)
        return self._clients[key]


def key_in(authorization: str) -> str:
    """Return the API key in an ``Authorization`` header; empty where there is none."""
    scheme, _, key = authorization.partition(" ")
    return key.strip() if scheme.lower() == "bearer" else ""


async def _in_session(client: AsyncWarmline, session_id: str) -> AsyncToolbox:
    return AsyncToolbox(client, session=await client.session(id=session_id))
