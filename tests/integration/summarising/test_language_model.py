"""A tenant that switched the language model on: its briefs, what they cost, and an endpoint's faults."""

from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import text

from bench.summaries.scripted_endpoint import Asked, Endpoint, Reaction, completion, lines, memories_shown, serve
from tests.conftest import Api, TenantKey, make_tenant, serve as serve_api, work
from warmline import Warmline
from warmline.cli import main
from warmline_memory import tenancy
from warmline_memory.settings import Settings
from warmline_memory.storage.database import Database, Role
from warmline_schemas.briefs import FallBack, SummaryReport

SAID = "I looked at the meter, and the reading of 4,210 kWh is right."
ASKED = "Please refund the overcharge of $100, it is urgent."
HELPED = "The meter reading of 4,210 kWh is right."


def answering(asked: Asked) -> Reaction:
    """Tells what the agent found; falls ill where a memory says so."""
    shown = memories_shown(asked)
    if any("endpoint is ill" in str(memory) for memory in shown):
        return completion("no JSON at all")
    return lines(("situation", "", HELPED, [memory["id"] for memory in shown if "meter" in str(memory)]))


@pytest.fixture(scope="module")
def endpoint() -> Iterator[Endpoint]:
    with serve(answering) as endpoint:
        yield endpoint


@pytest.fixture
def helped(apart: Settings, endpoint: Endpoint) -> Iterator[Api]:
    """A platform of its own, whose worker knows the endpoint: the run's own worker does not."""
    changes = {"llm_url": endpoint.url, "llm_model": "small", "llm_timeout_seconds": 1.5}
    prices = {"llm_price_input": 1.0, "llm_price_output": 2.0, "llm_retries": 0}
    with closing(Database(apart)) as database:
        key = make_tenant(database).key
    headers = {"Authorization": f"Bearer {key}"}
    with (
        serve_api(apart) as url,
        work(apart.model_copy(update={**changes, **prices}), apart.home / "helped.log"),
        httpx.Client(base_url=url, headers=headers, timeout=30) as http,
    ):
        yield Api(url, key, http)


def brief_of(api: Api, *said: str) -> dict[str, Any]:
    session = api.http.post("/v1/sessions", json={"namespace": "user-dave", "agent": "bot"}).json()["id"]
    roles = {SAID: "agent"}
    memories = [{"session_id": session, "content": one, "role": roles.get(one, "user")} for one in said]
    api.http.post("/v1/memories/batch", json={"memories": memories}).raise_for_status()
    ask = {"session_id": session, "to": "billing", "reason": "An overcharge"}
    handoff = api.http.post("/v1/handoffs", json=ask).json()["id"]
    brief: dict[str, Any] = api.http.get(f"/v1/handoffs/{handoff}", params={"wait": 20}).json()["brief"]
    return brief


def switch_on(api: Api) -> None:
    api.http.patch("/v1/preferences", json={"summariser": "llm"}).raise_for_status()


def test_a_tenant_that_switched_it_on_gets_the_lines_of_a_model_and_pays_for_them(helped: Api) -> None:
    switch_on(helped)
    brief = brief_of(helped, "Hi, it's ACC-4521.", SAID, ASKED)
    assert (brief["written_by"], HELPED in brief["text"]) == ("small", True)
    (day,) = helped.http.get("/v1/usage").json()["days"]
    assert (day["model"], day["calls"], day["fell_back"], day["tokens_in"]) == ("small", 1, 0, 1200)
    assert day["cost"] == pytest.approx(0.0018)


def test_a_tenant_that_did_not_is_not_sent_anywhere(helped: Api, endpoint: Endpoint) -> None:
    before = len(endpoint.asked)
    brief = brief_of(helped, "Hi, it's ACC-4521.", SAID, ASKED)
    assert (brief["written_by"], brief["summary"], len(endpoint.asked)) == ("extractive", None, before)
    assert helped.http.get("/v1/usage").json() == {"days": []}


def test_a_fault_of_the_endpoint_leaves_a_brief_and_is_told_and_counted(helped: Api) -> None:
    switch_on(helped)
    brief = brief_of(helped, "The endpoint is ill", SAID, ASKED)
    assert (brief["written_by"], brief["summary"]["fell_back_because"]) == ("extractive", "invalid")
    (day,) = helped.http.get("/v1/usage").json()["days"]
    assert (day["calls"], day["fell_back"]) == (1, 1)


def record(database: Database, tenant: TenantKey, at: datetime | None = None, **fields: Any) -> None:
    report = SummaryReport(**{"model": "small", "tokens_in": 10, "tokens_out": 5, "cost": 0.5, **fields})
    with database.transaction(tenant_id=tenant.tenant_id) as db:
        tenancy.record_usage(db, uuid4(), report)
    if at is not None:
        with database.transaction(role=Role.ADMIN) as db:
            newest = "SELECT id FROM summary_calls WHERE tenant_id = :tenant ORDER BY id DESC LIMIT 1"
            moved = text(f"UPDATE summary_calls SET at = :at WHERE id = ({newest})")
            db.execute(moved, {"at": at, "tenant": tenant.tenant_id})


def test_usage_is_told_by_day_and_model_for_a_period(api: Api, tenant: TenantKey, database: Database) -> None:
    today = datetime(2026, 3, 2, 12, tzinfo=UTC)
    for days, model in ((0, "small"), (0, "small"), (0, "large"), (1, "small"), (2, "small")):
        record(database, tenant, today - timedelta(days=days), model=model)
    with Warmline(api.url, api.key) as client:
        used = client.usage(since=today - timedelta(days=1), until=today + timedelta(hours=1)).days
    told = [(str(row.day), row.model, row.calls, row.cost) for row in used]
    assert told == [("2026-03-02", "large", 1, 0.5), ("2026-03-02", "small", 2, 1.0), ("2026-03-01", "small", 1, 0.5)]


def test_no_tenant_sees_another_ones_usage(
    tenant: TenantKey, database: Database, new_tenant: Callable[[], TenantKey], client_of: Callable[[TenantKey], Api]
) -> None:
    record(database, tenant)
    assert client_of(new_tenant()).http.get("/v1/usage").json() == {"days": []}


def test_a_call_goes_with_its_tenant(tenant: TenantKey, database: Database) -> None:
    record(database, tenant, fell_back_because=FallBack.LATE)
    with database.transaction(role=Role.ADMIN) as db:
        db.execute(text("DELETE FROM api_keys WHERE tenant_id = :tenant"), {"tenant": tenant.tenant_id})
        db.execute(text("DELETE FROM tenants WHERE id = :tenant"), {"tenant": tenant.tenant_id})
        left = text("SELECT count(*) FROM summary_calls WHERE tenant_id = :tenant")
        assert db.scalar(left, {"tenant": tenant.tenant_id}) == 0


def test_a_period_without_a_zone_is_refused(api: Api) -> None:
    assert api.http.get("/v1/usage", params={"since": "2026-03-01T00:00:00"}).status_code == 422


def test_the_command_line_tells_it(
    api: Api,
    tenant: TenantKey,
    database: Database,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    record(database, tenant, datetime(2026, 3, 2, 12, tzinfo=UTC))
    monkeypatch.setenv("WARMLINE_URL", api.url)
    monkeypatch.setenv("WARMLINE_API_KEY", api.key)
    with pytest.raises(SystemExit) as leaving:
        main(["usage", "--since", "2026-03-01"])
    assert (leaving.value.code, capsys.readouterr().out) == (0, "2026-03-02\tsmall\t1\t0\t10\t5\t0.5\n")
