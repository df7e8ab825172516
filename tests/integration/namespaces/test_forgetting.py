"""Forgetting: what is forgotten stands in no row of the database any more, and the audit says who did it."""

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from sqlalchemy import text

from tests.builders.databases import tables_that_hold
from tests.conftest import Api, TenantKey
from warmline_local.servers import EmbeddedPostgres
from warmline_memory.storage.database import Database

NAMESPACE = "acme/user-dave"


def a_marker() -> str:
    """A word that nothing else in the database holds."""
    return f"zq{uuid4().hex[:12]}"


def remember(api: Api, content: str, **fields: Any) -> str:
    ask = {"content": content, **({} if "session_id" in fields else {"namespace": NAMESPACE}), **fields}
    answer = api.http.post("/v1/memories", json=ask, headers={"Idempotency-Key": uuid4().hex})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def forget(api: Api, **fields: Any) -> dict[str, Any]:
    answer = api.http.post("/v1/memories/forget", json={"namespace": NAMESPACE, **fields})
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def a_told_case(api: Api, marker: str) -> tuple[str, list[str]]:
    """A handoff that was accepted, with the marker in memories, a slot, an action, both briefs and kept answers."""
    start = {"namespace": NAMESPACE, "agent": "tier1-bot"}
    session = api.http.post("/v1/sessions", json=start).json()["id"]
    told = [
        remember(api, f"I was charged $299 for order {marker}, why?", session_id=session, role="user"),
        remember(api, f"The order is {marker}", session_id=session, slot={"name": "order", "value": marker}),
        remember(
            api,
            f"Refunded {marker}",
            session_id=session,
            kind="action",
            role="tool",
            action={"name": "refund", "arguments": {"order": marker}, "outcome": "confirmed"},
        ),
    ]
    remember(api, "Please send the answer to my home address.", session_id=session, role="user")
    first = hand_off(api, session)
    return hand_off(api, accept(api, first)), told


def hand_off(api: Api, session: str) -> str:
    ask = {"session_id": session, "to": "billing", "reason": "Customer disputes an overcharge"}
    handoff = api.http.post("/v1/handoffs", json=ask).json()["id"]
    assert api.http.get(f"/v1/handoffs/{handoff}", params={"wait": 20}).json()["state"] == "ready"
    return str(handoff)


def accept(api: Api, handoff: str) -> str:
    key = {"Idempotency-Key": uuid4().hex}
    answer = api.http.post(f"/v1/handoffs/{handoff}/accept", json={"agent": "billing"}, headers=key)
    return str(answer.json()["session"]["id"])


@pytest.mark.usefixtures("worker")
def test_what_is_forgotten_by_id_stands_in_no_row(api: Api, postgres: EmbeddedPostgres) -> None:
    marker = a_marker()
    _, told = a_told_case(api, marker)
    assert {"memories", "handoffs"} <= set(tables_that_hold(postgres, marker))
    for memory in told:
        assert api.http.delete(f"/v1/memories/{memory}").status_code == 204
    assert tables_that_hold(postgres, marker) == []


@pytest.mark.usefixtures("worker")
def test_what_is_forgotten_by_a_filter_stands_in_no_row(api: Api, postgres: EmbeddedPostgres) -> None:
    marker = a_marker()
    handoff, told = a_told_case(api, marker)
    forgotten = forget(api, ids=told)
    assert (forgotten["memories"], forgotten["briefs"]) == (3, 2)
    assert tables_that_hold(postgres, marker) == []
    brief = api.http.get(f"/v1/handoffs/{handoff}").json()["brief"]
    assert "home address" in brief["text"]
    assert brief["words"] == len(brief["text"].split())


@pytest.mark.usefixtures("worker")
def test_what_is_forgotten_with_its_namespace_stands_in_no_row(
    api: Api, postgres: EmbeddedPostgres, tenant: TenantKey
) -> None:
    marker = a_marker()
    accept(api, a_told_case(api, marker)[0])
    forgotten = api.http.delete(f"/v1/namespaces/{NAMESPACE}").json()
    assert (forgotten["memories"], forgotten["sessions"], forgotten["handoffs"]) == (6, 3, 2)
    assert tables_that_hold(postgres, marker) == []
    left = {"tenants", "api_keys", "audit_entries", "deletions", "event_counters"}
    assert set(tables_that_hold(postgres, str(tenant.tenant_id))) == left


@pytest.mark.usefixtures("worker")
def test_a_brief_is_recalled_by_what_is_left_of_it(api: Api) -> None:
    handoff, told = a_told_case(api, a_marker())
    forget(api, ids=told)
    brief = api.http.get(f"/v1/handoffs/{handoff}").json()["brief"]
    kept = api.http.get("/v1/memories", params={"kind": "handoff"}).json()["items"][0]
    assert kept["content"] == brief["text"]


@pytest.mark.usefixtures("worker")
def test_a_value_that_a_newer_one_replaced_goes_too(api: Api, postgres: EmbeddedPostgres) -> None:
    marker = a_marker()
    session = api.http.post("/v1/sessions", json={"namespace": NAMESPACE, "agent": "bot"}).json()["id"]
    old = remember(api, f"My plan is {marker}", session_id=session, slot={"name": "plan", "value": marker})
    remember(api, "My plan is pro now", session_id=session, slot={"name": "plan", "value": "pro"}, role="user")
    hand_off(api, session)
    assert "handoffs" in tables_that_hold(postgres, marker)
    api.http.delete(f"/v1/memories/{old}")
    assert tables_that_hold(postgres, marker) == []


@pytest.mark.usefixtures("worker")
def test_what_a_quoted_value_became_later_goes_too(api: Api, postgres: EmbeddedPostgres) -> None:
    marker = a_marker()
    session = api.http.post("/v1/sessions", json={"namespace": NAMESPACE, "agent": "bot"}).json()["id"]
    remember(api, "Please find me a cheap hotel in Bergen for two nights.", session_id=session, role="user")
    looked_up = [
        {"name": "find_hotel", "arguments": {"city": city, "price": "cheap", "nights": 2}, "result": {"name": "Rest"}}
        for city in ("Bergen", marker)
    ]
    calls = []
    for at, action in enumerate(looked_up):
        calls.append(remember(api, f"Looked {at}", session_id=session, kind="action", role="tool", action=action))
        remember(api, "I would rather stay somewhere else.", session_id=session, role="user")
    handoff = hand_off(api, session)
    assert f"city: Bergen → {marker}" in api.http.get(f"/v1/handoffs/{handoff}").json()["brief"]["text"]
    api.http.delete(f"/v1/memories/{calls[1]}")
    assert tables_that_hold(postgres, marker) == []
    assert "hotel in Bergen" in api.http.get(f"/v1/handoffs/{handoff}").json()["brief"]["text"]


def test_a_dry_run_counts_and_changes_nothing(api: Api) -> None:
    memory = remember(api, "Customer since 2024", kind="fact")
    assert forget(api, kinds=["fact"], dry_run=True)["memories"] == 1
    assert api.http.get(f"/v1/memories/{memory}").status_code == 200
    assert api.http.get("/v1/audit").json()["items"] == []


@pytest.mark.parametrize(
    ("filters", "left"),
    [
        ({"kinds": ["fact"]}, {"b", "c", "d"}),
        ({"agent": "bot"}, {"a", "c", "d"}),
        ({"slot": "plan"}, {"a", "b", "d"}),
        ({"metadata": {"ticket": 7}}, {"a", "b", "c"}),
        ({"since": "2026-02-01T00:00:00Z", "until": "2026-03-01T00:00:00Z"}, {"a", "c", "d"}),
        ({"kinds": ["message"], "agent": "bot"}, {"a", "c", "d"}),
    ],
)
def test_only_what_matches_every_filter_is_forgotten(api: Api, filters: dict[str, Any], left: set[str]) -> None:
    january, february = "2026-01-15T00:00:00Z", "2026-02-15T00:00:00Z"
    remember(api, "a", kind="fact", event_time=january)
    remember(api, "b", agent="bot", event_time=february)
    remember(api, "c", slot={"name": "plan", "value": "pro"}, event_time=january)
    remember(api, "d", metadata={"ticket": 7}, event_time=january)
    assert forget(api, **filters)["memories"] == 1
    rest = api.http.get("/v1/memories", params={"namespace": NAMESPACE}).json()["items"]
    assert {one["content"] for one in rest} == left


def test_a_filter_that_names_nothing_is_refused(api: Api) -> None:
    answer = api.http.post("/v1/memories/forget", json={"namespace": NAMESPACE})
    assert (answer.status_code, "DELETE /v1/namespaces" in answer.json()["detail"]) == (422, True)


def test_forgetting_again_under_the_same_key_answers_the_same(api: Api) -> None:
    remember(api, "Customer since 2024", kind="fact")
    ask, key = {"namespace": NAMESPACE, "kinds": ["fact"]}, {"Idempotency-Key": "forget-1"}
    first = api.http.post("/v1/memories/forget", json=ask, headers=key)
    remember(api, "Prefers e-mail", kind="fact")
    assert api.http.post("/v1/memories/forget", json=ask, headers=key).json() == first.json()


def test_a_handoff_under_way_does_not_keep_a_namespace(api: Api) -> None:
    session = api.http.post("/v1/sessions", json={"namespace": NAMESPACE, "agent": "bot"}).json()["id"]
    ask = {"session_id": session, "to": "billing", "reason": "Too hard", "mode": "warm"}
    handoff = api.http.post("/v1/handoffs", json=ask).json()["id"]
    assert api.http.delete(f"/v1/namespaces/{NAMESPACE}").json()["handoffs"] == 1
    assert api.http.get(f"/v1/handoffs/{handoff}").status_code == 404
    assert api.http.post("/v1/memories", json={"session_id": session, "content": "x"}).status_code == 404


def test_other_namespaces_stay(api: Api) -> None:
    remember(api, "mine")
    other = api.http.post("/v1/memories", json={"namespace": f"{NAMESPACE}/2", "content": "other"}).json()
    api.http.delete(f"/v1/namespaces/{NAMESPACE}")
    assert api.http.get(f"/v1/memories/{other['id']}").json() == other


def test_a_namespace_without_anything_is_not_there(api: Api) -> None:
    answer = api.http.delete("/v1/namespaces/nobody")
    assert (answer.status_code, answer.json()["type"]) == (404, "urn:warmline:problem:not-found")


def test_what_expired_and_was_not_swept_yet_goes_with_its_namespace(api: Api, postgres: EmbeddedPostgres) -> None:
    marker = a_marker()
    session = api.http.post("/v1/sessions", json={"namespace": NAMESPACE, "agent": "bot"}).json()["id"]
    memory = remember(api, f"the code is {marker}", session_id=session)
    with psycopg.connect(postgres.url) as connection:
        connection.execute("UPDATE memories SET expires_at = now() - interval '1 s' WHERE id = %s", [memory])
    assert api.http.delete(f"/v1/namespaces/{NAMESPACE}").status_code == 200
    assert tables_that_hold(postgres, marker) == []


def test_what_a_memory_stands_for_goes_with_it(api: Api, postgres: EmbeddedPostgres, tenant: TenantKey) -> None:
    marker = a_marker()
    kept, merged = remember(api, "Prefers e-mail"), remember(api, f"Likes e-mail better {marker}")
    consolidation = uuid4()
    with psycopg.connect(postgres.url) as connection:
        connection.execute(
            "INSERT INTO consolidations (id, tenant_id, namespace, kept_id, similarity) VALUES (%s, %s, %s, %s, 0.97)",
            [consolidation, tenant.tenant_id, NAMESPACE, kept],
        )
        connection.execute("UPDATE memories SET consolidation_id = %s WHERE id = %s", [consolidation, merged])
    assert forget(api, ids=[kept])["memories"] == 2
    assert tables_that_hold(postgres, marker) == []


def test_the_audit_says_who_forgot_how_many_by_which_filter_and_no_value(api: Api) -> None:
    remember(api, "d", metadata={"email": "dave@example.org"})
    forget(api, metadata={"email": "dave@example.org"})
    entry = api.http.get("/v1/audit", params={"verb": "forget", "namespace": NAMESPACE}).json()["items"][0]
    assert (entry["actor"]["name"], entry["verb"], entry["namespace"]) == ("tests", "forget", NAMESPACE)
    assert entry["details"] == {"filter": {"metadata": ["email"]}, "memories": 1, "briefs": 0, "brief_lines": 0}


def test_the_audit_is_a_list_of_pages_by_verb_and_namespace(api: Api) -> None:
    for content in ("one", "two", "three"):
        api.http.delete(f"/v1/memories/{remember(api, content)}")
    first = api.http.get("/v1/audit", params={"limit": 2}).json()
    second = api.http.get("/v1/audit", params={"limit": 2, "cursor": first["next_cursor"]}).json()
    assert (len(first["items"]), len(second["items"]), second["next_cursor"]) == (2, 1, None)
    assert api.http.get("/v1/audit", params={"verb": "export"}).json()["items"] == []
    assert api.http.get("/v1/audit", params={"namespace": "user-eve"}).json()["items"] == []


@pytest.mark.parametrize("change", ["UPDATE audit_entries SET actor_name = 'x'", "DELETE FROM audit_entries"])
def test_the_application_cannot_change_the_audit(database: Database, tenant: TenantKey, change: str) -> None:
    with pytest.raises(Exception, match="permission denied"), database.transaction(tenant_id=tenant.tenant_id) as db:
        db.execute(text(change))


def test_another_tenants_namespace_of_the_same_name_stays(
    api: Api, client_of: Callable[[TenantKey], Api], new_tenant: Callable[[], TenantKey]
) -> None:
    stranger = client_of(new_tenant())
    memory = UUID(remember(api, "mine"))
    assert stranger.http.delete(f"/v1/namespaces/{NAMESPACE}").status_code == 404
    assert api.http.get(f"/v1/memories/{memory}").status_code == 200
