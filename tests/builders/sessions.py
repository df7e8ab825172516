"""Sessions over HTTP."""

from typing import Any

from tests.builders.memories import remember
from tests.builders.requests import Json, get, post
from tests.conftest import Api

OVERCHARGE = "Customer ACC-4521 was charged $299 but the plan is $199/mo"


def started(api: Api, **changes: Any) -> Json:
    """A session in which nothing was said yet."""
    return post(api, "sessions", {"namespace": "user-dave", "agent": "tier1-bot", **changes}, 201)


def a_session(api: Api, *contents: str, **changes: Any) -> str:
    """The id of a session in which a user said these contents, or complained of an overcharge."""
    session = str(started(api, **changes)["id"])
    for content in contents or (OVERCHARGE,):
        remember(api, session, content)
    return session


def session_of(api: Api, session_id: str) -> Json:
    return get(api, f"sessions/{session_id}")
