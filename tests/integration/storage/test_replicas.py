"""Reads on a replica: a real one, made by pg_basebackup, that follows by streaming."""

import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import httpx
import psycopg
import pytest
from prometheus_client import REGISTRY
from sqlalchemy import text

from tests.builders.faults import silenced
from tests.builders.replicas import StreamingReplica, pausing
from tests.conftest import TenantKey, make_tenant, serve
from warmline_local.commands.doctor import Diagnosis, diagnoses
from warmline_local.servers import EmbeddedPostgres
from warmline_local.stack.databases import SERVICE_LOGIN, ensure_service_login, prepare_database
from warmline_memory import tenancy
from warmline_memory.errors import NotFound, SetupError
from warmline_memory.messaging import open_celery
from warmline_memory.platform import open_platform
from warmline_memory.settings import Settings
from warmline_memory.storage import Database, Role, Signals, Transaction
from warmline_memory.storage.database import open_replica
from warmline_memory.storage.grants import EVERYTHING

ARRIVES_SECONDS = 20.0


@dataclass(frozen=True)
class Pair:
    """A PostgreSQL, its replica, and settings of a platform on both."""

    primary: EmbeddedPostgres
    replica: StreamingReplica
    settings: Settings


@pytest.fixture(scope="module")
def pair(settings: Settings) -> Iterator[Pair]:
    """Both, with a commit that is flushed before it is acknowledged, as on a server."""
    with tempfile.TemporaryDirectory(prefix="warmline-") as one, tempfile.TemporaryDirectory(prefix="warmline-") as two:
        primary = EmbeddedPostgres(Path(one), durable=False, settings={"synchronous_commit": "on"})
        with primary:
            ensure_service_login(primary.url)
            service = primary.url_as(SERVICE_LOGIN)
            prepare_database(primary.url, service)
            replica = StreamingReplica(Path(two), primary)
            with replica:
                both = {"database_url": service, "replica_database_url": replica.url_as(SERVICE_LOGIN)}
                # However busy this machine is, what a replica does by itself it does within a second.
                yield Pair(primary, replica, settings.model_copy(update={**both, "replica_wait_ms": 1_000}))


@pytest.fixture(scope="module")
def platform_url(pair: Pair) -> Iterator[str]:
    """An API on both."""
    with serve(pair.settings) as url:
        yield url


@pytest.fixture
def owner(pair: Pair) -> Iterator[Database]:
    """The primary, as those who administer it see it."""
    database = Database(pair.settings, pair.primary.url)
    yield database
    database.close()


@pytest.fixture
def mine(owner: Database) -> TenantKey:
    """A tenant of that platform."""
    return make_tenant(owner)


def the_http(url: str, tenant: TenantKey) -> httpx.Client:
    return httpx.Client(base_url=url, headers={"Authorization": f"Bearer {tenant.key}"}, timeout=30)


@pytest.fixture
def http(platform_url: str, mine: TenantKey, pair: Pair) -> Iterator[httpx.Client]:
    """That API, with that tenant's key, when the replica is there."""
    with the_http(platform_url, mine) as http:
        until_read_there(http)
        yield http


def reads(server: str, why: str = "") -> float:
    """How many reads a server has answered, for a reason."""
    return REGISTRY.get_sample_value("warmline_heavy_reads_total", {"server": server, "why": why}) or 0.0


def until_read_there(http: httpx.Client) -> None:
    """Wait until the replica answers."""
    deadline, before = time.monotonic() + ARRIVES_SECONDS, reads("replica")
    while reads("replica") == before:
        assert time.monotonic() < deadline, "nothing was read on the replica"
        recall(http, "anybody there")
        time.sleep(0.05)


def remember(http: httpx.Client, content: str, namespace: str = "user-dave") -> str:
    answer = http.post("/v1/memories", json={"namespace": namespace, "content": content, "importance": 0.7})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def recall(http: httpx.Client, query: str, namespace: str = "user-dave", **more: object) -> list[str]:
    answer = http.post("/v1/recall", json={"namespace": namespace, "query": query, "top_k": 100, **more})
    assert answer.status_code == 200, answer.text
    return [one["memory"]["content"] for one in answer.json()["results"]]


def listed(http: httpx.Client, namespace: str = "user-dave") -> list[str]:
    answer = http.get("/v1/memories", params={"namespace": namespace})
    assert answer.status_code == 200, answer.text
    return [one["content"] for one in answer.json()["items"]]


def test_recalls_lists_analytics_and_exports_are_read_on_the_replica(http: httpx.Client) -> None:
    remember(http, "The parcel went to Lyon.")
    for ask in (
        lambda: recall(http, "where is the parcel"),
        lambda: listed(http),
        lambda: http.get("/v1/analytics").raise_for_status(),
        lambda: http.get("/v1/namespaces/user-dave/export").raise_for_status(),
    ):
        before = reads("replica")
        ask()
        assert reads("replica") > before


def test_a_client_always_reads_what_it_has_just_written(http: httpx.Client) -> None:
    before = reads("replica")
    for number in range(130):
        said = f"The locker {number} is open."
        remember(http, said)
        assert said in recall(http, f"which locker {number}")
    assert reads("replica") > before


def test_what_was_written_while_the_replica_stands_still_is_read_from_the_primary(
    pair: Pair, http: httpx.Client
) -> None:
    remember(http, "The code word is heron.")
    going_on = pausing(pair.replica)
    try:
        before = reads("primary", "behind")
        for number in range(5):
            said = f"Ring {number} was found in the cellar."
            remember(http, said)
            assert said in recall(http, "the ring in the cellar")
            assert said in listed(http)
        assert reads("primary", "behind") > before
    finally:
        going_on()
    until_read_there(http)


def test_what_another_process_has_written_is_read_at_once(pair: Pair, http: httpx.Client, mine: TenantKey) -> None:
    """As the worker does, which stores a brief that whoever takes over asks for the moment it is told."""
    with serve(pair.settings.model_copy(update={"replica_database_url": ""})) as other, the_http(other, mine) as second:
        before = reads("replica")
        for number in range(30):
            said = f"Shelf {number} holds the spare keys."
            remember(second, said)
            assert said in recall(http, "the spare keys")
        assert reads("replica") > before


def test_a_forgotten_memory_is_never_recalled_again(http: httpx.Client) -> None:
    for number in range(20):
        gone = remember(http, f"Forget me {number}.")
        assert f"Forget me {number}." in recall(http, "forget me")
        assert http.delete(f"/v1/memories/{gone}").status_code in {200, 204}
        assert f"Forget me {number}." not in recall(http, "forget me")


def test_counting_recalls_happens_on_the_primary(pair: Pair, http: httpx.Client) -> None:
    one = remember(http, "The lift is stuck on the fourth floor.")
    before = reads("replica")
    recall(http, "the lift", reinforce=True)
    assert reads("replica") > before
    assert http.get(f"/v1/memories/{one}").json()["times_recalled"] == 1


def test_a_recall_is_answered_again_for_its_key(http: httpx.Client) -> None:
    remember(http, "The bridge opens at noon.")
    ask = {"namespace": "user-dave", "query": "the bridge"}
    first, second = (http.post("/v1/recall", json=ask, headers={"Idempotency-Key": "once"}) for _ in range(2))
    assert first.json() == second.json()
    assert second.headers["Idempotent-Replay"] == "true"


def test_a_tenant_sees_nothing_of_another_ones_on_the_replica(
    platform_url: str, http: httpx.Client, owner: Database
) -> None:
    remember(http, "The vault code is in the blue file.")
    with the_http(platform_url, make_tenant(owner)) as stranger:
        before = reads("replica")
        assert recall(stranger, "the vault code") == []
        assert listed(stranger) == []
        assert stranger.get("/v1/namespaces/user-dave/export").status_code == 404
        assert reads("replica") > before


def test_a_key_that_is_bound_to_namespaces_sees_no_others_on_the_replica(
    platform_url: str, http: httpx.Client, mine: TenantKey, owner: Database
) -> None:
    remember(http, "Dave moved to Oslo.")
    remember(http, "Erin moved to Rome.", "user-erin")
    with owner.transaction(role=Role.ADMIN) as db:
        _, secret = tenancy.create_key(
            db, tenant_id=mine.tenant_id, name="bound", grant=replace(EVERYTHING, namespaces=("user-erin",))
        )
    with the_http(platform_url, TenantKey(mine.tenant_id, mine.key_id, secret)) as bound:
        before = reads("replica")
        answer = bound.get("/v1/memories")
        assert reads("replica") > before
        assert {one["content"] for one in answer.json()["items"]} == {"Erin moved to Rome."}


def test_nothing_is_seen_on_the_replica_without_a_tenant(pair: Pair, http: httpx.Client) -> None:
    remember(http, "Nobody should see this.")
    until_read_there(http)
    for role in (SERVICE_LOGIN, Role.APP.value):
        with psycopg.connect(pair.settings.replica_database_url) as raw:
            raw.execute(f"SET ROLE {role}")  # type: ignore[arg-type]
            assert raw.execute("SELECT count(*) FROM memories").fetchone() == (0,)
    assert pair.replica.run("SELECT count(*) FROM memories") != 0


def test_a_revoked_key_reads_nothing_more(platform_url: str, http: httpx.Client, owner: Database) -> None:
    tenant = make_tenant(owner)
    with the_http(platform_url, tenant) as leaving:
        assert recall(leaving, "anything") == []
        with owner.transaction(role=Role.ADMIN) as db:
            tenancy.revoke_key(db, tenant.key_id)
        assert leaving.post("/v1/recall", json={"namespace": "user-dave", "query": "x"}).status_code == 401


def test_a_read_that_conflicts_with_replay_is_done_on_the_primary(pair: Pair, mine: TenantKey) -> None:
    def read_until_ended(reader: Transaction) -> bool:
        if reader.is_copy:
            # What replay needs to lock, this reads; it is ended after ``max_standby_streaming_delay``.
            reader.execute(text("SELECT pg_sleep(20) FROM audit_entries RIGHT JOIN (VALUES (1)) AS one (n) ON true"))
        return reader.is_copy

    pair.replica.run("ALTER SYSTEM SET max_standby_streaming_delay = '100ms'")
    pair.replica.run("SELECT pg_reload_conf()")
    dropping = threading.Timer(1.0, lock_a_table, [pair])
    with both(pair) as database, database.transaction(tenant_id=mine.tenant_id) as db:
        before, began = reads("primary", "busy") + reads("primary", "failed"), time.monotonic()
        dropping.start()
        assert db.read(read_until_ended) is False
        assert time.monotonic() - began < 10
        assert reads("primary", "busy") + reads("primary", "failed") == before + 1
    dropping.join()
    pair.replica.run("ALTER SYSTEM RESET max_standby_streaming_delay")
    pair.replica.run("SELECT pg_reload_conf()")


def lock_a_table(pair: Pair) -> None:
    """Lock a table as a migration does, on the primary, and so on the replica."""
    with psycopg.connect(pair.primary.url) as connection:
        connection.execute("LOCK TABLE audit_entries IN ACCESS EXCLUSIVE MODE")
        connection.execute("SELECT pg_current_xact_id()")


def test_what_is_wrong_with_the_read_itself_is_raised_as_it_is(pair: Pair, mine: TenantKey) -> None:
    with both(pair) as database, database.transaction(tenant_id=mine.tenant_id) as db:
        tried: list[bool] = []

        def not_found(reader: Transaction) -> None:
            tried.append(reader.is_copy)
            raise NotFound(noun="memory", id="none")

        with pytest.raises(NotFound):
            db.read(not_found)
        assert tried == [True]


def test_what_would_write_is_done_on_the_primary(pair: Pair, mine: TenantKey) -> None:
    with both(pair) as database, database.transaction(tenant_id=mine.tenant_id) as db:
        before = reads("primary", "failed")
        assert db.read(lambda reader: (reader.execute(text("CREATE TEMP TABLE t ()")), reader.is_copy)[1]) is False
        assert reads("primary", "failed") == before + 1


def test_a_transaction_of_nobody_stays_where_it_is(pair: Pair) -> None:
    with both(pair) as database, database.transaction(role=Role.SWEEP) as db:
        assert db.read(lambda reader: reader.is_copy) is False


def test_a_replica_that_is_killed_costs_no_request_anything(pair: Pair, http: httpx.Client) -> None:
    remember(http, "The ferry leaves at six.")
    down = reads("primary", "down")
    pair.replica.stop()
    try:
        slowest = 0.0
        for number in range(20):
            began, said = time.monotonic(), f"The ferry {number} is late."
            remember(http, said)
            assert said in recall(http, "the ferry")
            slowest = max(slowest, time.monotonic() - began)
            time.sleep(0.1)
        assert reads("primary", "down") > down
        # However busy the machine is: a client that waited for a dead server would wait for two seconds.
        assert slowest < 2
        assert http.get("/health/ready").json()["checks"]["replica"] == "down"
    finally:
        pair.replica.start()
    until_read_there(http)


def test_a_replica_that_says_nothing_holds_a_request_up_for_a_moment(pair: Pair, http: httpx.Client) -> None:
    said = "The tram is on strike."
    remember(http, said)
    with silenced(pair.replica):
        for _ in range(10):
            began = time.monotonic()
            assert said in recall(http, "the tram")
            assert time.monotonic() - began < 5
        began = time.monotonic()
        for _ in range(10):
            recall(http, "the tram")
        assert time.monotonic() - began < 5
    until_read_there(http)


def test_a_read_that_is_there_when_the_replica_goes_silent_is_done_on_the_primary(pair: Pair, mine: TenantKey) -> None:
    with both(pair) as database, database.transaction(tenant_id=mine.tenant_id) as db:

        def sleeping(reader: Transaction) -> bool:
            if reader.is_copy:
                started.set()
                reader.execute(text("SELECT pg_sleep(12)"))
            return reader.is_copy

        started = threading.Event()
        silencing = threading.Thread(target=silence_for, args=[pair, started, 8.0])
        silencing.start()
        began = time.monotonic()
        assert db.read(sleeping) is False
        assert time.monotonic() - began < 6
        silencing.join()


def silence_for(pair: Pair, started: threading.Event, seconds: float) -> None:
    started.wait()
    with silenced(pair.replica):
        time.sleep(seconds)


def test_a_copy_that_has_become_a_server_of_its_own_answers_nothing(pair: Pair) -> None:
    with tempfile.TemporaryDirectory(prefix="warmline-") as folder:
        own = StreamingReplica(Path(folder), pair.primary)
        with own:
            mine = pair.settings.model_copy(update={"replica_database_url": own.url_as(SERVICE_LOGIN)})
            assert diagnosis(mine).well
            own.run("SELECT pg_promote()")
            found = diagnosis(mine)
            assert not found.well
            assert "no copy" in found.sentence
            owner = Database(mine, pair.primary.url)
            tenant = make_tenant(owner)
            owner.close()
            with serve(mine) as url, the_http(url, tenant) as http:
                before = reads("replica")
                for number in range(10):
                    remember(http, f"Gate {number} is shut.")
                    assert f"Gate {number} is shut." in recall(http, "the gate")
                    time.sleep(0.2)
                assert reads("replica") == before


def test_a_copy_of_another_database_answers_nothing(pair: Pair, settings: Settings) -> None:
    found = diagnosis(settings.model_copy(update={"replica_database_url": pair.settings.replica_database_url}))
    assert not found.well
    assert "another database" in found.sentence


def test_a_database_that_does_not_say_how_far_its_log_is_is_found_when_a_process_starts(
    apart: Settings, pair: Pair
) -> None:
    with psycopg.connect(apart.database_url) as connection:
        connection.execute("REVOKE EXECUTE ON FUNCTION pg_control_system() FROM PUBLIC")
    own = apart.model_copy(update={"replica_database_url": pair.settings.replica_database_url})
    with (
        pytest.raises(SetupError, match="WARMLINE_REPLICA_DATABASE_URL"),
        closing(open_celery(own)) as celery,
        open_platform(own, celery, weighs=False),
    ):
        pass


def test_the_doctor_finds_a_replica_that_is_away(settings: Settings) -> None:
    found = diagnosis(settings.model_copy(update={"replica_database_url": "postgresql://nobody@/none?host=/nowhere"}))
    assert not found.well
    assert "WARMLINE_REPLICA_DATABASE_URL" in found.sentence


def diagnosis(settings: Settings) -> Diagnosis:
    """What the doctor finds of the replica."""
    return next(one for one in diagnoses(settings) if one.part == "replica")


def test_metrics_say_how_far_the_replica_is_behind(pair: Pair, http: httpx.Client) -> None:
    remember(http, "The well is dry.")
    assert metric(http, "warmline_replica_lag_seconds") >= 0
    going_on = pausing(pair.replica)
    try:
        remember(http, "The well is full.")
        time.sleep(1.1)  # the answer of a second ago is shown again
        assert metric(http, "warmline_replica_lag_bytes") > 0
        assert metric(http, "warmline_replica_lag_seconds") > 0
    finally:
        going_on()
    until_read_there(http)


def metric(http: httpx.Client, name: str) -> float:
    shown = http.get("/metrics", headers={"Authorization": ""}).text
    return next(float(line.split()[1]) for line in shown.splitlines() if line.startswith(f"{name} "))


@contextmanager
def both(pair: Pair) -> Iterator[Database]:
    """The database with its replica, once that is there."""
    with open_replica(pair.settings, Signals()) as replica:
        assert replica is not None
        deadline = time.monotonic() + ARRIVES_SECONDS
        while replica.down:
            assert time.monotonic() < deadline, replica.down
            time.sleep(0.01)
        database = Database(pair.settings, replica=replica)
        yield database
        database.close()
