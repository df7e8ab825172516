"""What tests of queues and operators begin with."""

import time
from collections.abc import Callable
from typing import Any, TypeVar

from tests.builders.desk import Json, a_session, post
from tests.conftest import Api

PATIENCE = 10.0

Found = TypeVar("Found")


def a_queue(api: Api, name: str = "billing", **written: Any) -> Json:
    answer = api.http.put(f"/v1/queues/{name}", json=written)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def an_operator(api: Api, name: str = "ann", presence: str | None = "available", **changes: Any) -> Json:
    operator = post(api, "operators", {"name": name, "queues": ["billing"], **changes}, 201)
    return operator if presence is None else revised(api, name, presence=presence)


def revised(api: Api, name: str, **changes: Any) -> Json:
    answer = api.http.patch(f"/v1/operators/{name}", json=changes)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def closed_all_year() -> Json:
    """Office hours of a minute a week, around which no test runs for long."""
    now = time.gmtime()
    day = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")[(now.tm_wday + 3) % 7]
    return {"zone": "UTC", "days": [{"day": day, "opens": "12:00", "closes": "12:01"}]}


def requested(api: Api, session: str | None = None, **changes: Any) -> Json:
    ask = {"to": "queue:billing", "reason": "Disputed overcharge", **changes}
    return post(api, "handoffs", {"session_id": session or a_session(api), **ask}, 202)


def get(api: Api, path: str, **params: Any) -> Json:
    answer = api.http.get(f"/v1/{path}", params=params)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def events_of(api: Api, handoff: Json, *types: str) -> list[Json]:
    found = get(api, "events", handoff_id=handoff["id"], limit=200)["events"]
    return [one for one in found if one["type"].removeprefix("handoff.") in types]


def eventually(read: Callable[[], Found], holds: Callable[[Found], bool]) -> Found:
    """What is read once a condition holds for it."""
    deadline = time.monotonic() + PATIENCE
    while not holds(found := read()):
        assert time.monotonic() < deadline, found
        time.sleep(0.05)
    return found


def once(api: Api, handoff: Json, holds: Callable[[Json], bool]) -> Json:
    """The handoff once a condition holds for it."""
    return eventually(lambda: get(api, f"handoffs/{handoff['id']}"), holds)
