"""Health and whoami."""

import httpx

from tests.conftest import Api, TenantKey, serve
from warmline_memory.settings import Settings


def test_a_live_service_says_so_without_a_key(api_url: str) -> None:
    assert httpx.get(f"{api_url}/health/live").json()["status"] == "alive"


def test_a_ready_service_says_what_it_checked(api_url: str) -> None:
    health = httpx.get(f"{api_url}/health/ready").json()
    assert (health["status"], health["checks"]) == (
        "ready",
        {"database": "ok", "embedding": "ok", "redis": "ok"},
    )


def test_without_redis_the_service_stays_ready_and_takes_handoffs(settings: Settings, tenant: TenantKey) -> None:
    with (
        serve(settings.model_copy(update={"redis_url": "redis+socket:///nowhere/redis.sock"})) as url,
        httpx.Client(base_url=url, headers={"Authorization": f"Bearer {tenant.key}"}) as http,
    ):
        health = http.get("/health/ready")
        session = http.post("/v1/sessions", json={"namespace": "user-dave", "agent": "bot"}).json()["id"]
        handoff = http.post("/v1/handoffs", json={"session_id": session, "to": "x", "reason": "y"})
    assert (health.status_code, health.json()["checks"]["redis"], handoff.status_code) == (200, "down", 202)


def test_a_key_tells_whose_it_is(api: Api, tenant: TenantKey) -> None:
    who = api.http.get("/v1/whoami").json()
    assert (who["tenant_id"], who["key_id"], who["key"]) == (str(tenant.tenant_id), str(tenant.key_id), "tests")
