"""The jobs of the sweep stand alone: what fails in one keeps nothing from the others, nor from the briefs."""

from contextlib import ExitStack
from functools import partial

import pytest
from sqlalchemy import create_engine, text

from tests.builders.waits import eventually
from tests.conftest import make_tenant
from warmline_memory import jobs
from warmline_memory.errors import OutOfTime
from warmline_memory.jobs import sweeping
from warmline_memory.messaging import open_celery
from warmline_memory.platform import Platform, open_platform
from warmline_memory.settings import Settings
from warmline_memory.storage.urls import sqlalchemy_url
from warmline_worker.clocks import Clock, JobRuns

FAILS = """
CREATE FUNCTION fails() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'never'; END $$;
CREATE TRIGGER fails BEFORE DELETE ON events FOR EACH ROW EXECUTE FUNCTION fails();
"""
SLOW = """
CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(30); RETURN OLD; END $$;
CREATE TRIGGER slow BEFORE DELETE ON events FOR EACH ROW EXECUTE FUNCTION slow();
"""
OLD_EVENTS = """
INSERT INTO events (tenant_id, sequence, id, type, at, facts)
SELECT :tenant_id, number, gen_random_uuid(), 'handoff.ready',
  now() - interval '1000 days' + number * interval '1 second', '{}'
FROM generate_series(1, :count) AS number
"""


def note(done: dict[str, int], name: str, job: jobs.Job, platform: Platform) -> None:
    done.setdefault(name, job(platform))


@pytest.mark.parametrize("fails", [True, False])
def test_events_that_cannot_be_deleted_keep_no_other_job_from_running(apart: Settings, fails: bool) -> None:
    owner = create_engine(sqlalchemy_url(apart.database_url))
    with open_platform(apart, open_celery(apart)) as platform:
        tenant, count = make_tenant(platform.database), sweeping.DELETED_BATCH + 10
        with owner.begin() as connection:
            connection.execute(text("SET session_replication_role = replica"))
            connection.execute(text(OLD_EVENTS), {"tenant_id": tenant.tenant_id, "count": count})
            connection.execute(text(FAILS if fails else "SELECT 1"))
        done: dict[str, int] = {}
        with ExitStack() as running:
            for name, job in jobs.SWEEPS.items():
                # As the worker has them run. What a later round finds does not count.
                running.enter_context(Clock(name, 0.1, partial(note, done, name, job, platform), JobRuns()))
            wanted = set(jobs.SWEEPS) - ({"forget events"} if fails else set())
            eventually(lambda: wanted <= set(done))
    owner.dispose()
    assert (set(done), done.get("forget events")) == (wanted, None if fails else count)


def test_a_statement_of_the_sweep_is_ended_by_the_server_however_long_a_job_may_take(apart: Settings) -> None:
    owner = create_engine(sqlalchemy_url(apart.database_url))
    patient = apart.model_copy(update={"sweep_job_seconds": 600.0, "statement_timeout_ms": 500})
    with open_platform(patient, open_celery(patient)) as platform:
        tenant = make_tenant(platform.database)
        with owner.begin() as connection:
            connection.execute(text("SET session_replication_role = replica"))
            connection.execute(text(OLD_EVENTS), {"tenant_id": tenant.tenant_id, "count": 1})
            connection.execute(text(SLOW))
        # Were the connection given up instead, the server would go on deleting beside the next round.
        with pytest.raises(OutOfTime):
            sweeping.forget_events(platform)
    owner.dispose()
