"""What has a time to live is gone once it is over: at once for its tenant, and from the disk by the sweep."""

import time
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text

from tests.builders.memories import a_memory
from tests.conftest import Api, make_tenant
from warmline_memory import embedding, memories
from warmline_memory.jobs import sweeping
from warmline_memory.messaging import open_celery
from warmline_memory.platform import Platform, open_platform
from warmline_memory.settings import Settings
from warmline_memory.storage.database import Database, Role
from warmline_schemas.memories import Remember


def revise(api: Api, memory: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return api.http.patch(f"/v1/memories/{memory['id']}", json=changes).raise_for_status().json()


def expire(database: Database, memory: dict[str, Any]) -> None:
    """Let a memory's time be over, which the tests need not wait for."""
    with database.transaction(role=Role.ADMIN) as db:
        db.execute(text("UPDATE memories SET expires_at = now() WHERE id = :id"), {"id": memory["id"]})


def keep_many(platform: Platform, count: int) -> UUID:
    """A new tenant that has so many memories."""
    tenant_id = make_tenant(platform.database).tenant_id
    vectors = platform.embed(["x"]).vectors.repeat(count, axis=0)
    asks = [Remember(namespace="user-dave", content=f"Note {number}") for number in range(count)]
    with platform.database.transaction(tenant_id=tenant_id) as db:
        memories.remember(db, asks, embedding.Embeddings(platform.model_id, vectors))
    return tenant_id


def life_of(memory: dict[str, Any]) -> timedelta:
    return datetime.fromisoformat(memory["expires_at"]) - datetime.fromisoformat(memory["created_at"])


def rows_of(database: Database, tenant_id: UUID) -> int:
    with database.transaction(role=Role.ADMIN) as db:
        count = text("SELECT count(*) FROM memories WHERE tenant_id = :id")
        return int(db.execute(count, {"id": tenant_id}).scalar_one())


def test_a_memory_says_when_it_expires(api: Api) -> None:
    assert life_of(a_memory(api, ttl_seconds=3600)) == timedelta(hours=1)
    assert a_memory(api, "The door is green")["expires_at"] is None


def test_a_batch_keeps_each_time_to_live(api: Api) -> None:
    asks = [{"namespace": "user-dave", "content": "x", "ttl_seconds": seconds} for seconds in (60, 120)]
    kept = api.http.post("/v1/memories/batch", json={"memories": [*asks, {**asks[0], "ttl_seconds": None}]}).json()
    first, second, forever = kept["memories"]
    assert (life_of(first).seconds, life_of(second).seconds, forever["expires_at"]) == (60, 120, None)


def test_a_memory_is_gone_when_its_time_is_over(api: Api) -> None:
    memory = a_memory(api, ttl_seconds=3)
    assert api.http.get(f"/v1/memories/{memory['id']}").status_code == 200
    time.sleep(3.1)
    assert api.http.get(f"/v1/memories/{memory['id']}").status_code == 404


def test_what_expired_is_neither_listed_nor_recalled_nor_changed(api: Api, database: Database) -> None:
    memory = a_memory(api, ttl_seconds=3600)
    expire(database, memory)
    found = api.http.post("/v1/recall", json={"namespace": "user-dave", "query": "code"}).json()
    path = f"/v1/memories/{memory['id']}"
    changes = [
        api.http.patch(path, json={"pinned": True}),
        api.http.post(f"{path}/feedback", json={"verdict": "useful"}),
        api.http.delete(path),
    ]
    assert api.http.get("/v1/memories", params={"namespace": "user-dave"}).json()["items"] == found["results"] == []
    assert [answer.status_code for answer in changes] == [404, 404, 404]


def test_an_expired_value_supersedes_nothing(api: Api, database: Database) -> None:
    old = a_memory(api, slot={"name": "door", "value": "green"})
    new = a_memory(api, slot={"name": "door", "value": "red"}, ttl_seconds=3600)
    expire(database, new)
    assert api.http.get(f"/v1/memories/{old['id']}").json()["superseded_by"] is None


def test_pinning_takes_the_expiry_away_and_an_expiry_the_pin(api: Api) -> None:
    memory = a_memory(api, ttl_seconds=3600)
    pinned = revise(api, memory, pinned=True)
    expiring = revise(api, memory, ttl_seconds=60)
    assert (pinned["pinned"], pinned["expires_at"]) == (True, None)
    assert (expiring["pinned"], expiring["expires_at"] is None) == (False, False)


def test_a_pinned_memory_takes_no_time_to_live_at_once(api: Api) -> None:
    ask = {"namespace": "user-dave", "content": "x", "pinned": True, "ttl_seconds": 60}
    assert api.http.post("/v1/memories", json=ask).status_code == 422


def test_a_memory_that_got_a_time_to_live_is_no_duplicate_any_more(api: Api, database: Database) -> None:
    memory = a_memory(api)
    revise(api, memory, ttl_seconds=3600)
    expire(database, memory)
    assert a_memory(api)["times_seen"] == 1


def test_the_sweep_deletes_what_expired_and_nothing_else(apart: Settings) -> None:
    database = Database(apart)
    with open_platform(apart, open_celery(apart)) as platform:
        tenant_id = keep_many(platform, count=sweeping.DELETED_BATCH + 5)
        with database.transaction(role=Role.ADMIN) as db:
            db.execute(text("UPDATE memories SET expires_at = now() WHERE content <> 'Note 0'"))
            db.execute(text("UPDATE memories SET expires_at = now() + interval '1 hour' WHERE content = 'Note 0'"))
        assert sweeping.forget_expired(platform) == sweeping.DELETED_BATCH + 4
        assert sweeping.forget_expired(platform) == 0
    assert rows_of(database, tenant_id) == 1
    database.close()
