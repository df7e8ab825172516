"""Briefs are found without a broker, in fair turns; what is no fault of a handoff's costs it no attempt."""

from collections.abc import Callable, Iterator
from uuid import UUID

import httpx
import pytest
from sqlalchemy import create_engine, text

from tests.builders.handoffs import read, requested
from tests.builders.requests import Json
from tests.builders.sessions import a_session
from tests.conftest import Api, TenantKey, make_tenant, serve
from warmline_memory import jobs
from warmline_memory.jobs import Due
from warmline_memory.messaging import open_celery
from warmline_memory.platform import Platform, open_platform
from warmline_memory.settings import Settings
from warmline_memory.storage.urls import sqlalchemy_url
from warmline_memory.summarising import Assignment, Stopped, Unwanted
from warmline_schemas.briefs import Brief

SLOTS = 3
FULL_DISK = """
CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION USING ERRCODE = 'disk_full', MESSAGE = 'No space left on device'; END $$;
CREATE TRIGGER full_disk BEFORE INSERT ON memories FOR EACH ROW EXECUTE FUNCTION full_disk();
"""
OUT_OF_TIME = """
CREATE FUNCTION out_of_time() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION USING ERRCODE = 'query_canceled', MESSAGE = 'canceling statement due to timeout'; END $$;
CREATE TRIGGER out_of_time BEFORE INSERT ON memories FOR EACH ROW EXECUTE FUNCTION out_of_time();
"""


@pytest.fixture
def alone(apart: Settings) -> Iterator[Platform]:
    """A platform of its own, on which no worker runs."""
    with open_platform(apart, open_celery(apart)) as platform:
        yield platform


@pytest.fixture
def url(alone: Platform) -> Iterator[str]:
    with serve(alone.settings) as url:
        yield url


@pytest.fixture
def new_api(alone: Platform, url: str) -> Iterator[Callable[[], tuple[Api, TenantKey]]]:
    """Makes tenants of that platform."""
    opened: list[httpx.Client] = []

    def connect() -> tuple[Api, TenantKey]:
        tenant = make_tenant(alone.database)
        http = httpx.Client(base_url=url, headers={"Authorization": f"Bearer {tenant.key}"}, timeout=30)
        opened.append(http)
        return Api(url, tenant.key, http), tenant

    yield connect
    for http in opened:
        http.close()


@pytest.fixture
def one(new_api: Callable[[], tuple[Api, TenantKey]]) -> tuple[Api, TenantKey]:
    return new_api()


def make_due(platform: Platform, tenant: TenantKey) -> None:
    with platform.database.transaction(tenant_id=tenant.tenant_id) as db:
        db.execute(text("UPDATE handoffs SET due_at = now() WHERE state = 'requested'"))


def failing(error: Exception) -> jobs.Writer:
    def write(assignment: Assignment, seconds: float, is_wanted: Callable[[], bool]) -> Brief:
        raise error

    return write


def attempt(platform: Platform, tenant: TenantKey, handoff: Json, writer: jobs.Writer | None = None) -> None:
    make_due(platform, tenant)
    jobs.write_brief(platform, tenant.tenant_id, UUID(handoff["id"]), writer)


def fail_all(platform: Platform, tenant: TenantKey, handoff: Json) -> None:
    for _ in range(platform.settings.brief_max_attempts):
        attempt(platform, tenant, handoff, failing(ValueError("poison")))


def test_a_tenants_one_handoff_comes_before_anothers_second(
    alone: Platform, new_api: Callable[[], tuple[Api, TenantKey]]
) -> None:
    (many, _), (few, tenant) = new_api(), new_api()
    for _ in range(6):
        requested(many)
    handoff = requested(few)
    assert Due(tenant.tenant_id, UUID(handoff["id"])) in jobs.find_due(alone, [], SLOTS)[:2]


def test_a_tenant_whose_briefs_are_being_written_waits_behind_one_that_has_none(
    alone: Platform, new_api: Callable[[], tuple[Api, TenantKey]]
) -> None:
    (many, other), (few, tenant) = new_api(), new_api()
    under_way = [Due(other.tenant_id, UUID(requested(many)["id"])) for _ in range(2)]
    requested(many)
    handoff = requested(few)
    assert jobs.find_due(alone, under_way, SLOTS)[0] == Due(tenant.tenant_id, UUID(handoff["id"]))


def test_a_tenant_has_no_more_than_its_share_at_once(alone: Platform, one: tuple[Api, TenantKey]) -> None:
    api, tenant = one
    under_way = [Due(tenant.tenant_id, UUID(requested(api)["id"]))]
    for _ in range(5):
        requested(api)
    found = jobs.find_due(alone, under_way, SLOTS)
    assert (len(found), set(found) & set(under_way)) == (SLOTS - 1, set())


def test_a_worker_that_stops_costs_no_attempt(alone: Platform, one: tuple[Api, TenantKey]) -> None:
    api, tenant = one
    handoff = requested(api)
    attempt(alone, tenant, handoff, failing(Stopped()))
    assert (read(api, handoff)["state"], read(api, handoff)["attempts"]) == ("requested", 0)
    assert jobs.find_due(alone, [], SLOTS) == [Due(tenant.tenant_id, UUID(handoff["id"]))]


def test_a_disk_that_is_full_costs_no_attempt(alone: Platform, one: tuple[Api, TenantKey]) -> None:
    api, tenant = one
    handoff = requested(api)
    owner = create_engine(sqlalchemy_url(alone.settings.database_url))
    # Postgres itself says so of a full disk, which a test cannot fill.
    with owner.begin() as connection:
        connection.execute(text(FULL_DISK))
    for _ in range(alone.settings.brief_max_attempts + 1):
        attempt(alone, tenant, handoff)
    assert (read(api, handoff)["state"], read(api, handoff)["attempts"]) == ("requested", 0)
    with owner.begin() as connection:
        connection.execute(text("DROP TRIGGER full_disk ON memories"))
    owner.dispose()
    attempt(alone, tenant, handoff)
    assert read(api, handoff)["state"] == "ready"


def test_a_handoff_whose_completion_always_takes_too_long_is_parked_in_the_end(
    alone: Platform, one: tuple[Api, TenantKey]
) -> None:
    api, tenant = one
    handoff = requested(api, to="billing-specialist")
    owner = create_engine(sqlalchemy_url(alone.settings.database_url))
    with owner.begin() as connection:
        connection.execute(text(OUT_OF_TIME))
    for _ in range(alone.settings.brief_max_attempts):
        attempt(alone, tenant, handoff)
    owner.dispose()
    found = read(api, handoff)
    assert (found["state"], "due to timeout" in found["problem"]) == ("failed", True)


def test_a_cancelled_handoff_costs_nothing_and_stays_cancelled(alone: Platform, one: tuple[Api, TenantKey]) -> None:
    api, tenant = one
    handoff = requested(api)

    def cancelled(assignment: Assignment, seconds: float, is_wanted: Callable[[], bool]) -> Brief:
        assert is_wanted()
        api.http.post(f"/v1/handoffs/{handoff['id']}/cancel").raise_for_status()
        assert not is_wanted()
        raise Unwanted

    attempt(alone, tenant, handoff, cancelled)
    assert read(api, handoff)["state"] == "cancelled"


def test_a_handoff_to_an_agent_that_cannot_be_written_is_parked_with_its_reason(
    alone: Platform, one: tuple[Api, TenantKey]
) -> None:
    api, tenant = one
    handoff = requested(api, to="billing-specialist")
    fail_all(alone, tenant, handoff)
    assert (read(api, handoff)["state"], read(api, handoff)["problem"]) == ("failed", "ValueError")


def test_a_handoff_to_people_that_cannot_be_written_reaches_them_with_a_minimal_brief(
    alone: Platform, one: tuple[Api, TenantKey]
) -> None:
    api, tenant = one
    session = a_session(api, "My password is hunter2trees, and I want my money back")
    handoff = requested(api, session, goal="Refund the difference")
    fail_all(alone, tenant, handoff)
    attempt(alone, tenant, handoff)
    found = read(api, handoff)
    brief = found["brief"]
    (finding,) = brief["quality"]["findings"]
    assert (found["state"], brief["written_by"], finding["code"]) == ("ready", "minimal", "unwritten")
    assert all(one in brief["text"] for one in ("Refund the difference", "Disputed overcharge", "money back", session))
    assert ("hunter2trees" in brief["text"], "ValueError" in finding["message"]) == (False, True)


def test_an_attempt_that_begins_while_another_holds_the_row_is_left_for_later(
    alone: Platform, one: tuple[Api, TenantKey]
) -> None:
    api, tenant = one
    handoff = requested(api)
    with alone.database.transaction(tenant_id=tenant.tenant_id) as db:
        db.execute(text("SELECT FROM handoffs FOR UPDATE"))
        jobs.write_brief(alone, tenant.tenant_id, UUID(handoff["id"]))
    assert read(api, handoff)["attempts"] == 0
