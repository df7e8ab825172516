"""Where handoffs go: reason codes, circling chains, offers, and what happens while nobody is there."""

from typing import Any

import pytest

from tests.builders.handoffs import ANN, BOB, accept, act, claim, events_of, once, read, requested, waiting, written
from tests.builders.operators import an_operator, revised
from tests.builders.queues import a_queue, closed_all_year
from tests.builders.requests import Json, get
from tests.builders.sessions import a_session
from tests.conftest import Api

pytestmark = pytest.mark.usefixtures("worker")


def prefer(api: Api, **preferences: Any) -> None:
    api.http.patch("/v1/preferences", json=preferences).raise_for_status()


def chain_of(api: Api, *agents: str, **changes: Any) -> Json:
    """The handoff to the last of these agents, each of which took over from the one before."""
    session = a_session(api, agent=agents[0])
    for agent in agents[1:-1]:
        session = accept(api, waiting(api, session, to=agent), agent)["session"]["id"]
    return waiting(api, session, to=agents[-1], **changes)


def test_an_unknown_reason_code_is_refused_with_those_that_are_known(api: Api) -> None:
    ask = {"session_id": a_session(api), "to": "queue:billing", "reason": "Why", "reason_code": "bad_weather"}
    answer = api.http.post("/v1/handoffs", json=ask)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "body.reason_code")
    assert "technical_system_error" in answer.json()["detail"]


def test_a_tenants_own_reason_codes_are_known_beside_the_built_in_ones(api: Api) -> None:
    prefer(api, reason_codes=["bad_weather"])
    assert requested(api, reason_code="bad_weather")["reason_code"] == "bad_weather"
    assert requested(api, reason_code="technical_system_error")["reason_code"] == "technical_system_error"


def test_a_reason_code_that_is_gone_stays_with_the_work_that_came_with_it(api: Api) -> None:
    prefer(api, reason_codes=["bad_weather"])
    warm = accept(api, waiting(api, reason_code="bad_weather"))
    prefer(api, reason_codes=[])
    moved = act(api, warm["handoff"], "transfer", token=warm["claim"]["token"], to="queue:storms", reason="Theirs")
    assert moved["reason_code"] == "bad_weather"


def test_a_queue_that_nobody_set_up_promises_the_default(api: Api) -> None:
    handoff = waiting(api, to="queue:nobody-knows")
    assert handoff["accept_due_at"] is not None
    assert handoff["notice"] is None


def test_an_agent_is_promised_nothing(api: Api) -> None:
    handoff = waiting(api, to="billing-specialist")
    assert (handoff["accept_due_at"], handoff["breach_at"]) == (None, None)


def test_promised_times_count_office_hours(api: Api) -> None:
    a_queue(api, office_hours=closed_all_year(), promises={"accept_seconds": 60})
    handoff = requested(api)
    assert handoff["accept_due_at"].endswith("12:01:00Z")


def test_the_second_time_in_a_row_that_one_agent_hands_over_to_another_people_get_it(api: Api) -> None:
    handoff = chain_of(api, "triage", "billing-bot", "triage", "billing-bot")
    assert (handoff["to"], handoff["redirected_from"]) == ("queue:people", "billing-bot")
    (event,) = events_of(api, handoff, "redirected")
    assert event["facts"]["why"] == "ping_pong"


def test_handing_back_once_is_no_ping_pong(api: Api) -> None:
    assert chain_of(api, "triage", "billing-bot", "triage")["redirected_from"] is None


def test_a_person_in_between_breaks_the_circle(api: Api) -> None:
    assert chain_of(api, "triage", ANN, "triage", ANN)["redirected_from"] is None
    assert chain_of(api, "triage", "bot", ANN, "triage", "bot")["redirected_from"] is None


def test_a_person_who_returns_a_handoff_is_not_overruled(api: Api) -> None:
    prefer(api, hop_budget=1)
    warm = accept(api, waiting(api))
    returned = act(api, warm["handoff"], "return", token=warm["claim"]["token"], instruction="Ask for the invoice")
    assert (returned["to"], returned["redirected_from"]) == ("tier1-bot", None)


def test_a_chain_that_has_used_up_its_hops_goes_to_where_the_tenant_wants_it(api: Api) -> None:
    prefer(api, hop_budget=2, people_target="human:ann")
    handoff = chain_of(api, "first", "second", "third", "fourth")
    assert (handoff["to"], handoff["redirected_from"], handoff["hop"]) == ("human:ann", "fourth", 3)


def test_circling_chains_go_to_people_and_not_to_an_agent(api: Api) -> None:
    assert api.http.patch("/v1/preferences", json={"people_target": "bot"}).status_code == 422


def test_ten_hops_between_different_agents_are_left_alone(api: Api) -> None:
    handoff = chain_of(api, *(f"agent-{number}" for number in range(11)))
    assert (handoff["hop"], handoff["redirected_from"]) == (10, None)


def test_a_handoff_is_offered_to_the_operator_with_the_least_load(api: Api) -> None:
    a_queue(api, assigning="offer")
    an_operator(api, "ann", capacity=10)
    claim(api, waiting(api), ANN)
    an_operator(api, "bob", capacity=2)
    handoff = waiting(api)
    assert (handoff["offered_to"], handoff["notice"]) == (BOB, None)


def test_of_two_with_the_same_load_the_longest_idle_gets_the_offer(api: Api) -> None:
    a_queue(api, assigning="offer")
    an_operator(api, "ann")
    an_operator(api, "bob")
    handoff = waiting(api)
    assert handoff["offered_to"] == ANN
    released = act(api, handoff, "release", token=claim(api, handoff, ANN))
    assert released["offered_to"] == BOB


def test_an_offer_that_lapses_goes_to_the_next_and_then_to_everybody(api: Api) -> None:
    a_queue(api, assigning="offer", offer_seconds=5)
    an_operator(api, "ann")
    an_operator(api, "bob")
    handoff = waiting(api)
    act(api, handoff, "decline", agent=ANN)
    assert read(api, handoff)["offered_to"] == BOB
    once(api, handoff, lambda found: found["offered_to"] is None)
    assert len(events_of(api, handoff, "offered")) == 2
    assert claim(api, handoff, "human:carol") == 1


def test_an_offer_goes_only_to_who_may_take_it(api: Api) -> None:
    a_queue(api, assigning="offer")
    an_operator(api, "ann", skills=["refunds"], languages=["de"])
    an_operator(api, "bob", skills=["refunds"], languages=["pt-BR"])
    assert waiting(api, skills=["refunds"], language="pt")["offered_to"] == BOB


def test_who_becomes_available_is_offered_what_waits(api: Api) -> None:
    a_queue(api, assigning="offer")
    an_operator(api, "ann", presence="away")
    handoff = waiting(api)
    assert handoff["notice"]["policy"] == "wait"
    revised(api, "ann", presence="available")
    found = once(api, handoff, lambda found: found["offered_to"] == ANN)
    assert found["notice"] is None


def test_what_was_offered_to_somebody_who_goes_is_offered_to_the_next(api: Api) -> None:
    a_queue(api, assigning="offer", offer_seconds=3600)
    an_operator(api, "ann")
    an_operator(api, "bob")
    handoff = waiting(api)
    revised(api, "ann", presence="away")
    assert once(api, handoff, lambda found: found["offered_to"] == BOB)["notice"] is None


def test_when_the_last_one_goes_the_source_is_told(api: Api) -> None:
    an_operator(api, "ann")
    handoff = waiting(api)
    assert handoff["notice"] is None
    revised(api, "ann", presence="offline")
    assert once(api, handoff, lambda found: found["notice"] is not None)["notice"]["policy"] == "wait"


def test_while_nobody_is_there_the_source_is_told_its_place(api: Api) -> None:
    an_operator(api, "ann", presence="away")
    waiting(api)
    handoff = waiting(api)
    assert (handoff["notice"]["policy"], handoff["notice"]["position"]) == ("wait", 2)
    assert len(events_of(api, handoff, "nobody_there")) == 1


def test_an_operator_without_room_is_not_there(api: Api) -> None:
    an_operator(api, "ann", capacity=1)
    claim(api, waiting(api), ANN)
    assert waiting(api)["notice"]["policy"] == "wait"


def test_out_of_office_hours_a_callback_is_promised(api: Api) -> None:
    a_queue(api, nobody_there="callback", office_hours=closed_all_year())
    an_operator(api, "ann")
    notice = waiting(api)["notice"]
    assert notice["policy"] == "callback"
    assert notice["opens_at"].endswith("12:00:00Z")
    assert "come back to you" in notice["message"]


def test_while_nobody_is_there_work_goes_one_level_up(api: Api) -> None:
    a_queue(api, nobody_there="next_level", levels=[{"wait_seconds": 600}, {"wait_seconds": 600, "to": "queue:leads"}])
    handoff = waiting(api)
    assert (handoff["to"], handoff["level"]) == ("queue:leads", 3)
    assert handoff["notice"]["policy"] == "next_level"


def test_queues_that_send_work_to_each_other_while_nobody_is_there_come_to_an_end(api: Api) -> None:
    a_queue(api, nobody_there="next_level", levels=[{"wait_seconds": 600, "to": "queue:leads"}])
    a_queue(api, "leads", nobody_there="next_level", levels=[{"wait_seconds": 600, "to": "queue:billing"}])
    assert waiting(api)["state"] == "ready"


def test_while_nobody_is_there_work_goes_back_to_its_source_which_is_told(api: Api) -> None:
    a_queue(api, nobody_there="back_to_source")
    handoff = waiting(api)
    assert (handoff["to"], handoff["redirected_from"]) == ("tier1-bot", "queue:billing")
    assert handoff["notice"]["message"] == "Nobody is free right now. tier1-bot goes on for now."
    assert accept(api, handoff, "tier1-bot")["session"]["agent"] == "tier1-bot"


def test_a_handoff_says_how_its_wait_stands(api: Api) -> None:
    an_operator(api, "ann")
    first = waiting(api)
    second = written(api, requested(api, urgency="low"))
    standing = get(api, f"handoffs/{second['id']}/standing")
    assert (standing["position"], standing["operators_available"], standing["is_open"]) == (2, 1, True)
    accept(api, first)
    standing = get(api, f"handoffs/{second['id']}/standing")
    assert standing["position"] == 1
    assert standing["estimated_seconds"] > 0
