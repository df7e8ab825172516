"""What wants an operator who looks elsewhere."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, update

from tests.builders.console import Browser, signed_in
from tests.builders.handoffs import accept, act, waiting
from tests.builders.memories import remember
from tests.builders.requests import Json, get
from tests.conftest import Api, TenantKey
from warmline_memory.storage import tables
from warmline_memory.storage.database import Database

pytestmark = pytest.mark.usefixtures("worker")


def wanted(browser: Browser) -> Json:
    return dict(browser.get("/attention").json())


def ids(browser: Browser) -> list[str]:
    return [one["id"] for one in wanted(browser)["news"]]


def test_what_waits_for_an_operator_is_counted_and_what_is_others_is_not(api: Api, ann: Browser) -> None:
    mine, others = waiting(api), waiting(api, to="queue:fraud")
    assert (wanted(ann)["count"], ids(ann)) == ("1", [f"waits-{mine['id']}"])
    assert others["id"] not in str(wanted(ann))


def test_an_offer_says_that_it_is_one(api: Api, ann: Browser) -> None:
    handoff = waiting(api)
    act(api, handoff, "offer", to="human:ann", seconds=600)
    assert [one["says"] for one in wanted(ann)["news"]] == [f"{handoff['namespace']} is offered to you"]


def test_each_message_of_a_customer_is_news_of_its_own(api: Api, ann: Browser) -> None:
    session = accept(api, waiting(api))["session"]["id"]
    assert ids(ann) == []
    said = [remember(api, session, words)["id"] for words in ("Hello?", "Are you there?")]
    assert [said[1] in one for one in ids(ann)] == [True]


def test_what_sleeps_is_told_so_that_its_waking_is_noticed(api: Api, ann: Browser) -> None:
    start = accept(api, waiting(api))
    until = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    act(api, start["handoff"], "snooze", token=start["claim"]["token"], until=until)
    assert [one["url"] for one in wanted(ann)["asleep"]] == [f"/console/handoffs/{start['handoff']['id']}"]


def test_an_open_page_says_that_somebody_is_there_only_while_somebody_is(
    api: Api, tenant: TenantKey, database: Database
) -> None:
    browser = signed_in(api)
    with database.transaction(tenant_id=tenant.tenant_id) as db:
        # That somebody is there is noted once a minute, and was noted when they signed in.
        db.execute(update(tables.SignIn).values(seen_at=func.now() - timedelta(minutes=5)))
    before = get(api, "operators/ann")["seen_at"]

    browser.http.get("/console/attention", headers={"X-Idle": "1"}).raise_for_status()
    assert get(api, "operators/ann")["seen_at"] == before
    browser.http.get("/console/attention").raise_for_status()
    assert get(api, "operators/ann")["seen_at"] != before


def test_how_a_browser_tells_of_news_is_chosen_one_by_one(ann: Browser) -> None:
    assert 'data-notices="sound"' in ann.page("/settings")
    assert 'data-notices="desktop sound"' in ann.done("/notices", desktop="on", next="/console/settings")
    assert 'data-notices="desktop"' in ann.done("/notices", sound="off", next="/console/settings")
    assert 'data-notices=""' in ann.done("/notices", desktop="off", next="/console/settings")
