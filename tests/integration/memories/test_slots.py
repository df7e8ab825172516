"""Same slot, new value: the old one is superseded, not deleted."""

from typing import Any

import pytest
from sqlalchemy import event

from tests.conftest import Api, TenantKey
from warmline_memory import memories
from warmline_memory.storage.database import Database


def state(api: Api, value: str, name: str = "plan", **changes: Any) -> dict[str, Any]:
    said = {"namespace": "user-dave", "content": f"{name} is {value}", "slot": {"name": name, "value": value}}
    return api.http.post("/v1/memories", json=said | changes).raise_for_status().json()


def get(api: Api, memory: dict[str, Any]) -> dict[str, Any]:
    return api.http.get(f"/v1/memories/{memory['id']}").json()


def superseding(api: Api, memory: dict[str, Any]) -> str | None:
    return get(api, memory)["superseded_by"]


def test_a_new_value_supersedes_the_old_one_and_deletes_nothing(api: Api) -> None:
    old, new = state(api, "basic"), state(api, "premium")
    assert (superseding(api, old), superseding(api, new)) == (new["id"], None)
    assert get(api, old)["content"] == "plan is basic"


def test_the_same_value_again_supersedes_nothing(api: Api) -> None:
    old = state(api, "premium")
    state(api, "premium", metadata={"said": "again"})
    assert superseding(api, old) is None


def test_an_older_value_that_arrives_late_is_superseded_at_once(api: Api) -> None:
    new = state(api, "premium", event_time="2026-03-02T00:00:00Z")
    late = state(api, "basic", event_time="2026-03-01T00:00:00Z")
    assert (late["superseded_by"], superseding(api, new)) == (new["id"], None)


def test_a_value_that_is_stated_again_word_for_word_is_the_newest(api: Api) -> None:
    basic, premium = state(api, "basic"), state(api, "premium")
    assert state(api, "basic")["superseded_by"] is None
    assert superseding(api, premium) == basic["id"]


def test_within_one_batch_the_last_value_is_the_newest(api: Api) -> None:
    values = ["basic", "premium", "basic"]
    said = [
        {"namespace": "user-dave", "content": f"It is {value}", "slot": {"name": "plan", "value": value}}
        for value in values
    ]
    kept = api.http.post("/v1/memories/batch", json={"memories": said}).json()["memories"]
    assert [one["superseded_by"] for one in kept] == [None, kept[0]["id"], None]


def test_forgetting_the_newest_brings_the_one_before_back(api: Api) -> None:
    old, new = state(api, "basic"), state(api, "premium")
    api.http.delete(f"/v1/memories/{new['id']}")
    assert superseding(api, old) is None


@pytest.mark.parametrize("other", [{"namespace": "user-eve"}, {"name": "address"}])
def test_another_namespace_and_another_name_supersede_nothing(api: Api, other: dict[str, Any]) -> None:
    old = state(api, "basic")
    state(api, "premium", **other)
    assert superseding(api, old) is None


def test_another_tenants_value_supersedes_nothing(api: Api, client_of: Any, new_tenant: Any) -> None:
    old = state(api, "basic")
    state(client_of(new_tenant()), "premium")
    assert superseding(api, old) is None


def test_lists_and_revisions_say_it_too(api: Api) -> None:
    old, new = state(api, "basic"), state(api, "premium")
    listed = api.http.get("/v1/memories", params={"namespace": "user-dave"}).json()["items"]
    revised = api.http.patch(f"/v1/memories/{old['id']}", json={"importance": 0.2}).json()
    assert [one["superseded_by"] for one in listed] == [None, new["id"]]
    assert revised["superseded_by"] == new["id"]


def test_a_memory_is_found_by_its_slots_value_that_its_text_leaves_out(api: Api) -> None:
    state(api, "ACC-4521", content="The customer has told us which account it is")
    found = api.http.post("/v1/recall", json={"namespace": "user-dave", "query": "acc4521"}).json()["results"][0]
    assert found["parts"]["words"] > 0


def test_a_page_takes_one_statement_more_and_none_without_slots(
    api: Api, database: Database, tenant: TenantKey
) -> None:
    for number in range(3):
        state(api, f"plan {number}", name=f"slot {number}")
        state(api, "unnamed", namespace="user-eve", slot=None)
    assert statements_of_a_page(database, tenant, "user-dave") == statements_of_a_page(database, tenant, "user-eve") + 1


def statements_of_a_page(database: Database, tenant: TenantKey, namespace: str) -> int:
    statements: list[str] = []

    def note(*said: Any) -> None:
        statements.append(said[2])

    event.listen(database.engine, "before_cursor_execute", note)
    with database.transaction(tenant_id=tenant.tenant_id) as db:
        page = memories.list_page(db, limit=10, cursor=None, namespace=namespace)
    event.remove(database.engine, "before_cursor_execute", note)
    assert page.items
    return len(statements)
