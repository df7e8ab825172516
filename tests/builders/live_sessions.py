"""Sessions of the SDK, and what is kept in them."""

from collections.abc import Mapping
from typing import Any

from warmline import Warmline
from warmline.live import LiveSession

Kept = Mapping[str, Any]
"""The fields of a memory, as ``remember_many`` takes them."""


def a_session(client: Warmline, *kept: Kept, agent: str = "tier1-bot", namespace: str = "user-dave") -> LiveSession:
    session = client.session(agent=agent, namespace=namespace, metadata={"channel": "chat"})
    if kept:
        session.remember_many(kept)
    return session
