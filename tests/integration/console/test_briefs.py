"""A brief on the page of its handoff: whose word each line is."""

import pytest

from tests.builders.console import Browser, text_of
from tests.builders.handoffs import waiting
from tests.builders.memories import remember
from tests.builders.requests import Json
from tests.builders.sessions import a_session
from tests.conftest import Api

pytestmark = pytest.mark.usefixtures("worker")

WISH = "Please refund the $100 that account ACC-4521 was overcharged"


def with_account(api: Api, account: str) -> Json:
    """A handoff after a test run that failed, with what the agent says of its work."""
    session = a_session(api, "Please make the tests of the importer pass.")
    run = {"name": "bash", "arguments": {"command": "pytest tests"}, "result": "3 failed in 2s", "outcome": "failed"}
    remember(api, session, "pytest tests", role="tool", kind="action", action=run)
    return waiting(api, session, account=account)


def brief_on(ann: Browser, handoff: Json) -> str:
    return text_of(ann.page(f"/handoffs/{handoff['id']}"))


def test_a_quote_stands_with_who_said_it(api: Api, ann: Browser) -> None:
    page = ann.page(f"/handoffs/{waiting(api, a_session(api, WISH))['id']}")
    assert f'<span class="brief-speaker">customer</span> <q dir="auto" lang="en">{WISH}</q>' in page


def test_beside_a_quote_stands_which_of_its_values_was_replaced(api: Api, ann: Browser) -> None:
    session = a_session(api, "Please find me a cheap hotel in Bergen for two nights.")
    for number, city in enumerate(("Bergen", "Oslo")):
        look = {"name": "find_hotel", "arguments": {"city": city, "price": "cheap", "nights": 2}, "result": {"free": 4}}
        remember(api, session, f"Looked {number}", role="tool", kind="action", action=look)
        remember(api, session, "I would rather stay somewhere else.", role="user")
    assert "in Bergen for two nights. city: Bergen → Oslo" in brief_on(ann, waiting(api, session))


def test_what_only_the_agent_says_is_marked(api: Api, ann: Browser) -> None:
    shown = brief_on(ann, with_account(api, "## Promised\n- A voucher for the next order"))
    assert "A voucher for the next order the agent's word" in shown


def test_what_the_record_contradicts_is_shown_with_what_it_says(api: Api, ann: Browser) -> None:
    shown = brief_on(ann, with_account(api, "## Figures\n- All tests pass"))
    assert "All tests pass the record disagrees The record: “" in shown


def test_a_quote_is_flagged_as_any_line_is(api: Api, ann: Browser) -> None:
    handoff = waiting(api, a_session(api, WISH))
    ann.done(f"/handoffs/{handoff['id']}/flag", verdict="wrong", section="ask", line=WISH, should_be="$200")
    flags = api.http.get(f"/v1/handoffs/{handoff['id']}/flags").json()["items"]
    assert [flag["line"] for flag in flags] == [WISH]
    assert "should be $200" in brief_on(ann, handoff)
