"""Never two speakers: a person who answers in whatever channel speaks, and the bot is silent until it is given back."""

import psycopg
import pytest

from tests.builders.channels import write
from tests.builders.handoffs import ANN, BOB, accept, accepted, act, claim, waiting
from tests.builders.requests import Json, get, patch, post
from tests.builders.sessions import a_session
from tests.conftest import Api
from warmline_local.servers import EmbeddedPostgres

pytestmark = pytest.mark.usefixtures("worker")

HERE = "Ana here. I have asked the warehouse to look."


def may(api: Api, chain: str, agent: str = "tier1-bot") -> bool:
    return bool(get(api, f"chains/{chain}/owner", agent=agent)["may_reply"])


def owner(api: Api, chain: str) -> Json:
    return get(api, f"chains/{chain}/owner")


def speaking_ended(postgres: EmbeddedPostgres, chain: str) -> None:
    with psycopg.connect(postgres.url) as connection:
        connection.execute("UPDATE sessions SET speaks_until = now() WHERE id = %s", [chain])


def test_a_person_who_answers_in_another_channel_speaks_and_the_bot_does_not(api: Api) -> None:
    chain = a_session(api)
    write(api, chain, HERE, agent="human:ana")
    assert (may(api, chain), may(api, chain, "human:ana"), may(api, chain, BOB)) == (False, True, False)
    assert not get(api, f"chains/{chain}/owner", session_id=chain)["may_reply"]
    assert owner(api, chain)["agent"] == "human:ana"
    assert "human:ana answered the customer" in owner(api, chain)["why"]


def test_the_bot_speaks_again_once_it_is_given_back_and_reads_what_it_should_do(api: Api) -> None:
    chain = a_session(api)
    write(api, chain, HERE, agent="human:ana")
    given = {"agent": "human:ana", "instruction": "Ask for the order number"}
    assert post(api, f"chains/{chain}/give-back", given)["agent"] == "tier1-bot"
    assert may(api, chain)
    newest = get(api, "memories", session_id=chain)["items"][0]
    assert (newest["kind"], newest["content"], newest["agent"]) == ("instruction", given["instruction"], "human:ana")


def test_the_bot_speaks_again_after_a_quiet_time(api: Api, postgres: EmbeddedPostgres) -> None:
    chain = a_session(api)
    write(api, chain, HERE, agent="human:ana")
    speaking_ended(postgres, chain)
    assert may(api, chain)


def test_without_a_quiet_time_a_person_speaks_until_it_is_given_back(api: Api, postgres: EmbeddedPostgres) -> None:
    patch(api, "preferences", {"quiet_minutes": 0})
    chain = a_session(api)
    write(api, chain, HERE, agent="human:ana")
    assert "from now on" in owner(api, chain)["why"]


def test_what_the_customer_writes_meanwhile_changes_nothing_of_who_speaks(api: Api) -> None:
    chain = a_session(api)
    write(api, chain, HERE, agent="human:ana")
    assert write(api, chain, "Thank you, Ana")["speaker"] == "human:ana"
    assert not may(api, chain)


def test_a_bots_own_message_that_comes_back_from_the_channel_changes_nothing_of_who_speaks(api: Api) -> None:
    chain = a_session(api)
    write(api, chain, "I am looking into it.", agent="tier1-bot")
    assert may(api, chain)


def test_the_bots_next_brief_has_what_the_person_said(api: Api) -> None:
    chain = a_session(api)
    write(api, chain, "I refund the $100 to your card by Friday.", agent="human:ana")
    warm = accept(api, waiting(api, chain, to="tier2-bot"), "tier2-bot")
    assert "I refund the $100 to your card by Friday." in warm["prompt"]


def test_whoever_accepts_speaks_from_then_on(api: Api) -> None:
    chain = a_session(api)
    write(api, chain, HERE, agent="human:ana")
    accept(api, waiting(api, chain), BOB)
    assert (may(api, chain, BOB), may(api, chain, "human:ana")) == (True, False)


def test_once_a_person_gives_the_work_back_the_bot_speaks(api: Api) -> None:
    handoff, token = accepted(api)
    write(api, handoff["chain_id"], HERE, agent=ANN)
    back = get(api, f"handoffs/{act(api, handoff, 'return', token=token, instruction='Go on')['id']}", wait=20)
    accept(api, back, "tier1-bot")
    assert may(api, handoff["chain_id"])


def test_what_a_person_has_taken_over_goes_back_to_the_agent_that_spoke_last(api: Api) -> None:
    first, _ = accepted(api, to=ANN)
    chain = first["chain_id"]
    accept(api, waiting(api, owner(api, chain)["session_id"], to=BOB), BOB)
    given = {"agent": BOB, "instruction": "Ask for the order number"}
    now = post(api, f"chains/{chain}/give-back", given)
    # Given back twice it goes back once.
    assert post(api, f"chains/{chain}/give-back", given)["waiting_handoff_id"] == now["waiting_handoff_id"]
    back = get(api, f"handoffs/{now['waiting_handoff_id']}", wait=20)
    assert (back["to"], back["goal"], back["source_agent"]) == ("tier1-bot", given["instruction"], BOB)
    accept(api, back, "tier1-bot")
    assert may(api, chain)
    closed = get(api, "handoffs", chain_id=chain)["items"][1]
    assert (closed["holder"], closed["closed_as"]) == (BOB, "returned")


def test_nobody_gives_back_what_somebody_else_has_taken_over(api: Api) -> None:
    handoff, _ = accepted(api)
    now = post(api, f"chains/{handoff['chain_id']}/give-back", {"agent": BOB})
    assert (now["agent"], now["waiting_handoff_id"]) == (ANN, None)


def test_what_is_told_late_was_said_before_the_work_came_back_and_takes_nothing_over(api: Api) -> None:
    handoff, token = accepted(api)
    said_at = get(api, f"handoffs/{handoff['id']}")["accepted_at"]
    back = get(api, f"handoffs/{act(api, handoff, 'return', token=token, instruction='Go on')['id']}", wait=20)
    accept(api, back, "tier1-bot")
    write(api, handoff["chain_id"], HERE, agent=ANN, event_time=said_at)
    assert may(api, handoff["chain_id"])
    write(api, handoff["chain_id"], "Keep the receipt.", agent=ANN)
    assert may(api, handoff["chain_id"], ANN)


def test_what_is_told_late_was_said_before_what_was_reserved_came_back_and_takes_nothing_over(api: Api) -> None:
    handoff = waiting(api, mode="warm")
    chain, said_at = handoff["chain_id"], handoff["ready_at"]
    act(api, handoff, "return", token=claim(api, handoff), instruction="Ask for the order number")
    write(api, chain, HERE, agent=ANN, event_time=said_at)
    assert may(api, chain)
    write(api, chain, "Keep the receipt.", agent=ANN)
    assert may(api, chain, ANN)


def test_what_is_told_late_was_said_before_its_speaker_gave_it_back_and_takes_nothing_over(api: Api) -> None:
    chain = a_session(api)
    said_at = get(api, f"memories/{write(api, chain, HERE, agent='human:ana')['id']}")["event_time"]
    post(api, f"chains/{chain}/give-back", {"agent": "human:ana"})
    write(api, chain, "It is on its way.", agent="human:ana", event_time=said_at)
    assert may(api, chain)


def test_what_a_person_said_before_they_gave_it_back_takes_nothing_over(api: Api) -> None:
    chain = a_session(api)
    write(api, chain, HERE, agent="human:ana", takes_over=False)
    assert may(api, chain)


def test_an_answer_from_another_channel_is_the_first_reply_of_whoever_holds_it(api: Api) -> None:
    handoff, _ = accepted(api)
    write(api, handoff["chain_id"], HERE, agent=ANN)
    assert get(api, f"handoffs/{handoff['id']}")["first_reply_at"]


def test_that_the_speaker_changed_is_an_event_once_a_stretch(api: Api) -> None:
    chain = a_session(api)
    for text in (HERE, "It is on its way."):
        write(api, chain, text, agent="human:ana")
    post(api, f"chains/{chain}/give-back", {"agent": "human:ana"})
    events = get(api, "events", chain_id=chain)["items"]
    said = [one["facts"]["speaker"] for one in events if one["type"] == "speaker.changed"]
    assert said == ["human:ana", "tier1-bot"]


def test_what_a_person_says_after_the_end_is_kept_and_opens_nothing(api: Api) -> None:
    handoff, token = accepted(api)
    act(api, handoff, "resolve", token=token, note="Done")
    found = write(api, handoff["chain_id"], "One more thing: keep the receipt.", agent=ANN)
    assert (found["reached"], found["handoff_id"]) == ("nobody", None)
