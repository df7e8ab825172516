"""What tests of the desk begin with: handoffs that wait, that are claimed, that are accepted."""

from typing import Any

from tests.conftest import Api

Json = dict[str, Any]
ANN, BOB = "human:ann", "human:bob"


def post(api: Api, path: str, ask: Json | None = None, status: int = 200) -> Json:
    answer = api.http.post(f"/v1/{path}", json=ask or {})
    assert answer.status_code == status, answer.text
    return dict(answer.json())


def act(api: Api, handoff: Json, verb: str, status: int = 200, **ask: Any) -> Json:
    return post(api, f"handoffs/{handoff['id']}/{verb}", ask, status)


def problem(api: Api, handoff: Json, verb: str, **ask: Any) -> Json:
    answer = api.http.post(f"/v1/handoffs/{handoff['id']}/{verb}", json=ask)
    assert answer.status_code == 409, answer.text
    return dict(answer.json())


def refused(api: Api, handoff: Json, verb: str, **ask: Any) -> str:
    return str(problem(api, handoff, verb, **ask)["type"]).removeprefix("urn:warmline:problem:")


def read(api: Api, handoff: Json) -> Json:
    return dict(api.http.get(f"/v1/handoffs/{handoff['id']}").json())


def session_of(api: Api, session_id: str) -> Json:
    return dict(api.http.get(f"/v1/sessions/{session_id}").json())


def remember(api: Api, session: str, content: str, **changes: Any) -> Json:
    return post(api, "memories", {"session_id": session, "content": content, "role": "user", **changes}, 201)


def a_session(api: Api, *contents: str, agent: str = "tier1-bot") -> str:
    session = str(post(api, "sessions", {"namespace": "user-dave", "agent": agent}, 201)["id"])
    for content in contents or ("Customer ACC-4521 was charged $299 but the plan is $199/mo",):
        remember(api, session, content)
    return session


def written(api: Api, handoff: Json) -> Json:
    """A handoff once its brief is written."""
    answer: Json = api.http.get(f"/v1/handoffs/{handoff['id']}", params={"wait": 20}).json()
    assert answer["state"] == "ready", answer
    return answer


def waiting(api: Api, session: str | None = None, **changes: Any) -> Json:
    ask = {"to": "queue:billing", "reason": "Disputed overcharge", **changes}
    return written(api, post(api, "handoffs", {"session_id": session or a_session(api), **ask}, 202))


def claim(api: Api, handoff: Json, agent: str = ANN, **changes: Any) -> int:
    return int(act(api, handoff, "claim", agent=agent, **changes)["token"])


def accept(api: Api, handoff: Json, agent: str = ANN, **changes: Any) -> Json:
    return act(api, handoff, "accept", 201, agent=agent, **changes)


def accepted(api: Api, **changes: Any) -> tuple[Json, int]:
    """A handoff that Ann has accepted, and her token."""
    warm = accept(api, waiting(api, **changes))
    return warm["handoff"], warm["claim"]["token"]
