"""The mode of a handoff that names none: towards people the bot stays until somebody accepts, towards agents not."""

import pytest

from tests.builders.handoffs import accept, waiting
from tests.builders.requests import get, patch
from tests.builders.sessions import a_session, session_of
from tests.conftest import Api

pytestmark = pytest.mark.usefixtures("worker")

PEOPLE = ["queue:billing", "skill:refunds", "human:ann"]


@pytest.mark.parametrize("to", PEOPLE)
def test_towards_people_the_bot_keeps_the_customer_company_until_somebody_accepts(api: Api, to: str) -> None:
    handoff = waiting(api, to=to)
    assert handoff["mode"] == "warm"
    assert get(api, f"chains/{handoff['chain_id']}/owner", agent="tier1-bot")["may_reply"]
    accept(api, handoff)
    assert session_of(api, handoff["source_session_id"])["state"] == "ended"


def test_towards_an_agent_the_source_ends_with_the_brief(api: Api) -> None:
    handoff = waiting(api, to="billing-bot")
    assert handoff["mode"] == "cold"
    assert session_of(api, handoff["source_session_id"])["state"] == "ended"


@pytest.mark.parametrize("to", PEOPLE)
def test_a_tenant_can_want_its_bots_silent_from_the_brief_on(api: Api, to: str) -> None:
    patch(api, "preferences", {"people_mode": "cold"})
    handoff = waiting(api, to=to)
    assert handoff["mode"] == "cold"
    assert session_of(api, handoff["source_session_id"])["state"] == "ended"


def test_the_mode_that_is_named_holds_whatever_the_target(api: Api) -> None:
    assert waiting(api, mode="cold")["mode"] == "cold"
    assert waiting(api, to="billing-bot", mode="warm")["mode"] == "warm"


def test_what_goes_to_people_instead_of_an_agent_is_warm_too(api: Api) -> None:
    patch(api, "preferences", {"hop_budget": 1})
    session = accept(api, waiting(api, a_session(api), to="second"), "second")["session"]["id"]
    handoff = waiting(api, session, to="third")
    assert (handoff["to"], handoff["mode"]) == ("queue:people", "warm")


def test_people_mode_is_warm_or_cold(api: Api) -> None:
    answer = api.http.patch("/v1/preferences", json={"people_mode": "consult"})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "body.people_mode")
