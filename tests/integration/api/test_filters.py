"""Filters of lists: several values mean any of them; times and holders choose; a key's bounds hold for every value."""

from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from tests.conftest import Api


def listed(api: Api, path: str, **filters: Any) -> list[dict[str, Any]]:
    answer = api.http.get(f"/v1/{path}", params=filters)
    assert answer.status_code == 200, answer.text
    return list(answer.json()["items"])


def a_session(api: Api, namespace: str, agent: str = "bot") -> dict[str, Any]:
    answer = api.http.post("/v1/sessions", json={"namespace": namespace, "agent": agent})
    return dict(answer.raise_for_status().json())


def test_a_filter_that_is_repeated_means_any_of_its_values(api: Api) -> None:
    for namespace in ("user-ann", "user-ben", "user-cid"):
        session = a_session(api, namespace)
        api.http.post("/v1/memories", json={"session_id": session["id"], "content": namespace, "kind": namespace[-3:]})
    for path, name in (("sessions", "namespace"), ("memories", "namespace")):
        found = listed(api, path, **{name: ["user-ann", "user-cid"]})
        assert [one["namespace"] for one in found] == ["user-cid", "user-ann"]
    assert [one["kind"] for one in listed(api, "memories", kind=["ben", "cid"], namespace="user-ben")] == ["ben"]
    assert {one["namespace"] for one in listed(api, "events", chain_id=[session["id"]])} == {"user-cid"}


def test_times_choose_from_one_moment_until_before_another(api: Api) -> None:
    first, second = a_session(api, "user-ann"), a_session(api, "user-ann")
    moment = second["started_at"]
    assert [one["id"] for one in listed(api, "sessions", since=moment)] == [second["id"]]
    assert [one["id"] for one in listed(api, "sessions", until=moment)] == [first["id"]]
    later = (datetime.fromisoformat(moment) + timedelta(hours=1)).isoformat()
    for path in ("sessions", "memories", "handoffs", "flags", "deliveries", "audit"):
        assert listed(api, path, since=later) == []


@pytest.mark.usefixtures("worker")
def test_handoffs_are_listed_by_who_holds_them(api: Api) -> None:
    held = []
    for name in ("ann", "ben"):
        session = a_session(api, "user-dave")
        ask = {"session_id": session["id"], "to": "billing", "reason": "A refund"}
        handoff = api.http.post("/v1/handoffs", json=ask).json()["id"]
        assert api.http.get(f"/v1/handoffs/{handoff}", params={"wait": 30}).json()["state"] == "ready"
        api.http.post(f"/v1/handoffs/{handoff}/claim", json={"agent": f"bot-{name}"}).raise_for_status()
        held.append(handoff)
    assert [one["id"] for one in listed(api, "handoffs", holder="bot-ann")] == held[:1]
    assert [one["id"] for one in listed(api, "handoffs", holder=["bot-ann", "bot-ben"])] == held[::-1]
    assert listed(api, "handoffs", holder="nobody") == []
    assert len(listed(api, "handoffs", state=["claimed", "ready"])) == 2


def test_a_key_that_is_bound_to_a_namespace_cannot_name_another_one_beside_it(api: Api) -> None:
    made = api.http.post("/v1/keys", json={"name": "bound", "kind": "bot", "namespaces": ["user-ann"]}).json()
    for asked in (["user-ann", "user-ben"], ["user-ben", "user-ann"]):
        answer = httpx.get(
            f"{api.url}/v1/sessions",
            params={"namespace": asked},
            headers={"Authorization": f"Bearer {made['secret']}"},
        )
        assert (answer.status_code, answer.json()["type"]) == (403, "urn:warmline:problem:forbidden")


def test_more_values_than_a_filter_takes_are_refused(api: Api) -> None:
    answer = api.http.get("/v1/sessions", params={"agent": [f"bot-{number}" for number in range(101)]})
    assert answer.status_code == 422
    assert "agent" in answer.json()["detail"]
