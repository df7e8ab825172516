"""Who speaks for a chain, and consultations, which never do."""

import pytest

from tests.builders.handoffs import ANN, BOB, accept, accepted, act, claim, read, waiting, written
from tests.builders.requests import Json, post
from tests.builders.sessions import a_session, session_of
from tests.conftest import Api

pytestmark = pytest.mark.usefixtures("worker")


def owner(api: Api, chain: str, **who: str) -> Json:
    return api.http.get(f"/v1/chains/{chain}/owner", params=who).json()


def advice(api: Api, session: str) -> list[str]:
    found = api.http.get("/v1/memories", params={"session_id": session, "kind": "advice"}).json()["items"]
    return [one["content"] for one in found]


def test_a_bot_may_reply_until_its_work_has_gone_over(api: Api) -> None:
    chain = a_session(api)
    assert owner(api, chain, session_id=chain)["may_reply"]
    waits = waiting(api, chain, mode="cold")
    meanwhile = owner(api, chain, session_id=chain)
    assert (meanwhile["may_reply"], meanwhile["waiting_handoff_id"]) == (False, waits["id"])
    accept(api, waits)
    assert not owner(api, chain, agent="tier1-bot")["may_reply"]
    assert owner(api, chain, agent=ANN)["may_reply"]


def test_in_warm_mode_the_source_speaks_until_the_target_accepts(api: Api) -> None:
    chain = a_session(api)
    handoff = waiting(api, chain, mode="warm")
    claim(api, handoff)
    assert owner(api, chain, agent="tier1-bot")["may_reply"]
    assert not owner(api, chain, agent=ANN)["may_reply"]


def test_after_a_resolution_nobody_speaks(api: Api) -> None:
    handoff, token = accepted(api)
    act(api, handoff, "resolve", token=token, note="Refunded")
    found = owner(api, handoff["chain_id"], agent=ANN)
    assert (found["may_reply"], found["session_id"], found["waiting_handoff_id"]) == (False, None, None)
    assert "ended" in found["why"]


def test_a_branch_does_not_speak_for_the_chain(api: Api) -> None:
    handoff, _ = accepted(api)
    branch = accept(api, handoff, BOB, mode="branch")["session"]["id"]
    assert not owner(api, handoff["chain_id"], session_id=branch)["may_reply"]


def test_what_a_branch_hands_on_is_not_awaited_by_the_conversation(api: Api) -> None:
    handoff = waiting(api)
    accept(api, handoff)
    branch = accept(api, handoff, BOB, mode="branch")["session"]["id"]
    waiting(api, branch, to="queue:fraud")
    assert owner(api, handoff["chain_id"])["waiting_handoff_id"] is None


def test_a_consultation_leaves_the_conversation_where_it_is(api: Api) -> None:
    chain = a_session(api)
    handoff = waiting(api, chain, mode="consult")
    warm = accept(api, handoff)
    assert (session_of(api, chain)["state"], warm["session"]["owns_conversation"]) == ("open", False)
    assert owner(api, chain, agent="tier1-bot")["may_reply"]
    assert not owner(api, chain, session_id=warm["session"]["id"])["may_reply"]


def test_advice_is_remembered_where_it_was_asked_for(api: Api) -> None:
    chain = a_session(api)
    warm = accept(api, waiting(api, chain, mode="consult"))
    act(api, warm["handoff"], "resolve", token=warm["claim"]["token"], note="Refund it in two parts")
    assert advice(api, chain) == ["Refund it in two parts"]
    assert (session_of(api, chain)["state"], session_of(api, warm["session"]["id"])["state"]) == ("open", "ended")


def test_advice_that_comes_late_reaches_whoever_speaks_by_then(api: Api) -> None:
    chain = a_session(api)
    warm = accept(api, waiting(api, chain, mode="consult"))
    by_then = accept(api, waiting(api, chain), BOB)["session"]["id"]
    act(api, warm["handoff"], "resolve", token=warm["claim"]["token"], note="Refund it in two parts")
    assert (advice(api, by_then), advice(api, chain)) == (["Refund it in two parts"], [])


def test_a_session_can_ask_several_for_advice_and_still_be_handed_off(api: Api) -> None:
    chain = a_session(api)
    waiting(api, chain, mode="consult")
    waiting(api, chain, mode="consult", to="queue:legal")
    assert waiting(api, chain)["state"] == "ready"


def test_a_consultation_is_sent_on_to_somebody_else(api: Api) -> None:
    chain = a_session(api)
    warm = accept(api, waiting(api, chain, mode="consult"))
    token = warm["claim"]["token"]
    onward = written(api, act(api, warm["handoff"], "transfer", token=token, to="queue:legal", reason="A legal matter"))
    assert (onward["mode"], onward["source_session_id"]) == ("consult", chain)
    assert read(api, warm["handoff"])["closed_as"] == "transferred"


def test_a_consultation_that_is_given_back_tells_its_source_why(api: Api) -> None:
    chain = a_session(api)
    warm = accept(api, waiting(api, chain, mode="consult"))
    act(api, warm["handoff"], "return", token=warm["claim"]["token"], instruction="Ask the customer for a date first")
    found = api.http.get("/v1/memories", params={"session_id": chain, "kind": "instruction"}).json()["items"]
    assert [one["content"] for one in found] == ["Ask the customer for a date first"]
    assert read(api, warm["handoff"])["closed_as"] == "returned"


def test_a_consultation_can_be_called_off_while_it_waits(api: Api) -> None:
    handoff = waiting(api, mode="consult")
    assert post(api, f"handoffs/{handoff['id']}/cancel")["state"] == "cancelled"
