"""A database that is silent, restarted, cut off, or no longer the primary."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from threading import Barrier

import httpx
import psycopg
import pytest
from sqlalchemy import text

from tests.builders.databases import a_database
from tests.builders.faults import Relay, silenced
from tests.conftest import TenantKey, make_tenant, serve
from warmline import OutcomeUnknown as Unknown, Warmline
from warmline_local.servers import EmbeddedPostgres
from warmline_memory.errors import OutcomeUnknown, Unavailable
from warmline_memory.settings import Settings
from warmline_memory.storage import Database
from warmline_memory.storage.failures import Outage

PATIENCE = 20.0
"""Seconds. The limits of these settings add up to a few; without them a silent server is waited for without end."""


@contextmanager
def opened(settings: Settings) -> Iterator[Database]:
    with closing(Database(settings)) as database:
        yield database


def at_once(database: Database, count: int) -> list[int]:
    """Ask on so many connections at the same time."""
    barrier = Barrier(count)

    def ask(_: int) -> int:
        with database.transaction() as db:
            barrier.wait(PATIENCE)
            return int(db.scalar(text("SELECT 1")) or 0)

    with ThreadPoolExecutor(count) as threads:
        return list(threads.map(ask, range(count)))


def seconds_until(error: type[Exception], work: Callable[[], object]) -> float:
    began = time.monotonic()
    with pytest.raises(error):
        work()
    return time.monotonic() - began


def sessions_of(settings: Settings, tenant: TenantKey) -> int:
    with opened(settings) as database, database.transaction(tenant_id=tenant.tenant_id) as db:
        return int(db.scalar(text("SELECT count(*) FROM sessions")) or 0)


def test_a_silent_database_keeps_nobody_waiting_without_end(fragile: Settings, own_postgres: EmbeddedPostgres) -> None:
    with opened(fragile) as database:
        at_once(database, 4)

        def ask() -> None:
            with database.transaction():
                pass

        with silenced(own_postgres):
            pooled = [seconds_until(Unavailable, ask) for _ in range(2)]
            # The third has a connection of the pool too, the last one a new one: all four were given up by now.
            rest = [seconds_until(Unavailable, ask) for _ in range(3)]
        assert max(pooled + rest) < PATIENCE
        assert at_once(database, 4) == [1, 1, 1, 1]


def test_a_database_that_falls_silent_within_a_transaction_is_given_up(
    fragile: Settings, own_postgres: EmbeddedPostgres
) -> None:
    with opened(fragile) as database:

        def ask() -> None:
            with database.transaction() as db, silenced(own_postgres):
                db.execute(text("SELECT 1"))

        assert seconds_until(Unavailable, ask) < PATIENCE
        assert at_once(database, 4) == [1, 1, 1, 1]


def test_the_first_requests_after_a_restart_of_the_database_work(
    fragile: Settings, own_postgres: EmbeddedPostgres
) -> None:
    with opened(fragile) as database:
        at_once(database, 4)
        own_postgres.stop()
        own_postgres.start()
        assert at_once(database, 4) == [1, 1, 1, 1]


def test_a_connection_that_breaks_before_anything_was_done_is_replaced(relayed: Settings, relay: Relay) -> None:
    with opened(relayed) as database:
        at_once(database, 1)
        relay.swallowed = 1
        assert at_once(database, 1) == [1]


def test_a_transaction_does_not_keep_its_locks_where_its_process_stands_still(fragile: Settings) -> None:
    with opened(fragile) as database, database.transaction() as db:
        assert db.scalar(text("SELECT current_setting('idle_in_transaction_session_timeout')")) == "30s"


def test_a_write_on_what_is_no_primary_any_more_is_503_and_the_next_one_goes_to_the_new_primary(
    settings: Settings, postgres: EmbeddedPostgres
) -> None:
    with a_database(postgres) as url:
        copied = settings.model_copy(update={"database_url": url})
        name = psycopg.conninfo.conninfo_to_dict(url)["dbname"]
        with opened(copied) as database:
            tenant = make_tenant(database)
        with (
            serve(copied) as api,
            httpx.Client(base_url=api, headers={"Authorization": f"Bearer {tenant.key}"}) as http,
        ):

            def start() -> httpx.Response:
                return http.post("/v1/sessions", json={"namespace": "user-dave", "agent": "bot"})

            assert start().status_code == 201
            with psycopg.connect(url, autocommit=True) as owner:
                # Sessions keep what was set when they began, as connections to an old primary keep that.
                owner.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = on")  # type: ignore[arg-type]
                owner.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
                    " AND datname = current_database()"
                )
                refused = start()
                owner.execute("SET default_transaction_read_only = off")
                owner.execute(f"ALTER DATABASE {name} RESET default_transaction_read_only")  # type: ignore[arg-type]
            assert (refused.status_code, refused.json()["type"]) == (503, "urn:warmline:problem:unavailable")
            assert int(refused.headers["Retry-After"]) >= 1
            assert start().status_code == 201


def test_a_commit_whose_answer_was_lost_is_not_said_to_have_done_nothing(relayed: Settings, relay: Relay) -> None:
    with opened(relayed) as database:
        tenant = make_tenant(database)
        relay.cuts = lambda sent: b"COMMIT" in sent
        with pytest.raises(OutcomeUnknown), database.transaction(tenant_id=tenant.tenant_id) as db:
            db.execute(text("SELECT 1"))


def test_a_request_whose_commit_is_unknown_is_done_once_by_the_sdk(relayed: Settings, relay: Relay) -> None:
    cut: list[bool] = []

    def once(sent: bytes) -> bool:
        if b"COMMIT" in sent and asked and not cut:
            cut.append(True)
            return True
        return False

    asked: list[bool] = []
    with opened(relayed) as database:
        tenant = make_tenant(database)
    with serve(relayed) as url, Warmline(url, tenant.key, max_retries=0) as hasty, Warmline(url, tenant.key) as patient:
        # The key is known from then on: the first commit after that is the one that stores the session.
        patient.whoami()
        relay.cuts = once
        asked.append(True)
        with pytest.raises(Unknown):
            hasty.sessions.start("user-dave", agent="bot")
        cut.clear()
        patient.sessions.start("user-dave", agent="bot")
        assert cut
    assert sessions_of(relayed, tenant) == 2


def test_a_key_that_could_not_be_looked_up_has_stored_nothing(relayed: Settings, relay: Relay) -> None:
    with opened(relayed) as database:
        tenant = make_tenant(database)
    with serve(relayed) as url:
        relay.cuts = lambda sent: b"COMMIT" in sent
        headers = {"Authorization": f"Bearer {tenant.key}"}
        answer = httpx.post(f"{url}/v1/sessions", headers=headers, json={"namespace": "user-dave", "agent": "bot"})
        relay.cuts = lambda _sent: False
    assert (answer.status_code, answer.json()["type"]) == (503, "urn:warmline:problem:unavailable")
    assert sessions_of(relayed, tenant) == 0


def test_reading_has_no_unknown_outcome(relayed: Settings, relay: Relay) -> None:
    with opened(relayed) as database:
        tenant = make_tenant(database)
    with serve(relayed) as url:
        relay.cuts = lambda sent: b"COMMIT" in sent
        answer = httpx.get(f"{url}/v1/whoami", headers={"Authorization": f"Bearer {tenant.key}"})
    assert (answer.status_code, answer.json()["type"]) == (503, "urn:warmline:problem:unavailable")


def test_the_longer_an_outage_lasts_the_later_callers_are_asked_to_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    outage, now = Outage(), time.monotonic()
    waits = []
    for passed in (0, 20, 600):
        monkeypatch.setattr(time, "monotonic", lambda passed=passed: now + passed)
        waits.append(outage.retry_seconds())
    assert waits == [1.0, 10.0, 30.0]
