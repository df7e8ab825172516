"""Memories over HTTP: of a session, and of none."""

from typing import Any

from tests.builders.requests import Json, post
from tests.conftest import Api


def remember(api: Api, session: str, content: str, **changes: Any) -> Json:
    """A memory of a session, in which a user said it."""
    return post(api, "memories", {"session_id": session, "content": content, "role": "user", **changes}, 201)


def a_memory(api: Api, content: str = "Customer ACC-4521 was charged $299", **changes: Any) -> Json:
    """A memory of a namespace that belongs to no session."""
    return post(api, "memories", {"namespace": "user-dave", "content": content, **changes}, 201)
