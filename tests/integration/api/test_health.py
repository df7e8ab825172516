"""Health and whoami."""

from typing import Any

import httpx
from sqlalchemy import text

from tests.builders.waits import eventually
from tests.conftest import Api, TenantKey, make_tenant, serve
from warmline_api.readiness import Readiness
from warmline_memory.platform import Platform
from warmline_memory.settings import Settings
from warmline_memory.storage import Database


def test_a_live_service_says_so_without_a_key(api_url: str) -> None:
    assert httpx.get(f"{api_url}/health/live").json()["status"] == "alive"


def test_a_ready_service_says_what_it_checked(api_url: str) -> None:
    health = httpx.get(f"{api_url}/health/ready").json()
    assert health["checks"].keys() == {"database", "embedding", "redis", "worker"}
    assert (health["checks"]["database"], health["checks"]["embedding"]) == ("ok", "ok")


def test_without_redis_the_service_stays_ready_and_takes_handoffs(settings: Settings, tenant: TenantKey) -> None:
    with (
        serve(settings.model_copy(update={"redis_url": "redis+socket:///nowhere/redis.sock"})) as url,
        httpx.Client(base_url=url, headers={"Authorization": f"Bearer {tenant.key}"}) as http,
    ):
        health = http.get("/health/ready")
        session = http.post("/v1/sessions", json={"namespace": "user-dave", "agent": "bot"}).json()["id"]
        handoff = http.post("/v1/handoffs", json={"session_id": session, "to": "x", "reason": "y"})
    assert (health.status_code, health.json()["checks"]["redis"], handoff.status_code) == (200, "down", 202)
    assert health.json()["status"] == "degraded"


def test_a_handoff_that_no_worker_takes_is_seen(apart: Settings) -> None:
    database = Database(apart)
    tenant = make_tenant(database)
    with serve(apart) as url, httpx.Client(base_url=url, headers={"Authorization": f"Bearer {tenant.key}"}) as http:
        session = http.post("/v1/sessions", json={"namespace": "user-dave", "agent": "bot"}).json()["id"]
        http.post("/v1/handoffs", json={"session_id": session, "to": "x", "reason": "y"})
        with database.transaction(tenant_id=tenant.tenant_id) as db:
            db.execute(text("UPDATE handoffs SET due_at = now() - interval '2 minutes'"))

        def health() -> dict[str, Any]:
            return dict(http.get("/health/ready").json())

        seen = eventually(health, lambda found: found["waiting"])
    database.close()
    assert (seen["status"], seen["checks"]["worker"], seen["waiting"]) == ("degraded", "down", 1)


def test_whoever_asks_how_it_is_gets_what_was_found_a_moment_ago(platform: Platform) -> None:
    readiness = Readiness(platform)
    first = readiness.look()
    assert readiness.look() is first
    assert eventually(lambda: readiness.look() is not first)


def test_a_key_tells_whose_it_is(api: Api, tenant: TenantKey) -> None:
    who = api.http.get("/v1/whoami").json()
    assert (who["tenant_id"], who["key_id"], who["key"]) == (str(tenant.tenant_id), str(tenant.key_id), "tests")
