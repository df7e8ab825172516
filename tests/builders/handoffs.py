"""Handoffs over HTTP: handoffs that wait, that are claimed, that are accepted."""

from collections.abc import Callable
from typing import Any

from tests.builders.requests import Json, get, post, refusal
from tests.builders.sessions import a_session
from tests.builders.waits import eventually
from tests.conftest import Api

ANN, BOB = "human:ann", "human:bob"


def act(api: Api, handoff: Json, verb: str, status: int = 200, **ask: Any) -> Json:
    return post(api, f"handoffs/{handoff['id']}/{verb}", ask, status)


def problem(api: Api, handoff: Json, verb: str, **ask: Any) -> Json:
    """The problem that an action is refused with, as the API sends it."""
    return act(api, handoff, verb, 409, **ask)


def refused(api: Api, handoff: Json, verb: str, **ask: Any) -> str:
    """The type of the problem that an action is refused with."""
    return str(refusal(api, f"handoffs/{handoff['id']}/{verb}", ask)["type"])


def read(api: Api, handoff: Json) -> Json:
    return get(api, f"handoffs/{handoff['id']}")


def requested(api: Api, session: str | None = None, **changes: Any) -> Json:
    ask = {"to": "queue:billing", "reason": "Disputed overcharge", **changes}
    return post(api, "handoffs", {"session_id": session or a_session(api), **ask}, 202)


def written(api: Api, handoff: Json, state: str = "ready") -> Json:
    """A handoff once its brief is written, or has failed for good."""
    answer = get(api, f"handoffs/{handoff['id']}", wait=20)
    assert answer["state"] == state, answer
    return answer


def waiting(api: Api, session: str | None = None, **changes: Any) -> Json:
    """A handoff that waits for somebody to claim it; its brief is written."""
    return written(api, requested(api, session, **changes))


def claim(api: Api, handoff: Json, agent: str = ANN, **changes: Any) -> int:
    """Claim a handoff; the fencing token of the claim."""
    return int(act(api, handoff, "claim", agent=agent, **changes)["token"])


def accept(api: Api, handoff: Json, agent: str = ANN, **changes: Any) -> Json:
    """Accept a handoff; the warm start."""
    return act(api, handoff, "accept", 201, agent=agent, **changes)


def accepted(api: Api, **changes: Any) -> tuple[Json, int]:
    """A handoff that Ann has accepted, and her token."""
    warm = accept(api, waiting(api, **changes))
    return warm["handoff"], warm["claim"]["token"]


def once(api: Api, handoff: Json, holds: Callable[[Json], bool]) -> Json:
    """The handoff once a condition holds for it."""
    return eventually(lambda: read(api, handoff), holds)


def events_of(api: Api, handoff: Json, *types: str) -> list[Json]:
    """The events of these types that a handoff has, the oldest first; types are given without `handoff.`."""
    found = get(api, "events", handoff_id=handoff["id"], limit=200)["items"]
    return [one for one in found if one["type"].removeprefix("handoff.") in types]
