"""What can be overwritten has a version; what is made says where it is; and an acceptance can be lean."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from tests.conftest import Api

TEMPLATE = {"about": "Ours", "sections": [{"name": "ask", "title": "Ask"}]}


def changed_meanwhile(answer: httpx.Response) -> bool:
    return answer.status_code == 412 and answer.json()["type"] == "urn:warmline:problem:changed-meanwhile"


def a_webhook(api: Api) -> str:
    made = api.http.post("/v1/webhooks", json={"url": "http://127.0.0.1:9/events"})
    return made.headers["Location"].removeprefix("/v1/")


@pytest.mark.parametrize(
    ("path", "method", "change", "other"),
    [
        ("templates/ours", "PUT", TEMPLATE, TEMPLATE | {"about": "Theirs"}),
        ("queues/billing", "PUT", {"title": "Billing"}, {"title": "Invoices"}),
        ("rotas/nights", "PUT", {"title": "Nights"}, {"title": "Late nights"}),
        ("operators/ann", "PATCH", {"display_name": "Ann"}, {"display_name": "Anna"}),
        ("preferences", "PATCH", {"reinforce": True}, {"reinforce": False}),
        ("webhooks", "PATCH", {"description": "Ours"}, {"description": "Theirs"}),
    ],
)
def test_a_change_is_made_only_to_the_version_that_was_read(
    api: Api, path: str, method: str, change: dict[str, Any], other: dict[str, Any]
) -> None:
    api.http.post("/v1/operators", json={"name": "ann", "display_name": "A"})
    path = f"/v1/{a_webhook(api) if path == 'webhooks' else path}"
    written = api.http.request(method, path, json=change)
    read = api.http.get(path)
    assert written.headers["ETag"] == read.headers["ETag"]
    theirs = api.http.request(method, path, json=other, headers={"If-Match": read.headers["ETag"]})
    assert theirs.status_code == 200
    assert changed_meanwhile(api.http.request(method, path, json=change, headers={"If-Match": read.headers["ETag"]}))
    assert api.http.get(path).headers["ETag"] == theirs.headers["ETag"]
    assert api.http.request(method, path, json=change, headers={"If-Match": "*"}).status_code == 200


def test_what_changes_by_itself_makes_no_new_version(api: Api) -> None:
    api.http.post("/v1/operators", json={"name": "ann", "display_name": "Ann"})
    before = api.http.get("/v1/operators/ann")
    api.http.post("/v1/operators/ann/heartbeat").raise_for_status()
    after = api.http.get("/v1/operators/ann")
    assert before.json()["seen_at"] != after.json()["seen_at"]
    assert before.headers["ETag"] == after.headers["ETag"]


def test_nothing_is_deleted_that_somebody_changed_meanwhile(api: Api) -> None:
    version = api.http.put("/v1/templates/ours", json=TEMPLATE).headers["ETag"]
    api.http.put("/v1/templates/ours", json=TEMPLATE | {"about": "Theirs"})
    assert changed_meanwhile(api.http.delete("/v1/templates/ours", headers={"If-Match": version}))
    assert changed_meanwhile(api.http.delete("/v1/templates/nobodys", headers={"If-Match": "*"}))
    assert api.http.get("/v1/templates/ours").json()["about"] == "Theirs"


def test_of_changes_to_one_version_at_the_same_time_one_is_made(api: Api) -> None:
    version = api.http.put("/v1/queues/billing", json={"title": "Billing"}).headers["ETag"]

    def change(number: int) -> int:
        asked = {"If-Match": version, "Authorization": f"Bearer {api.key}"}
        path = f"{api.url}/v1/queues/billing"
        return httpx.put(path, json={"title": f"Billing {number}"}, headers=asked, timeout=30).status_code

    with ThreadPoolExecutor(6) as threads:
        assert sorted(threads.map(change, range(6))) == [200, 412, 412, 412, 412, 412]


@pytest.mark.usefixtures("worker")
def test_what_is_made_says_where_it_is_also_when_it_is_asked_for_again(api: Api) -> None:
    asked = {"namespace": "user-dave", "agent": "bot"}
    once = {"Idempotency-Key": "start"}
    made, again = (api.http.post("/v1/sessions", json=asked, headers=once) for _ in range(2))
    assert made.headers["Location"] == again.headers["Location"] == f"/v1/sessions/{made.json()['id']}"
    session = made.json()["id"]
    kept = api.http.post("/v1/memories", json={"session_id": session, "content": "The order is W1"})
    handed = api.http.post("/v1/handoffs", json={"session_id": session, "to": "billing", "reason": "A refund"})
    person = api.http.post("/v1/operators", json={"name": "ann", "display_name": "Ann"})
    assert api.http.get(handed.headers["Location"], params={"wait": 30}).json()["state"] == "ready"
    taken = api.http.post(f"{handed.headers['Location']}/accept", json={"agent": "billing"})
    for answer, shown in ((made, made), (kept, kept), (person, person), (taken, taken)):
        found = api.http.get(answer.headers["Location"])
        assert found.status_code == 200, shown.text


@pytest.mark.usefixtures("worker")
def test_a_lean_acceptance_answers_the_prompt_without_what_it_is_made_of(api: Api) -> None:
    session = api.http.post("/v1/sessions", json={"namespace": "user-dave", "agent": "bot"}).json()["id"]
    lines = [{"session_id": session, "content": f"Order W{n} was charged $9{n}", "role": "user"} for n in range(9)]
    api.http.post("/v1/memories/batch", json={"memories": lines}).raise_for_status()
    path = api.http.post(
        "/v1/handoffs", json={"session_id": session, "to": "billing", "reason": "Refunds", "mode": "warm"}
    ).headers["Location"]
    assert api.http.get(path, params={"wait": 30}).json()["state"] == "ready"
    lean = api.http.post(f"{path}/accept", json={"agent": "billing", "lean": True})
    whole = api.http.post(f"{path}/accept", json={"agent": "billing", "mode": "branch"})
    assert set(whole.json()) - set(lean.json()) == {"brief", "since_the_brief", "memories", "chain"}
    assert lean.json()["claim"]["token"] >= 1
    assert "W1" in lean.json()["prompt"]
    assert len(lean.content) < len(whole.content) / 3
