"""What ``warmline status`` says, and what the health and the metrics of the API know of workers."""

from contextlib import closing
from datetime import UTC, datetime

import httpx
import pytest
from sqlalchemy import create_engine, text

from tests.builders.handoffs import requested
from tests.builders.waits import eventually
from tests.conftest import Api, make_tenant, serve
from warmline_local.commands.status import Status, read_status
from warmline_memory import jobs, workers
from warmline_memory.settings import Settings
from warmline_memory.storage import Database, sqlalchemy_url
from warmline_memory.workers import JobRun


def status_of(settings: Settings, url: str) -> Status:
    return read_status(settings.model_copy(update={"port": int(url.rpartition(":")[2])}))


@pytest.mark.usefixtures("worker")
def test_what_runs_is_said_with_its_version_and_every_job_with_its_last_run(settings: Settings) -> None:
    wanted = {*jobs.SWEEPS, "wake"}
    with serve(settings) as url:
        found = eventually(lambda: status_of(settings, url), lambda found: wanted <= found.jobs.keys())
    assert found.api.version == found.version
    assert {(one.version, one.lives) for one in found.workers} == {(found.version, True)}
    assert {run.problem for run in found.jobs.values()} == {None}


def test_a_worker_that_says_nothing_and_a_job_that_failed_are_seen(apart: Settings) -> None:
    failed = {"forget events": JobRun(datetime.now(UTC), 1.5, "Busy: it took too long")}
    with closing(Database(apart)) as database:
        workers.say_alive(database, "one:1", "0.1", failed)
    with serve(apart) as url:

        def health() -> dict[str, str]:
            checks: dict[str, str] = httpx.get(f"{url}/health/ready").json()["checks"]
            return checks

        assert health()["worker"] == "ok"
        shown = httpx.get(f"{url}/metrics").text
        owner = create_engine(sqlalchemy_url(apart.database_url))
        with owner.begin() as connection:
            connection.execute(text("UPDATE workers SET seen_at = now() - interval '1 minute'"))
        owner.dispose()
        assert eventually(health, lambda checks: checks["worker"] == "down")
        found = status_of(apart, url)
    assert "warmline_workers 1.0" in shown
    assert 'warmline_job_failed{job="forget events"} 1.0' in shown
    assert [one.lives for one in found.workers] == [False]
    assert found.jobs["forget events"].problem == "Busy: it took too long"


def test_a_worker_that_said_its_last_word_before_the_clock_was_set_back_is_not_taken_for_alive(apart: Settings) -> None:
    owner = create_engine(sqlalchemy_url(apart.database_url))
    with closing(Database(apart)) as database:
        workers.say_alive(database, "one:1", "0.1", {})
        with owner.begin() as connection:
            connection.execute(text("UPDATE workers SET seen_at = now() + interval '1 day'"))
        assert [one.lives for one in workers.seen(database)] == [False]
        # One that does live says so again within seconds.
        workers.say_alive(database, "one:1", "0.1", {})
        assert [one.lives for one in workers.seen(database)] == [True]
    owner.dispose()


def test_handoffs_deliveries_and_messages_are_counted(apart: Settings) -> None:
    with closing(Database(apart)) as database:
        key = make_tenant(database).key
    with serve(apart) as url, httpx.Client(base_url=url, headers={"Authorization": f"Bearer {key}"}) as http:
        requested(Api(url, key, http))
        eventually(lambda: status_of(apart, url).api.postbox.get("sent"))
        found, shown = status_of(apart, url), http.get("/metrics").text
    assert (found.due, found.handoffs) == (1, {"requested": 1})
    assert found.deliveries == {"pending": 0, "failed": 0}
    assert 'warmline_handoffs{state="requested"} 1.0' in shown
