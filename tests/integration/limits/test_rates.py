"""Rates and quotas: who sends or keeps too much is refused, with what would be right, and nobody else is."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import psycopg
import pytest

from tests.conftest import TenantKey, serve
from warmline_api.limits import Rates, quotas
from warmline_memory.settings import Settings


@pytest.fixture(scope="module")
def strict(settings: Settings) -> Iterator[str]:
    """An API that lets a key and a tenant do little."""
    bounds = {"requests_per_key": 5, "requests_per_tenant": 8}
    held = {"quota_memories": 2, "quota_handoffs": 1, "quota_sessions": 2}
    with serve(settings.model_copy(update=bounds | held)) as url:
        yield url


@pytest.fixture(scope="module")
def crowded(settings: Settings) -> Iterator[str]:
    """An API to which one address may send little, and which adds up with no other one of the run."""
    bounds = {"requests_per_address": 40, "new_keys_per_address": 10, "broker_prefix": "crowded"}
    with serve(settings.model_copy(update=bounds)) as url:
        yield url


def whoami(url: str, key: str) -> httpx.Response:
    return httpx.get(f"{url}/v1/whoami", headers={"Authorization": f"Bearer {key}"}, timeout=30)


def refusal(url: str, key: str, within: int) -> httpx.Response:
    """The first 429 to a key that goes on asking. The minute may turn meanwhile, so it may ask for twice as much."""
    answers = (whoami(url, key) for _ in range(2 * within + 2))
    return next(answer for answer in answers if answer.status_code == 429)


def test_a_key_that_asks_too_often_is_told_when_to_come_back(strict: str, tenant: TenantKey) -> None:
    refused = refusal(strict, tenant.key, 5)
    assert refused.json()["type"] == "urn:warmline:problem:rate-limited"
    assert refused.json()["policy"] == "key"
    assert 1 <= int(refused.headers["Retry-After"]) <= 60


def test_every_answer_says_how_many_requests_are_left(strict: str, tenant: TenantKey) -> None:
    whoami(strict, tenant.key)
    answer = whoami(strict, tenant.key)
    policies, left = (answer.headers[name].split(", ") for name in ("RateLimit-Policy", "RateLimit"))
    assert policies == ['"address";q=30000;w=60', '"key";q=5;w=60', '"tenant";q=8;w=60']
    assert [one.rpartition(";t=")[0] for one in left[1:]] in (
        ['"key";r=3', '"tenant";r=6'],
        ['"key";r=4', '"tenant";r=7'],  # the minute turned
    )


def test_a_tenant_does_not_get_more_by_more_keys_and_another_one_is_not_refused(
    strict: str, api_url: str, new_tenant: Callable[[], TenantKey]
) -> None:
    busy, other = new_tenant(), new_tenant()
    made = [
        httpx.post(
            f"{api_url}/v1/keys", json={"name": "k"}, headers={"Authorization": f"Bearer {busy.key}"}, timeout=30
        )
        for _ in range(6)
    ]
    answers = [whoami(strict, one.json()["secret"]) for one in made for _ in range(4)]
    assert {answer.json()["policy"] for answer in answers if answer.status_code == 429} == {"tenant"}
    assert whoami(strict, other.key).status_code == 200


def test_whoever_tries_keys_is_stopped_and_a_known_key_goes_on(crowded: str, tenant: TenantKey) -> None:
    assert whoami(crowded, tenant.key).status_code == 200
    tried = [whoami(crowded, f"wl_invented-{number}") for number in range(22)]
    assert {answer.status_code for answer in tried} == {401, 429}
    assert {answer.json()["policy"] for answer in tried if answer.status_code == 429} <= {"new-keys", "address"}
    assert whoami(crowded, tenant.key).status_code == 200


@pytest.fixture(scope="module")
def wary(settings: Settings) -> Iterator[str]:
    """An API to which one address may bring three keys a minute that it does not know."""
    with serve(settings.model_copy(update={"new_keys_per_address": 3, "broker_prefix": "wary"})) as url:
        yield url


def test_a_key_whose_requests_are_malformed_is_looked_up_once(wary: str, tenant: TenantKey) -> None:
    bearer = {"Authorization": f"Bearer {tenant.key}"}
    answers = [httpx.post(f"{wary}/v1/memories", json={}, headers=bearer, timeout=30) for _ in range(6)]
    assert [answer.status_code for answer in answers] == [422] * 6


def test_requests_that_come_together_with_a_new_key_count_as_few_tries(wary: str, tenant: TenantKey) -> None:
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda _: whoami(wary, tenant.key), range(16)))
    assert [answer.status_code for answer in answers] == [200] * 16


def test_an_address_that_asks_too_often_is_refused_before_its_key_is_looked_at(crowded: str) -> None:
    statuses = [httpx.get(f"{crowded}/v1/whoami", timeout=30).status_code for _ in range(85)]
    assert (statuses[0] in {401, 429}, 429 in statuses) == (True, True)
    assert httpx.get(f"{crowded}/health/live").status_code == 200


def test_when_the_minute_is_over_everybody_is_let_in_again(settings: Settings) -> None:
    now = [1_000_020.0]
    rates = Rates(settings, lambda: now[0])
    taken = [rates.take("key", "ann", 2).is_over for _ in range(3)]
    now[0] += 60
    assert (taken, rates.take("key", "ann", 2).is_over) == ([False, False, True], False)


def test_processes_add_up_what_they_have_let_in(settings: Settings, tenant: TenantKey) -> None:
    one, other = Rates(settings, lambda: 5_000_000.0), Rates(settings, lambda: 5_000_000.0)
    who = str(tenant.key_id)

    async def both() -> list[bool]:
        for rates in (one, other):
            for _ in range(6):
                rates.take("key", who, 10)
            await rates.add_up()
        return [rates.take("key", who, 10).is_over for rates in (one, other)]

    # The first one added up before the other did, and learns of it with its next turn.
    assert asyncio.run(both()) == [False, True]


def keep(url: str, tenant: TenantKey, **headers: str) -> httpx.Response:
    bearer = {"Authorization": f"Bearer {tenant.key}"}
    ask = {"namespace": "quota", "content": f"Asked for {len(headers)}", "kind": "message", "role": "user"}
    return httpx.post(f"{url}/v1/memories", json=ask, headers=bearer | headers, timeout=30)


def test_a_tenant_keeps_no_more_memories_than_its_quota(strict: str, tenant: TenantKey) -> None:
    statuses = [keep(strict, tenant).status_code for _ in range(3)]
    assert statuses == [201, 201, 403]


def test_what_was_kept_before_the_quota_was_reached_is_answered_again(strict: str, tenant: TenantKey) -> None:
    repeated = {"Idempotency-Key": "the-same"}
    first = keep(strict, tenant, **repeated)
    keep(strict, tenant)
    again, more = keep(strict, tenant, **repeated), keep(strict, tenant)
    assert (again.status_code, again.json()["id"]) == (201, first.json()["id"])
    assert (more.json()["type"], more.json()["quota"]) == ("urn:warmline:problem:quota-reached", "memories")


def test_sessions_and_handoffs_of_a_day_have_quotas(
    strict: str, tenant: TenantKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(quotas, "COUNTED_AGAIN_SECONDS", 0)
    bearer = {"Authorization": f"Bearer {tenant.key}"}
    with httpx.Client(base_url=strict, headers=bearer, timeout=30) as http:
        starts = [http.post("/v1/sessions", json={"namespace": "quota", "agent": "bot"}) for _ in range(2)]
        asked = [
            http.post("/v1/handoffs", json={"session_id": one.json()["id"], "to": "human:ann", "reason": "refund"})
            for one in starts
        ]
    assert [one.status_code for one in asked] == [202, 403]
    assert asked[1].json()["detail"].startswith("Your tenant has as many handoffs as it may: 1 in 24 hours.")


def limits(settings: Settings, *arguments: str) -> subprocess.CompletedProcess[str]:
    bare = {name: value for name, value in os.environ.items() if not name.startswith("WARMLINE_")}
    command = [sys.executable, "-P", "-m", "warmline_local", "limits", *arguments]
    own = {"WARMLINE_DATABASE_URL": settings.database_url}
    return subprocess.run(command, env=bare | own, capture_output=True, text=True, timeout=120, check=False)


def test_the_platforms_operator_gives_a_tenant_limits_of_its_own(
    strict: str, settings: Settings, tenant: TenantKey
) -> None:
    with psycopg.connect(settings.database_url) as connection:
        found = connection.execute("SELECT name FROM tenants WHERE id = %s", [tenant.tenant_id]).fetchone()
    assert found is not None
    set_to = limits(settings, found[0], "--requests", "0", "--requests-of-key", "100", "--memories", "3", "--json")
    assert json.loads(set_to.stdout) == {
        "requests": 0, "requests_of_key": 100, "memories": 3, "handoffs": None, "sessions": None,
        "attachment_bytes": None
    }, set_to.stderr  # fmt: skip
    whoami(strict, tenant.key)
    assert whoami(strict, tenant.key).headers["RateLimit-Policy"] == '"address";q=30000;w=60, "key";q=100;w=60'
    assert [keep(strict, tenant).status_code for _ in range(4)] == [201, 201, 201, 403]
    entries = httpx.get(f"{strict}/v1/audit", headers={"Authorization": f"Bearer {tenant.key}"}).json()["items"]
    assert [entry["verb"] for entry in entries] == ["set-limits"]
