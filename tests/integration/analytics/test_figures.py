"""Analytics: what a short history counts to, by the API, as CSV and on the page."""

import csv
import io
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, update

from tests.builders.console import signed_in, text_of
from tests.builders.handoffs import ANN, BOB, accept, accepted, act, waiting
from tests.builders.memories import remember
from tests.builders.requests import Json, post
from tests.builders.sessions import a_session
from tests.conftest import Api, TenantKey
from warmline import Warmline
from warmline_memory import analytics
from warmline_memory.handoffs import measuring
from warmline_memory.storage import tables
from warmline_memory.storage.database import Database

pytestmark = pytest.mark.usefixtures("worker")

Backdate = Callable[..., None]


@pytest.fixture
def change(database: Database, tenant: TenantKey) -> Backdate:
    """Changes columns of a handoff behind the platform's back, for a history takes too long to wait for."""

    def change(handoff: Json, **columns: Any) -> None:
        with database.transaction(tenant_id=tenant.tenant_id) as db:
            db.execute(update(tables.Handoff).where(tables.Handoff.id == UUID(handoff["id"])).values(**columns))

    return change


@pytest.fixture
def measure(database: Database, tenant: TenantKey) -> Callable[[Json], None]:
    """Counts what is counted of a handoff when it closes; a second time changes nothing."""

    def measure(handoff: Json) -> None:
        with database.transaction(tenant_id=tenant.tenant_id) as db:
            measuring.measure(db, db.find_one(tables.Handoff, UUID(handoff["id"])))

    return measure


def figures(api: Api, **asked: object) -> Json:
    answer = api.http.get("/v1/analytics", params={name: str(value) for name, value in asked.items()})
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def at(minutes: float) -> datetime:
    """A moment in the middle of yesterday, so many minutes later."""
    noon = datetime.now(UTC).replace(hour=12, minute=0, second=0, microsecond=0) - timedelta(days=1)
    return noon + timedelta(minutes=minutes)


def test_a_tenant_without_handoffs_has_zeros_and_no_rates(api: Api) -> None:
    found = figures(api)
    assert (found["total"]["handoffs"], found["total"]["abandoned"]["rate"], found["by_queue"]) == (0, None, [])
    assert found["total"]["time_to_accept"] == {"count": 0, "p50": None, "p95": None}
    assert (found["issues"]["count"], found["issues"]["transfers_per_issue"]) == (0, None)


def test_states_are_counted_by_target_and_by_who_took_over(api: Api) -> None:
    accepted(api)
    accept(api, waiting(api, to="queue:fraud"), BOB)
    waiting(api)
    found = figures(api)
    assert [(one["name"], one["figures"]["handoffs"], one["figures"]["accepted"]) for one in found["by_queue"]] == [
        ("queue:billing", 2, 1),
        ("queue:fraud", 1, 1),
    ]
    assert [one["name"] for one in found["by_agent"]] == [ANN, BOB]
    assert (found["total"]["handoffs"], found["total"]["accepted"], found["total"]["waiting"]) == (3, 2, 1)


def test_times_are_medians_and_95th_percentiles_from_the_request(api: Api, change: Backdate) -> None:
    for minutes in (10, 20, 30):
        handoff, _ = accepted(api)
        change(handoff, requested_at=at(0), ready_at=at(1), accepted_at=at(minutes), first_reply_at=at(minutes + 2))
    total = figures(api)["total"]
    assert total["time_to_brief"] == {"count": 3, "p50": 60, "p95": 60}
    assert total["time_to_accept"] == {"count": 3, "p50": 1200, "p95": 1740}
    assert total["time_to_first_reply"]["p50"] == 120


def test_a_promise_is_kept_broken_or_not_due_yet(api: Api, change: Backdate) -> None:
    kept, late, never, not_due = (accepted(api)[0], accepted(api)[0], waiting(api), waiting(api))
    change(kept, requested_at=at(0), accepted_at=at(5), accept_due_at=at(15))
    change(late, requested_at=at(0), accepted_at=at(20), accept_due_at=at(15))
    change(never, requested_at=at(0), accept_due_at=at(15))
    change(not_due, requested_at=at(0), accept_due_at=datetime.now(UTC) + timedelta(hours=1))
    assert figures(api)["total"]["accept_promise"] == {"kept": 1, "broken": 2, "rate": 1 / 3}


def test_what_was_resolved_counts_and_a_transfer_does_not(api: Api, change: Backdate) -> None:
    handoff, token = accepted(api)
    act(api, handoff, "resolve", token=token, note="Refunded $100.")
    change(handoff, requested_at=at(0), accepted_at=at(5), closed_at=at(60), resolve_due_at=at(90))
    passed, token = accepted(api)
    act(api, passed, "transfer", 200, token=token, to="queue:fraud", reason="Looks like fraud")
    total = figures(api)["total"]
    assert (total["resolved"], total["time_to_resolve"]["p50"], total["resolve_promise"]["kept"]) == (1, 3600, 1)


def test_a_handoff_that_is_called_off_while_it_waits_is_abandoned(api: Api) -> None:
    accepted(api)
    act(api, waiting(api, mode="warm"), "cancel", reason="The customer solved it")
    waiting(api)
    assert figures(api)["total"]["abandoned"] == {"count": 1, "of": 2, "rate": 0.5}


def test_a_handoff_whose_conversation_ends_while_it_waits_is_abandoned(api: Api) -> None:
    session = a_session(api)
    waiting(api, session, mode="warm")
    post(api, f"sessions/{session}/end")
    assert figures(api)["total"]["abandoned"]["count"] == 1


def test_a_return_is_counted_with_its_instruction_and_is_a_ping_pong_once_taken(api: Api) -> None:
    handoff, token = accepted(api)
    back = act(api, handoff, "return", token=token, instruction="Ask for the order number")
    answer = api.http.get(f"/v1/handoffs/{back['id']}", params={"wait": 20}).json()
    accept(api, answer, "tier1-bot")
    found = figures(api)
    assert found["total"]["returned"] == {"count": 1, "of": 2, "rate": 0.5}
    assert found["return_reasons"] == [{"reason": "Ask for the order number", "count": 1}]
    assert found["total"]["ping_pong"] == {"count": 1, "of": 2, "rate": 0.5}
    assert figures(api, hops=2)["total"]["ping_pong"]["count"] == 1


def test_what_is_given_back_before_it_is_accepted_is_not_abandoned(api: Api) -> None:
    handoff = waiting(api, mode="warm")
    token = int(act(api, handoff, "claim", agent=ANN)["token"])
    act(api, handoff, "return", token=token, instruction="Try the refund first")
    assert figures(api)["total"]["abandoned"]["count"] == 0


def test_issues_count_their_transfers_and_whether_people_saw_them(api: Api) -> None:
    a_session(api)
    accept(api, waiting(api, to="billing-bot"), "billing-bot")
    accepted(api)
    issues = figures(api)["issues"]
    assert (issues["count"], issues["transfers"], issues["transfers_per_issue"]) == (3, 2, 2 / 3)
    assert issues["contained"] == {"count": 2, "of": 3, "rate": 2 / 3}


def test_consultations_are_counted_apart(api: Api) -> None:
    waiting(api, mode="consult")
    total = figures(api)["total"]
    assert (total["handoffs"], total["consultations"]) == (0, 1)


def test_declined_offers_are_counted(api: Api) -> None:
    handoff = waiting(api)
    act(api, handoff, "offer", to=ANN, by=BOB, seconds=60)
    act(api, handoff, "decline", agent=ANN)
    assert figures(api)["total"]["declined"] == 1


def test_questions_for_what_the_brief_holds_are_repeats(api: Api, measure: Callable[[Json], None]) -> None:
    session = a_session(api, "My account id is ACC-4521 and I was charged $299")
    warm = accept(api, waiting(api, session))
    for words in ("Can I have your account id?", "What is your shoe size?", "Anything else?"):
        remember(api, warm["session"]["id"], words, role="agent")
    act(api, warm["handoff"], "resolve", token=warm["claim"]["token"], note="Done.")
    measure(warm["handoff"])
    total = figures(api)["total"]
    assert total["repeat_questions"] == {"count": 1, "of": 2, "rate": 0.5}
    assert 1 <= total["elements"] <= 5


def test_flagged_lines_are_a_share_of_the_lines_of_closed_handoffs(
    api: Api, client: Warmline, measure: Callable[[Json], None]
) -> None:
    handoff, token = accepted(api)
    brief = client.handoffs.brief(handoff["id"])
    section = brief.sections[0]
    client.flags.add(handoff["id"], by=ANN, verdict="wrong", section=section.name, line=section.lines[0].text)
    client.flags.add(handoff["id"], by=ANN, verdict="missing", should_be="$100")
    act(api, handoff, "resolve", token=token, note="Done.")
    measure(handoff)
    total = figures(api)["total"]
    lines = sum(len(one.lines) for one in brief.sections)
    assert (total["flagged_lines"]["count"], total["flagged_lines"]["of"], total["missing_lines"]) == (1, lines, 1)


def test_filters_and_periods_leave_out_the_rest(api: Api, change: Backdate) -> None:
    old = waiting(api)
    change(old, requested_at=at(-60 * 24 * 30))
    accept(api, waiting(api, to="queue:fraud", reason_code="fraud_or_security_concern"), BOB)
    waiting(api)
    assert figures(api)["total"]["handoffs"] == 2
    assert figures(api, queue="queue:fraud")["total"]["handoffs"] == 1
    assert figures(api, agent=BOB)["issues"]["count"] == 1
    assert figures(api, namespace="nobody")["total"]["handoffs"] == 0
    assert [one["name"] for one in figures(api)["by_reason"]] == ["fraud_or_security_concern", "other"]


def test_every_stretch_of_the_period_has_a_point(api: Api, change: Backdate) -> None:
    handoff = waiting(api)
    change(handoff, requested_at=at(0))
    points = figures(api, since=at(-60 * 24 * 3).isoformat(), until=at(60).isoformat(), bucket="day")["over_time"]
    assert [one["figures"]["handoffs"] for one in points] == [0, 0, 0, 1]
    assert points[-1]["at"] == at(0).replace(hour=0).isoformat().replace("+00:00", "Z")


def test_a_day_of_the_page_is_one_of_the_viewers_zone_and_charts_begin_with_the_first_that_was_asked_for(
    api: Api, change: Backdate
) -> None:
    handoff = waiting(api)
    change(handoff, requested_at=datetime(2026, 3, 28, 22, 30, tzinfo=UTC))  # 07:30 on the 29th in Tokyo
    page = signed_in(api, zone="Asia/Tokyo").page("/analytics?since=2026-03-28&until=2026-03-30")
    rows = page.partition("Handoffs, in handoffs")[2].partition("<tbody>")[2].partition("</tbody>")[0]
    assert text_of("<main" + rows) == "28 Mar 0 0 29 Mar 1 0 30 Mar 0 0"


def test_days_have_a_point_each_where_clocks_are_changed_between_them(database: Database, tenant: TenantKey) -> None:
    ends = (datetime(2026, 3, 27, 23, tzinfo=UTC), datetime(2026, 3, 30, 22, tzinfo=UTC))
    with database.transaction(tenant_id=tenant.tenant_id) as db:
        found = analytics.read(db, analytics.Wanted.of(*ends, zone="Europe/Berlin"))
    assert [point.at.hour for point in found.over_time] == [23, 23, 22]


def test_a_period_of_too_many_stretches_is_refused_with_the_mend(api: Api) -> None:
    asked = {"since": "2020-01-01T00:00:00Z", "bucket": "hour"}
    answer = api.http.get("/v1/analytics", params=asked)
    assert (answer.status_code, "longer `bucket`" in answer.json()["detail"]) == (422, True)


def test_the_csv_has_a_row_a_group_and_disarms_formulas(api: Api) -> None:
    waiting(api, to='=HYPERLINK("http://x.example")')
    answer = api.http.get("/v1/analytics?format=csv")
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert answer.headers["content-type"].startswith("text/csv")
    assert [row["group"] for row in rows if row["group"] != "time"] == ["total", "queue", "reason"]
    assert [row["name"][:2] for row in rows if row["group"] == "queue"] == ["'="]
    assert all(None not in row and None not in row.values() for row in rows)


def test_the_page_shows_figures_charts_and_files(api: Api) -> None:
    browser = signed_in(api)
    assert "Nothing was handed over" in text_of(browser.page("/analytics"))
    accepted(api)
    page = browser.page("/analytics?queue=queue:billing")
    assert ("queue billing" in text_of(page), page.count('role="img"') > 0) == (True, True)
    assert 'style="' not in page
    assert browser.get("/analytics?format=csv").headers["content-type"].startswith("text/csv")
    assert browser.get("/analytics?format=json").json()["total"]["handoffs"] == 1


def test_the_page_says_what_a_figure_was_in_as_many_days_before(
    api: Api, database: Database, tenant: TenantKey
) -> None:
    browser = signed_in(api)
    accepted(api)
    assert "before:" not in browser.page("/analytics")
    earlier, row = waiting(api), tables.Handoff
    with database.transaction(tenant_id=tenant.tenant_id) as db:
        a_week_ago = func.now() - timedelta(days=8)
        db.execute(update(row).where(row.id == earlier["id"]).values(requested_at=a_week_ago))
    said = text_of(browser.page("/analytics"))
    assert "Handoffs 1 1 taken over, 0 resolved, 0 waiting before: 1" in said
    assert "Before is as many days, from" in said


def test_the_page_says_what_is_wrong_with_a_day(api: Api) -> None:
    page = signed_in(api).get("/analytics?since=tomorrow")
    assert "is no day" in text_of(page.text)


def test_the_command_shows_the_same_as_a_table_as_csv_and_as_json(api: Api, run: Callable[..., str]) -> None:
    waiting(api)
    assert "queue:billing" in run("analytics")
    assert run("analytics", "--csv").startswith("group,name,handoffs,")
    assert '"handoffs": 1' in run("analytics", "--json")
