"""Near-duplicates are consolidated, by request and by the worker, and every consolidation can be undone."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from tests.conftest import Api, TenantKey, work
from warmline_memory import jobs, memories
from warmline_memory.jobs import consolidating as jobs_consolidating
from warmline_memory.memories import consolidating, consolidations
from warmline_memory.messaging import open_celery
from warmline_memory.platform import Platform, open_platform
from warmline_memory.settings import Settings
from warmline_memory.storage import tables
from warmline_memory.storage.database import Database, Role

TEXTS = ("User prefers window seats on long flights", "The user prefers window seats on long flights.")


@pytest.fixture(scope="module")
def platform(settings: Settings) -> Iterator[Platform]:
    """The platform as the worker opens it, which waits for locks no longer than a test may."""
    impatient = settings.model_copy(update={"lock_timeout_ms": 300})
    with open_platform(impatient, open_celery(impatient)) as platform:
        yield platform


def keep(api: Api, *contents: str, **changes: Any) -> list[dict[str, Any]]:
    memories = [{"namespace": "user-dave", "kind": "fact", "content": content, **changes} for content in contents]
    kept = api.http.post("/v1/memories/batch", json={"memories": memories}).raise_for_status()
    return list(kept.json()["memories"])


def consolidate(api: Api, **changes: Any) -> dict[str, Any]:
    answer = api.http.post("/v1/consolidations", json={"namespace": "user-dave", **changes}).raise_for_status()
    return dict(answer.json())


def made(api: Api, **changes: Any) -> list[dict[str, Any]]:
    return list(consolidate(api, **changes)["consolidations"])


def recalled(api: Api) -> list[str]:
    ask = {"namespace": "user-dave", "query": "Where does the user like to sit?"}
    results = api.http.post("/v1/recall", json=ask).raise_for_status().json()["results"]
    return [result["memory"]["id"] for result in results]


def test_one_stands_for_its_near_duplicates(api: Api) -> None:
    weak, strong = keep(api, TEXTS[0], importance=0.3) + keep(api, TEXTS[1], importance=0.8)
    (consolidation,) = made(api)
    assert (consolidation["kept_id"], consolidation["merged_ids"]) == (strong["id"], [weak["id"]])
    assert consolidation["similarity"] >= 0.9
    assert recalled(api) == [strong["id"]]


def test_what_was_merged_can_still_be_read_and_listed_and_says_where_it_went(api: Api) -> None:
    kept_memories = keep(api, *TEXTS)
    (consolidation,) = made(api)
    merged = api.http.get(f"/v1/memories/{consolidation['merged_ids'][0]}").json()
    assert merged["consolidation_id"] == consolidation["id"]
    listed = api.http.get("/v1/memories", params={"namespace": "user-dave"}).json()["items"]
    assert {one["id"] for one in listed} == {one["id"] for one in kept_memories}


def test_the_kept_memory_is_not_changed(api: Api) -> None:
    before = {one["id"]: one for one in keep(api, *TEXTS)}
    (consolidation,) = made(api)
    kept = api.http.get(f"/v1/memories/{consolidation['kept_id']}").json()
    assert kept == before[kept["id"]]


def test_undoing_restores_every_memory_exactly_and_for_good(api: Api) -> None:
    before = keep(api, *TEXTS)
    (consolidation,) = made(api)
    for _ in range(2):
        assert api.http.delete(f"/v1/consolidations/{consolidation['id']}").status_code == 204
    assert [api.http.get(f"/v1/memories/{one['id']}").json() for one in before] == before
    assert made(api) == []
    assert len(recalled(api)) == 2


def test_an_undone_consolidation_is_still_told(api: Api) -> None:
    keep(api, *TEXTS)
    (consolidation,) = made(api)
    api.http.delete(f"/v1/consolidations/{consolidation['id']}")
    undone = api.http.get(f"/v1/consolidations/{consolidation['id']}").json()
    assert undone["undone_at"] is not None
    assert {**undone, "undone_at": None} == {**consolidation, "merged_ids": []}


def test_a_dry_run_tells_what_would_be_made_and_changes_nothing(api: Api) -> None:
    keep(api, *TEXTS)
    proposed = consolidate(api, dry_run=True)
    assert proposed["dry_run"]
    assert api.http.get("/v1/consolidations").json()["items"] == []
    (consolidation,) = made(api)
    assert proposed["consolidations"] == [{**consolidation, "id": None, "made_at": None}]


def test_consolidating_again_finds_nothing_to_do(api: Api) -> None:
    keep(api, *TEXTS)
    assert len(made(api)) == 1
    assert made(api) == []


def test_what_comes_later_joins_the_memory_that_stands_for_the_others(api: Api) -> None:
    keep(api, *TEXTS, importance=0.8)
    (first,) = made(api)
    (late,) = keep(api, TEXTS[0] + "!", importance=0.4)
    (second,) = made(api)
    assert (second["kept_id"], second["merged_ids"]) == (first["kept_id"], [late["id"]])


@pytest.mark.parametrize(
    "apart",
    [
        {"role": "user"},
        {"action": {"name": "seat"}},
        {"pinned": True},
        {"ttl_seconds": 3600},
        {"kind": "decision"},
        {"slot": {"name": "seat", "value": "window"}},
        {"metadata": {"source": "survey"}},
        {"namespace": "user-erin"},
    ],
)
def test_what_is_an_event_or_goes_its_own_way_is_left_alone(api: Api, apart: dict[str, Any]) -> None:
    keep(api, TEXTS[0])
    keep(api, TEXTS[1], **apart)
    assert made(api) == []


def test_values_of_one_slot_are_merged_where_they_are_the_same(api: Api) -> None:
    keep(api, *TEXTS, slot={"name": "seat", "value": "window"})
    keep(api, TEXTS[0] + "!", slot={"name": "seat", "value": "window or aisle"})
    (consolidation,) = made(api)
    assert len(consolidation["merged_ids"]) == 1


def test_a_session_loses_nothing_to_another_one(api: Api) -> None:
    sessions = [
        api.http.post("/v1/sessions", json={"namespace": "user-dave", "agent": "bot"}).json()["id"] for _ in range(2)
    ]
    for session, content in zip(sessions, TEXTS, strict=True):
        keep(api, content, session_id=session)
    keep(api, TEXTS[0])
    assert made(api) == []
    keep(api, TEXTS[1], session_id=sessions[0])
    assert len(made(api)) == 1


def test_forgetting_the_kept_memory_forgets_what_it_stands_for(api: Api) -> None:
    keep(api, *TEXTS)
    (consolidation,) = made(api)
    api.http.delete(f"/v1/memories/{consolidation['kept_id']}").raise_for_status()
    assert api.http.get("/v1/memories").json()["items"] == []
    assert api.http.get(f"/v1/consolidations/{consolidation['id']}").status_code == 404


def test_a_list_of_consolidations_has_pages_and_knows_namespaces(api: Api) -> None:
    for number in range(3):
        keep(api, *(f"{content} with flight {number}" for content in ("Window seat", "The window seat")))
    keep(api, *TEXTS, namespace="user-erin")
    assert len(made(api)) == 3
    assert len(made(api, namespace="user-erin")) == 1
    page = api.http.get("/v1/consolidations", params={"namespace": "user-dave", "limit": 2}).json()
    rest = api.http.get("/v1/consolidations", params={"namespace": "user-dave", "cursor": page["next_cursor"]}).json()
    assert [len(one["merged_ids"]) for one in page["items"] + rest["items"]] == [1, 1, 1]


def test_the_same_key_answers_the_same_and_a_key_of_another_tenant_finds_nothing(
    api: Api, new_tenant: Callable[[], TenantKey], client_of: Callable[[TenantKey], Api]
) -> None:
    keep(api, *TEXTS)
    ask = {"json": {"namespace": "user-dave"}, "headers": {"Idempotency-Key": "once"}}
    first, again = (api.http.post("/v1/consolidations", **ask) for _ in range(2))
    assert first.json()["consolidations"]
    assert again.json() == first.json()
    stranger = client_of(new_tenant())
    path = f"/v1/consolidations/{first.json()['consolidations'][0]['id']}"
    assert [stranger.http.request(method, path).status_code for method in ("GET", "DELETE")] == [404, 404]


@pytest.mark.parametrize("most", ["WINDOW", "SPAN"])
def test_a_window_says_where_the_next_one_begins(api: Api, monkeypatch: pytest.MonkeyPatch, most: str) -> None:
    monkeypatch.setattr(consolidating, most, 2)
    keep(api, *TEXTS)
    keep(api, "Newer note", "Newest note")
    newest = consolidate(api)
    assert (newest["compared"], newest["consolidations"]) == (2, [])
    assert len(made(api, before=newest["next_before"])) == 1


def test_what_changed_since_it_was_read_is_not_consolidated(api: Api, tenant: TenantKey, platform: Platform) -> None:
    one, _ = keep(api, *TEXTS)
    with platform.database.transaction(tenant_id=tenant.tenant_id) as db:
        window = memories.read_window(db, "user-dave", platform.model_id)
    groups = memories.group_near_duplicates(window.candidates, window.vectors, 0.9)
    assert len(groups) == 1
    api.http.patch(f"/v1/memories/{one['id']}", json={"content": "User prefers aisle seats"}).raise_for_status()
    with platform.database.transaction(tenant_id=tenant.tenant_id) as db:
        assert memories.consolidate(db, "user-dave", groups) == []


def test_of_two_at_once_one_finds_nothing_left_to_do(api: Api) -> None:
    for number in range(20):
        keep(api, *(f"{content} with flight {number}" for content in ("Window seat", "The window seat")))
    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(lambda _: len(made(api)), range(4)))
    assert sum(found) == 20
    assert len(api.http.get("/v1/consolidations", params={"limit": 100}).json()["items"]) == 20


def test_a_memory_that_comes_to_say_something_else_leaves_its_consolidation(
    api: Api, tenant: TenantKey, database: Database
) -> None:
    keep(api, *TEXTS)
    (consolidation,) = made(api)
    with database.transaction(tenant_id=tenant.tenant_id) as db:
        memory = db.find_one(tables.Memory, UUID(consolidation["kept_id"]))
        consolidations.undo_around(db, memory)
    assert len(recalled(api)) == 2


def prefer(api: Api, **preferences: bool) -> None:
    api.http.patch("/v1/preferences", json=preferences).raise_for_status()


def test_only_tenants_that_prefer_it_are_seen_by_the_sweeping_role(
    api: Api, tenant: TenantKey, platform: Platform
) -> None:
    assert tenant.tenant_id not in jobs_consolidating.willing_tenants(platform)
    prefer(api, consolidate=True)
    assert tenant.tenant_id in jobs_consolidating.willing_tenants(platform)
    with (
        pytest.raises(Exception, match="permission denied"),
        platform.database.transaction(role=Role.SWEEP) as db,
    ):
        db.execute(text("SELECT name FROM tenants"))


def test_all_namespaces_are_consolidated_the_first_time_and_then_those_with_new_memories(
    api: Api, tenant: TenantKey, platform: Platform, database: Database
) -> None:
    for namespace in ("user-dave", "user-erin"):
        keep(api, *TEXTS, namespace=namespace)
    since = jobs_consolidating.consolidate_tenant(platform, tenant.tenant_id, None)
    assert len(api.http.get("/v1/consolidations").json()["items"]) == 2
    keep(api, TEXTS[0] + "!", namespace="user-erin", importance=0.1)
    jobs_consolidating.consolidate_tenant(platform, tenant.tenant_id, datetime.now(UTC) + timedelta(minutes=1))
    assert len(api.http.get("/v1/consolidations").json()["items"]) == 2
    jobs_consolidating.consolidate_tenant(platform, tenant.tenant_id, since)
    assert len(api.http.get("/v1/consolidations").json()["items"]) == 3


def test_a_tenant_that_is_busy_is_consolidated_the_next_time(api: Api, tenant: TenantKey, platform: Platform) -> None:
    keep(api, *TEXTS)
    prefer(api, consolidate=True)
    since: dict[UUID, datetime] = {}
    with platform.database.transaction(tenant_id=tenant.tenant_id) as db:
        memories.consolidate(db, "user-dave", [])
        jobs.consolidate_everywhere(platform, since)
    assert tenant.tenant_id not in since
    jobs.consolidate_everywhere(platform, since)
    assert tenant.tenant_id in since
    assert len(api.http.get("/v1/consolidations").json()["items"]) == 1


def test_old_memories_are_reached_window_by_window(
    api: Api, tenant: TenantKey, platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(consolidating, "WINDOW", 2)
    keep(api, *TEXTS)
    keep(api, *(f"Note {number}" for number in range(4)))
    jobs_consolidating.consolidate_tenant(platform, tenant.tenant_id, None)
    assert len(api.http.get("/v1/consolidations").json()["items"]) == 1


def test_the_worker_consolidates_from_time_to_time(api: Api, settings: Settings, tmp_path: Path) -> None:
    keep(api, *TEXTS)
    prefer(api, consolidate=True)
    with work(settings.model_copy(update={"consolidate_minutes": 0.01}), tmp_path / "worker.log"):
        deadline = time.monotonic() + 60
        while not (found := api.http.get("/v1/consolidations").json()["items"]) and time.monotonic() < deadline:
            time.sleep(0.2)
    assert len(found) == 1
