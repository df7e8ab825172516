"""Feedback moves a memory's importance within bounds, and counts."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.builders.memories import a_memory
from tests.conftest import Api, TenantKey
from warmline_memory import memories
from warmline_memory.storage.database import Database


def give(api: Api, memory: dict[str, Any], verdict: str) -> dict[str, Any]:
    return api.http.post(f"/v1/memories/{memory['id']}/feedback", json={"verdict": verdict}).raise_for_status().json()


@pytest.mark.parametrize(
    ("verdict", "before", "after"),
    [
        ("useful", 0.5, 0.55),
        ("useful", 0.0, 0.1),
        ("useful", 0.95, 0.95),
        ("useful", 1.0, 1.0),
        ("wrong", 0.8, 0.4),
        ("wrong", 1.0, 0.5),
        ("wrong", 0.06, 0.05),
        ("wrong", 0.01, 0.01),
    ],
)
def test_a_verdict_moves_importance_one_way_within_bounds(api: Api, verdict: str, before: float, after: float) -> None:
    memory = a_memory(api, importance=before)
    assert give(api, memory, verdict)["importance"] == pytest.approx(after)
    assert api.http.get(f"/v1/memories/{memory['id']}").json()["importance"] == pytest.approx(after)


def test_no_amount_of_feedback_leaves_the_bounds(api: Api) -> None:
    memory = a_memory(api, importance=0.5)
    raised = [give(api, memory, "useful")["importance"] for _ in range(40)]
    lowered = [give(api, memory, "wrong")["importance"] for _ in range(10)]
    assert (raised[-1], lowered[-1]) == (0.95, 0.05)
    assert raised == sorted(raised)


def test_feedback_at_the_same_time_is_counted_each_time(api: Api) -> None:
    memory = a_memory(api, importance=0.5)
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda verdict: give(api, memory, verdict), ["useful", "wrong"] * 8))
    after = api.http.get(f"/v1/memories/{memory['id']}").json()
    assert (after["found_useful"], after["found_wrong"]) == (8, 8)


def test_the_same_key_gives_feedback_once(api: Api) -> None:
    memory = a_memory(api, importance=0.5)
    path, headers = f"/v1/memories/{memory['id']}/feedback", {"Idempotency-Key": "verdict-1"}
    answers = [api.http.post(path, json={"verdict": "useful"}, headers=headers).json() for _ in range(2)]
    assert answers[0] == answers[1]
    assert answers[1]["found_useful"] == 1


@pytest.mark.usefixtures("worker")
def test_a_handoffs_brief_takes_no_feedback(api: Api) -> None:
    session = api.http.post("/v1/sessions", json={"namespace": "user-dave", "agent": "tier1-bot"}).json()["id"]
    ask = {"session_id": session, "to": "tier2-bot", "reason": "billing"}
    handoff = api.http.post("/v1/handoffs", json=ask).json()["id"]
    assert api.http.get(f"/v1/handoffs/{handoff}", params={"wait": 20}).json()["state"] == "ready"
    brief = api.http.get("/v1/memories", params={"kind": "handoff", "namespace": "user-dave"}).json()["items"][0]
    answer = api.http.post(f"/v1/memories/{brief['id']}/feedback", json={"verdict": "wrong"})
    assert (answer.status_code, answer.json()["type"]) == (409, "urn:warmline:problem:memory-protected")


def test_recalls_are_counted_on_what_they_brought_back(api: Api, database: Database, tenant: TenantKey) -> None:
    memory = a_memory(api, importance=0.5)
    for _ in range(2):
        with database.transaction(tenant_id=tenant.tenant_id) as db:
            memories.count_recalls(db, [memory["id"]])
    assert api.http.get(f"/v1/memories/{memory['id']}").json()["times_recalled"] == 2
