"""The line: one tenant's flood is refused in time, and delays neither others nor health."""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import httpx
import psycopg
import pytest

from tests.builders.raw_connections import a_connection, head
from tests.builders.waits import eventually
from tests.conftest import TenantKey, make_tenant, serve
from warmline_memory.settings import Settings
from warmline_memory.storage.database import Database

KEEP = {"namespace": "flood", "content": "Charged twice"}
WAITING = """
SELECT count(*) FROM pg_stat_activity
WHERE wait_event_type = 'Lock' AND query LIKE '%memories%' AND datname = current_database()
"""
BOUNDS = {"requests_at_once": 4, "line_seconds": 0.3, "lock_timeout_ms": 5_000}


@pytest.fixture(scope="module")
def narrow(settings: Settings) -> Iterator[str]:
    """An API that works on four requests at once, lets none wait in line longer than a third of a second, and waits
    five for locks."""
    with serve(settings.model_copy(update=BOUNDS)) as url:
        yield url


def bearer(tenant: TenantKey) -> dict[str, str]:
    return {"Authorization": f"Bearer {tenant.key}"}


@pytest.fixture
def stuck(settings: Settings) -> Iterator[None]:
    """A database in which nothing can be kept until the test ends."""
    with psycopg.connect(settings.database_url) as connection:
        connection.execute("LOCK TABLE memories IN EXCLUSIVE MODE")
        yield


def test_a_flood_is_refused_at_once_with_a_time_to_come_back(narrow: str, tenant: TenantKey, stuck: None) -> None:
    with httpx.Client(base_url=narrow, headers=bearer(tenant), timeout=30) as http, ThreadPoolExecutor(40) as pool:
        http.get("/v1/whoami")

        def keep(_: int) -> tuple[int, float, str | None]:
            began = time.monotonic()
            answer = http.post("/v1/memories", json=KEEP)
            return answer.status_code, time.monotonic() - began, answer.headers.get("Retry-After")

        answers = list(pool.map(keep, range(40)))
    refused = [(seconds, after) for status, seconds, after in answers if status == 503]
    assert len(refused) >= 30
    assert all(after and int(after) >= 1 for _, after in refused)
    assert sorted(seconds for seconds, _ in refused)[20] < 4


def test_another_tenants_small_request_and_health_do_not_wait_behind_a_flood(
    narrow: str, new_tenant: Callable[[], TenantKey], stuck: None
) -> None:
    flooding, other = new_tenant(), new_tenant()
    with (
        httpx.Client(base_url=narrow, headers=bearer(flooding), timeout=30) as flood,
        httpx.Client(base_url=narrow, headers=bearer(other), timeout=30) as http,
        ThreadPoolExecutor(20) as pool,
    ):
        sent = [pool.submit(flood.post, "/v1/memories", json=KEEP) for _ in range(20)]
        time.sleep(0.5)
        statuses = [http.get(path).status_code for path in ["/v1/whoami", "/health/live", "/v1/memories"]]
        assert not all(one.done() for one in sent)
    assert statuses == [200, 200, 200]


def test_lists_of_long_rows_are_worked_on_two_at_a_time(apart: Settings) -> None:
    # In a database without a worker, whose sweeps would wait for the locked table too and be counted.
    with closing(Database(apart)) as database:
        hostile, honest = make_tenant(database), make_tenant(database)
    asked = "/v1/memories?namespace=long&limit=500"
    with (
        serve(apart.model_copy(update={"line_seconds": 60.0, "lock_timeout_ms": 60_000})) as url,
        httpx.Client(base_url=url, headers=bearer(hostile), timeout=120) as long,
        httpx.Client(base_url=url, headers=bearer(honest), timeout=120) as http,
        psycopg.connect(apart.database_url, autocommit=True) as watching,
        ThreadPoolExecutor(8) as pool,
    ):
        for number in range(5):
            action = {"name": "statement", "result": "x" * 900_000}
            long.post("/v1/memories", json={"namespace": "long", "content": f"Statement {number}", "action": action})
        first = long.get(asked)
        assert len(first.content) > 3_000_000
        with psycopg.connect(apart.database_url) as connection:
            connection.execute("LOCK TABLE memories IN ACCESS EXCLUSIVE MODE")
            sent = [pool.submit(long.get, asked) for _ in range(6)]
            eventually(lambda: watching.execute(WAITING).fetchone(), lambda found: found == (2,), seconds=60)
            assert [http.get("/v1/whoami").status_code for _ in range(10)] == [200] * 10
            assert watching.execute(WAITING).fetchone() == (2,)
            assert not any(one.done() for one in sent)
        assert [one.result().status_code for one in sent] == [200] * 6


def test_a_tenant_whose_requests_hold_their_connections_leaves_some_to_others(apart: Settings) -> None:
    # In a database without a worker, for the reason above.
    with closing(Database(apart)) as database:
        holding, other = make_tenant(database), make_tenant(database)
    with (
        serve(apart.model_copy(update={"database_pool": 4, "lock_timeout_ms": 30_000})) as url,
        httpx.Client(base_url=url, headers=bearer(holding), timeout=60) as hold,
        httpx.Client(base_url=url, headers=bearer(other), timeout=60) as http,
        psycopg.connect(apart.database_url, autocommit=True) as watching,
        ThreadPoolExecutor(8) as pool,
    ):
        hold.get("/v1/whoami")
        with psycopg.connect(apart.database_url) as connection:
            connection.execute("LOCK TABLE memories IN EXCLUSIVE MODE")
            sent = [pool.submit(hold.post, "/v1/memories", json=KEEP) for _ in range(8)]
            eventually(lambda: watching.execute(WAITING).fetchone(), lambda found: found == (3,), seconds=60)
            answer = http.get("/v1/whoami")
            assert (answer.status_code, [one.done() for one in sent]) == (200, [False] * 8)
        assert [one.result().status_code for one in sent] == [201] * 8


def test_what_waits_for_a_client_that_has_left_is_never_done(
    narrow: str, settings: Settings, new_tenant: Callable[[], TenantKey]
) -> None:
    leaving = new_tenant()
    body = b'{"namespace": "left", "content": "x"}'
    asked = head(
        "POST", "/v1/memories", Authorization=f"Bearer {leaving.key}", Content_Length=len(body),
        Content_Type="application/json",
    )  # fmt: skip
    with httpx.Client(base_url=narrow, headers=bearer(leaving)) as http:
        http.get("/v1/whoami")
        with psycopg.connect(settings.database_url) as connection:
            connection.execute("LOCK TABLE memories IN EXCLUSIVE MODE")
            for _ in range(8):
                with a_connection(narrow, asked, body):
                    time.sleep(0.02)
            time.sleep(0.2)
        time.sleep(1)
        kept = http.get("/v1/memories", params={"namespace": "left"}).json()["items"]
    assert len(kept) <= 3


def test_every_request_of_many_clients_is_answered_once_the_way_is_free(narrow: str, tenant: TenantKey) -> None:
    with httpx.Client(base_url=narrow, headers=bearer(tenant), timeout=30) as http, ThreadPoolExecutor(8) as pool:
        statuses = Counter(pool.map(lambda _: http.post("/v1/memories", json=KEEP).status_code, range(100)))
        assert set(statuses) <= {201, 503}
        assert http.post("/v1/memories", json=KEEP).status_code == 201


def test_whoever_waits_for_a_brief_or_for_a_person_holds_no_place_in_line(apart: Settings) -> None:
    with closing(Database(apart)) as database:
        tenant = make_tenant(database)
    # No worker writes the brief there, so that it is waited for until the time is up.
    with (
        # However slow the machine is, all eight get their turn; if they kept it, the others would wait until their end.
        serve(apart.model_copy(update={**BOUNDS, "line_seconds": 20.0})) as url,
        httpx.Client(base_url=url, headers=bearer(tenant), timeout=30) as http,
        ThreadPoolExecutor(8) as pool,
    ):
        session = http.post("/v1/sessions", json={"namespace": "waits", "agent": "bot"}).json()["id"]
        ask = {"session_id": session, "to": "human:ann", "reason": "refund"}
        handoff = http.post("/v1/handoffs", json=ask).json()["id"]
        paths = [f"/v1/handoffs/{handoff}", f"/v1/handoffs/{handoff}/deed"] * 4
        waits = [pool.submit(http.get, path, params={"wait": 10}) for path in paths]
        time.sleep(1)
        others = [http.get("/v1/whoami").status_code for _ in range(3)]
        assert not any(one.done() for one in waits)
        assert [one.result().status_code for one in waits] == [200] * 8
    assert others == [200] * 3
