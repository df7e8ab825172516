"""What is done with a handoff that waits or is held: offers, transfers, returns, resolutions."""

import pytest

from tests.builders.handoffs import ANN, BOB, accept, accepted, act, claim, problem, read, refused, waiting, written
from tests.builders.memories import remember
from tests.builders.requests import Json, post
from tests.builders.sessions import a_session, session_of
from tests.conftest import Api

pytestmark = pytest.mark.usefixtures("worker")


def history(api: Api, handoff: Json) -> list[str]:
    answer = api.http.get("/v1/events", params={"handoff_id": handoff["id"]})
    return [
        one["type"].removeprefix("handoff.") for one in answer.json()["items"] if one["type"].startswith("handoff.")
    ]


def memories_of(api: Api, session: str, kind: str) -> list[str]:
    found = api.http.get("/v1/memories", params={"session_id": session, "kind": kind}).json()["items"]
    return [one["content"] for one in found]


def test_a_released_handoff_waits_for_others_at_the_same_level(api: Api) -> None:
    handoff = waiting(api)
    released = act(api, handoff, "release", token=claim(api, handoff), reason="Lunch")
    assert (released["state"], released["level"], released["holder"]) == ("ready", 1, None)
    assert claim(api, handoff, BOB) == 2


def test_an_accepted_handoff_is_not_released_but_sent_on_or_given_back(api: Api) -> None:
    handoff, token = accepted(api)
    assert refused(api, handoff, "release", token=token) == "handoff-state"


def test_a_declined_offer_leaves_the_handoff_to_others(api: Api) -> None:
    handoff = waiting(api)
    act(api, handoff, "offer", to=ANN)
    declined = act(api, handoff, "decline", agent=ANN, reason="In a call")
    assert declined["offered_to"] is None
    assert claim(api, handoff, BOB) == 1


def test_only_who_has_an_offer_declines_it(api: Api) -> None:
    handoff = waiting(api)
    act(api, handoff, "offer", to=ANN)
    assert refused(api, handoff, "decline", agent=BOB) == "handoff-state"
    assert read(api, handoff)["offered_to"] == ANN


def test_what_somebody_holds_cannot_be_offered(api: Api) -> None:
    handoff = waiting(api)
    claim(api, handoff)
    assert refused(api, handoff, "offer", to=BOB) == "handoff-claimed"


def test_a_claimed_handoff_is_transferred_as_it_is(api: Api) -> None:
    handoff = waiting(api, skills=["refunds"])
    old = claim(api, handoff)
    moved = act(api, handoff, "transfer", token=old, to="queue:fraud", reason="The card was used in Lima")
    assert (moved["id"], moved["state"], moved["to"]) == (handoff["id"], "ready", "queue:fraud")
    assert (moved["redirected_from"], moved["skills"], moved["holder"]) == ("queue:billing", [], None)
    assert refused(api, handoff, "heartbeat", token=old) == "stale-token"
    assert claim(api, handoff, BOB) == old + 2


def test_an_accepted_handoff_is_transferred_with_all_that_was_done(api: Api) -> None:
    handoff, token = accepted(api, reason_code="complex_billing_dispute", urgency="high")
    mine = handoff["target_session_id"]
    remember(api, mine, "The extra $100 is a setup fee")
    onward = written(api, act(api, handoff, "transfer", token=token, to="queue:fraud", reason="Looks like fraud"))
    assert (onward["source_session_id"], onward["hop"]) == (mine, 2)
    assert (onward["reason_code"], onward["urgency"]) == ("complex_billing_dispute", "high")
    assert (read(api, handoff)["state"], read(api, handoff)["closed_as"]) == ("closed", "transferred")
    assert "setup fee" in accept(api, onward, BOB)["prompt"]


def test_in_a_warm_transfer_the_holder_stays_until_the_next_one_accepts(api: Api) -> None:
    handoff, token = accepted(api)
    mine = handoff["target_session_id"]
    asked = act(api, handoff, "transfer", token=token, to="queue:fraud", reason="Looks like fraud", warm=True)
    onward = written(api, asked)
    assert (session_of(api, mine)["state"], read(api, handoff)["state"]) == ("open", "accepted")
    assert refused(api, handoff, "resolve", token=token, note="Refunded") == "handoff-in-progress"
    accept(api, onward, BOB)
    assert (session_of(api, mine)["state"], read(api, handoff)["closed_as"]) == ("ended", "transferred")


def test_a_warm_transfer_that_is_called_off_leaves_the_holder_where_it_was(api: Api) -> None:
    handoff, token = accepted(api)
    asked = act(api, handoff, "transfer", token=token, to="queue:fraud", reason="Looks like fraud", warm=True)
    act(api, written(api, asked), "cancel")
    assert act(api, handoff, "resolve", token=token, note="Refunded")["closed_as"] == "resolved"


def test_a_returned_handoff_tells_its_source_what_to_do(api: Api) -> None:
    handoff, token = accepted(api)
    instruction = "Ask for the order number, then try the refund again"
    back = written(api, act(api, handoff, "return", token=token, instruction=instruction))
    assert (back["to"], back["returns_id"], back["goal"]) == ("tier1-bot", handoff["id"], instruction)
    assert read(api, handoff)["closed_as"] == "returned"
    assert instruction in accept(api, back, "tier1-bot")["prompt"]


def test_what_was_claimed_and_not_accepted_goes_back_with_the_instruction_since_its_brief(api: Api) -> None:
    handoff = waiting(api, mode="cold")
    back = act(api, handoff, "return", token=claim(api, handoff), instruction="Ask for the order number")
    assert (back["id"], back["state"], back["to"]) == (handoff["id"], "ready", "tier1-bot")
    warm = accept(api, back, "tier1-bot")
    assert [one["content"] for one in warm["since_the_brief"]] == ["Ask for the order number"]
    assert "Ask for the order number" in warm["prompt"]


def test_a_warm_handoff_that_is_given_back_lets_its_source_go_on(api: Api) -> None:
    session = a_session(api)
    handoff = waiting(api, session, mode="warm")
    back = act(api, handoff, "return", token=claim(api, handoff), instruction="Ask for the order number")
    assert (back["state"], back["holder"]) == ("cancelled", None)
    assert session_of(api, session)["state"] == "open"
    assert memories_of(api, session, "instruction") == ["Ask for the order number"]


def test_a_warm_handoff_whose_source_has_ended_is_given_back_and_not_dropped(api: Api) -> None:
    session = a_session(api)
    handoff = waiting(api, session, mode="warm")
    post(api, f"sessions/{session}/end")
    back = act(api, handoff, "return", token=claim(api, handoff), instruction="Ask for the order number")
    assert (back["state"], back["to"]) == ("ready", "tier1-bot")


def test_work_goes_back_to_a_person_as_to_anybody(api: Api) -> None:
    handoff, token = accepted(api, session=a_session(api, agent=BOB))
    back = written(api, act(api, handoff, "return", token=token, instruction="Call the customer"))
    assert accept(api, back, BOB)["session"]["agent"] == BOB


def test_a_resolution_is_remembered_and_ends_the_session(api: Api) -> None:
    handoff, token = accepted(api)
    resolved = act(api, handoff, "resolve", token=token, note="Refunded $100; confirmed by e-mail")
    session = session_of(api, handoff["target_session_id"])
    asked = {"namespace": "user-dave", "query": "Was the $100 refunded?"}
    found = api.http.post("/v1/recall", json=asked).json()["results"]
    assert (resolved["state"], resolved["closed_as"]) == ("closed", "resolved")
    assert resolved["resolution"] == "Refunded $100; confirmed by e-mail"
    assert (session["state"], session["ended_reason"]) == ("ended", "resolved")
    assert "resolution" in [one["memory"]["kind"] for one in found]


def test_a_handoff_whose_session_its_agent_ended_is_closed_and_cannot_be_resolved(api: Api) -> None:
    handoff, token = accepted(api)
    post(api, f"sessions/{handoff['target_session_id']}/end")
    assert read(api, handoff)["closed_as"] == "ended"
    assert refused(api, handoff, "resolve", token=token, note="Refunded") == "handoff-state"


def test_a_session_that_ends_while_it_is_sent_on_was_transferred(api: Api) -> None:
    handoff, token = accepted(api)
    asked = act(api, handoff, "transfer", token=token, to="queue:fraud", reason="Fraud", warm=True)
    post(api, f"sessions/{handoff['target_session_id']}/end")
    assert read(api, handoff)["closed_as"] == "transferred"
    assert accept(api, written(api, asked), BOB)["session"]["owns_conversation"]


def test_a_rollback_takes_what_was_claimed_meanwhile_away(api: Api) -> None:
    first, token = accepted(api)
    second = written(api, act(api, first, "transfer", token=token, to="queue:fraud", reason="Fraud"))
    held = claim(api, second, BOB)
    accept(api, first, mode="rollback")
    assert (read(api, second)["state"], read(api, second)["holder"]) == ("cancelled", None)
    assert refused(api, second, "accept", agent=BOB, token=held) == "handoff-state"
    assert refused(api, second, "heartbeat", token=held) == "handoff-state"


def test_a_rollback_closes_what_it_undoes_as_rolled_back(api: Api) -> None:
    first, token = accepted(api)
    second = accept(api, written(api, act(api, first, "transfer", token=token, to=BOB, reason="Fraud")), BOB)["handoff"]
    accept(api, first, mode="rollback")
    assert read(api, second)["closed_as"] == "rolled_back"


def test_a_snoozed_handoff_is_set_aside_until_it_is_woken(api: Api) -> None:
    handoff, token = accepted(api)
    snoozed = act(api, handoff, "snooze", token=token, until="2099-01-01T09:00:00+01:00")
    assert snoozed["snoozed_until"].startswith("2099-01-01T08:00:00")
    assert act(api, handoff, "snooze", token=token)["snoozed_until"] is None
    late = api.http.post(f"/v1/handoffs/{handoff['id']}/snooze", json={"token": token, "until": "2020-01-01T00:00:00Z"})
    assert (late.status_code, "until" in late.json()["detail"]) == (422, True)


def test_everything_that_happens_is_in_the_history_and_no_token_is(api: Api) -> None:
    handoff = waiting(api)
    act(api, handoff, "release", token=claim(api, handoff))
    token = claim(api, handoff, BOB)
    accept(api, handoff, BOB, token=token)
    act(api, handoff, "snooze", token=token, until="2099-01-01T00:00:00Z")
    act(api, handoff, "resolve", token=token, note="Refunded")
    told = ["requested", "ready", "claimed", "released", "claimed", "accepted", "snoozed", "closed"]
    assert history(api, handoff) == told
    assert "token" not in api.http.get("/v1/events", params={"handoff_id": handoff["id"]}).text


def test_a_contradicting_read_back_is_shown_and_must_be_confirmed(api: Api) -> None:
    handoff = waiting(api)
    said = problem(api, handoff, "accept", agent=ANN, read_back="ACC-9999 was charged $299")
    assert said["type"] == "urn:warmline:problem:read-back-contradicts"
    assert said["contradictions"][0]["said"] == "ACC-9999"
    warm = accept(api, handoff, read_back="ACC-9999 was charged $299", confirm_read_back=True)
    assert warm["handoff"]["read_back"]["by"] == ANN
    assert warm["handoff"]["read_back"]["contradictions"] == said["contradictions"]


def test_a_queue_can_want_a_read_back_of_whoever_accepts(api: Api) -> None:
    api.http.put("/v1/queues/careful", json={"read_back_required": True}).raise_for_status()
    handoff = waiting(api, to="queue:careful")
    assert refused(api, handoff, "accept", agent=ANN) == "read-back-required"
    assert accept(api, handoff, read_back="ACC-4521 was charged $299")["handoff"]["read_back"]["contradictions"] == []


def test_forgetting_a_namespace_takes_questions_and_events_with_it(api: Api) -> None:
    handoff = waiting(api)
    act(api, handoff, "ask", 201, token=claim(api, handoff), question="Which invoice?")
    api.http.delete("/v1/namespaces/user-dave").raise_for_status()
    assert api.http.get(f"/v1/handoffs/{handoff['id']}/inquiries").status_code == 404
    assert history(api, handoff) == []
