"""Retention: what a tenant keeps for so many days is gone after them, and from wherever it was repeated."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest

from tests.builders.databases import tables_that_hold
from tests.builders.handoffs import accept, waiting
from tests.builders.requests import get, post
from tests.builders.sessions import a_session
from tests.conftest import Api, Run, TenantKey
from tests.integration.namespaces.test_forgetting import a_marker
from warmline import Warmline
from warmline_local.servers import EmbeddedPostgres
from warmline_memory.jobs import SWEEPS
from warmline_memory.messaging import open_celery
from warmline_memory.platform import Platform, open_platform
from warmline_memory.settings import Settings

pytestmark = pytest.mark.usefixtures("worker")

CITED = "UPDATE handoffs SET brief = replace(brief::text, %s, %s)::jsonb WHERE tenant_id = %s AND brief IS NOT NULL"


@pytest.fixture(scope="module")
def platform(settings: Settings) -> Any:
    with open_platform(settings, open_celery(settings), weighs=False) as platform:
        yield platform


def aged(postgres: EmbeddedPostgres, tenant: TenantKey, days: int, marker: str = "") -> None:
    """Let the memories that say a marker have been kept so many days ago: the time is in their ids."""
    earlier = days * 24 * 3_600_000 << 80
    with psycopg.connect(postgres.url) as connection:
        connection.execute("SET session_replication_role = replica")
        said = "tenant_id = %s AND handoff_id IS NULL AND strpos(content, %s) > 0"
        for (old,) in connection.execute(f"SELECT id FROM memories WHERE {said}", [tenant.tenant_id, marker]):  # type: ignore[arg-type]
            new = UUID(int=old.int - earlier)
            connection.execute("UPDATE memories SET id = %s WHERE id = %s", [new, old])
            connection.execute(CITED, [str(old), str(new), tenant.tenant_id])


def kept(api: Api) -> list[str]:
    listed = get(api, "memories", namespace="user-dave", limit=100)["items"]
    return sorted(one["content"] for one in listed if one["kind"] != "handoff")


def keep_for(api: Api, **days: int) -> None:
    api.http.patch("/v1/preferences", json={"retention": days}).raise_for_status()


def sweep(platform: Platform) -> int:
    return SWEEPS["forget by retention"](platform)


def test_memories_and_conversations_are_kept_as_long_as_each_is_wanted(
    api: Api, postgres: EmbeddedPostgres, tenant: TenantKey, platform: Platform
) -> None:
    for content in ("old note", "pinned note"):
        post(api, "memories", {"namespace": "user-dave", "content": content, "pinned": content[0] == "p"}, 201)
    a_session(api, "old saying")
    aged(postgres, tenant, 40)
    post(api, "memories", {"namespace": "user-dave", "content": "new note"}, 201)
    keep_for(api, memories=30, conversations=50)
    sweep(platform)
    assert kept(api) == ["new note", "old saying"]
    keep_for(api, conversations=30)
    sweep(platform)
    assert kept(api) == ["new note"]


def test_what_a_brief_said_because_of_an_old_conversation_goes_with_it(
    api: Api, postgres: EmbeddedPostgres, tenant: TenantKey, platform: Platform
) -> None:
    marker = a_marker()
    handoff = waiting(api, a_session(api, f"My order is {marker}", "I want a refund of it"))
    assert "handoffs" in tables_that_hold(postgres, marker)
    aged(postgres, tenant, 40, marker)
    keep_for(api, conversations=30)
    sweep(platform)
    assert tables_that_hold(postgres, marker) == []
    assert get(api, f"handoffs/{handoff['id']}")["state"] == "ready"


def ended(api: Api) -> None:
    """A chain that is over, of two sessions and a handoff."""
    taken = accept(api, waiting(api, a_session(api, "I was billed twice")))
    post(api, f"handoffs/{taken['handoff']['id']}/resolve", {"token": taken["claim"]["token"], "note": "paid back"})


def aged_chains(postgres: EmbeddedPostgres, tenant: TenantKey, days: int) -> None:
    with psycopg.connect(postgres.url) as connection:
        age = {"age": timedelta(days=days), "tenant": tenant.tenant_id}
        for table, times in (("sessions", ("started_at", "ended_at")), ("handoffs", ("requested_at", "closed_at"))):
            earlier = ", ".join(f"{time} = {time} - %(age)s" for time in times)
            connection.execute(f"UPDATE {table} SET {earlier} WHERE tenant_id = %(tenant)s", age)  # type: ignore[arg-type]


def rows(postgres: EmbeddedPostgres, tenant: TenantKey) -> dict[str, int]:
    with psycopg.connect(postgres.url) as connection:
        return {
            table: connection.execute(
                f"SELECT count(*) FROM {table} WHERE tenant_id = %s", [tenant.tenant_id]
            ).fetchall()[0][0]  # type: ignore[arg-type]
            for table in ("sessions", "handoffs", "memories", "events", "flags", "inquiries")
        }


def test_a_chain_that_ended_long_ago_goes_as_a_whole_and_one_that_is_open_stays(
    api: Api, postgres: EmbeddedPostgres, tenant: TenantKey, platform: Platform
) -> None:
    ended(api)
    before = rows(postgres, tenant)
    waiting(api, a_session(api, "I am still here"))
    aged_chains(postgres, tenant, 40)
    keep_for(api, sessions=50)
    sweep(platform)
    assert rows(postgres, tenant)["sessions"] == 3
    keep_for(api, sessions=30)
    sweep(platform)
    assert before["handoffs"] == 1
    left = rows(postgres, tenant)
    assert (left["sessions"], left["handoffs"], kept(api)) == (1, 1, ["I am still here"])


def test_events_are_kept_as_long_as_their_tenant_wants(
    api: Api, postgres: EmbeddedPostgres, tenant: TenantKey, platform: Platform
) -> None:
    waiting(api)
    with psycopg.connect(postgres.url) as connection:
        connection.execute("UPDATE events SET at = at - interval '8 days' WHERE tenant_id = %s", [tenant.tenant_id])
    keep_for(api, events=10)
    sweep(platform)
    assert rows(postgres, tenant)["events"] > 0
    keep_for(api, events=7)
    sweep(platform)
    assert rows(postgres, tenant)["events"] == 0


def test_another_tenant_keeps_what_it_has(
    api: Api, postgres: EmbeddedPostgres, tenant: TenantKey, platform: Platform, new_tenant: Any, client_of: Any
) -> None:
    other = new_tenant()
    post(client_of(other), "memories", {"namespace": "user-dave", "content": "theirs"}, 201)
    aged(postgres, other, 4000)
    keep_for(api, memories=1)
    sweep(platform)
    assert kept(client_of(other)) == ["theirs"]


def test_the_audit_says_who_set_it_to_what_and_what_was_forgotten(
    api: Api, client: Warmline, postgres: EmbeddedPostgres, tenant: TenantKey, platform: Platform
) -> None:
    post(api, "memories", {"namespace": "user-dave", "content": "old note"}, 201)
    aged(postgres, tenant, 40)
    keep_for(api, memories=30)
    sweep(platform)
    forgot, set_to = list(client.audit())
    assert (str(forgot.actor.kind), forgot.verb, forgot.details["retention"], forgot.details["memories"]) == (
        "system",
        "forget",
        "memories",
        1,
    )
    assert (set_to.verb, set_to.details["retention"]) == ("revise-preferences", {"memories": 30})
    assert client.verify_audit().intact


def test_a_key_that_may_not_administer_cannot_set_it(api: Api, client_of: Any, tenant: TenantKey) -> None:
    made = post(api, "keys", {"name": "bot", "kind": "bot"}, 201)
    bot = client_of(TenantKey(tenant.tenant_id, made["id"], made["secret"]))
    assert bot.http.patch("/v1/preferences", json={"retention": {"memories": 1}}).status_code == 403
    assert "type" in bot.http.patch("/v1/preferences", json={"retention": {"memories": 0}}).json()


def test_the_command_sets_each_kind_by_itself_and_shows_all(run: Run) -> None:
    run("retention", "--memories", "30", "--events", "7")
    shown = run("retention", "--events", "0", "--sessions", "365")
    assert "30 days" in shown
    assert "365 days" in shown
    assert "7 days" not in shown
