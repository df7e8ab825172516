"""Builders of sessions, handoffs and drafts over HTTP."""

from typing import Any

from tests.conftest import Api

Json = dict[str, Any]
NAMESPACE = "user-dave"


def post(api: Api, path: str, ask: Json | None = None, status: int = 200, **headers: str) -> Json:
    answer = api.http.post(f"/v1/{path}", json=ask or {}, headers=headers)
    assert answer.status_code == status, answer.text
    return dict(answer.json())


def refused(api: Api, path: str, ask: Json | None = None, status: int = 409) -> Json:
    answer = post(api, path, ask, status)
    return {**answer, "type": answer["type"].removeprefix("urn:warmline:problem:")}


def get(api: Api, path: str, **params: Any) -> Json:
    answer = api.http.get(f"/v1/{path}", params=params)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def remember(api: Api, session: str, content: str, **fields: Any) -> str:
    ask = {"session_id": session, "content": content, "role": "user", **fields}
    return str(post(api, "memories", ask, 201)["id"])


def a_session(api: Api, *contents: str) -> str:
    session = post(api, "sessions", {"namespace": NAMESPACE, "agent": "tier1-bot"}, 201)["id"]
    for content in contents or ("My account ACC-4521 was charged $299 but the plan is $199/mo",):
        remember(api, session, content)
    return str(session)


def drafted(api: Api, session: str, **changes: Any) -> Json:
    ask = {"session_id": session, "to": "billing", "reason": "Disputed overcharge", "review": True, **changes}
    return written(api, post(api, "handoffs", ask, 202)["id"])


def written(api: Api, handoff: str, state: str = "drafted") -> Json:
    answer = get(api, f"handoffs/{handoff}", wait=20)
    assert answer["state"] == state, answer
    return answer


def a_line(draft: Json) -> tuple[str, Json]:
    """The first line that cites a memory, and its section's name."""
    found = ((part["name"], line) for part in draft["brief"]["sections"] for line in part["lines"])
    return next((name, line) for name, line in found if line["memory_ids"])


def an_edit(revision: int, *texts: str, section: str = "next_steps", **fields: Any) -> Json:
    lines = [{"text": text, **fields} for text in texts]
    return {"revision": revision, "sections": [{"name": section, "lines": lines}]}


def lines_of(brief: Json, section: str) -> list[Json]:
    return next((part["lines"] for part in brief["sections"] if part["name"] == section), [])
