"""A reply that was sent is corrected: the new words hold everywhere, what was sent stays on record, and channels hear
which message it was."""

import json

import psycopg
import pytest

from tests.builders.channels import write
from tests.builders.handoffs import accepted, act, problem, read, refused, written
from tests.builders.receivers import receiving
from tests.builders.requests import Json, get, post
from tests.builders.sessions import a_session
from tests.conftest import Api
from warmline_local.servers import EmbeddedPostgres

pytestmark = pytest.mark.usefixtures("worker")

SAID = "We refund you $700 by Friday."
RIGHT = "We refund you $70 by Friday."
RIGHTER = "We refund you $70 by Monday."


def replied(api: Api, text: str = SAID) -> tuple[Json, int, Json]:
    handoff, token = accepted(api)
    return handoff, token, act(api, handoff, "reply", 201, token=token, content=text)


def corrected(api: Api, handoff: Json, token: int, reply: Json, text: str = RIGHT) -> Json:
    return act(api, handoff, "reply", 201, token=token, content=text, corrects=reply["id"])


def memory(api: Api, message_id: str) -> Json:
    return get(api, f"memories/{message_id}")


def test_a_correction_is_a_message_of_its_own_that_names_what_it_corrects(api: Api) -> None:
    handoff, token, reply = replied(api)
    anew = corrected(api, handoff, token, reply)
    assert (anew["corrects"], anew["content"], anew["state"]) == (reply["id"], RIGHT, "saved")
    assert anew["lead"] == "Correction of an earlier message:"
    assert memory(api, reply["id"])["content"] == SAID
    assert memory(api, reply["id"])["superseded_by"] == anew["id"]


def test_the_lead_is_in_the_language_of_the_customer(api: Api) -> None:
    handoff, token, reply = replied(api)
    write(api, reply["chain_id"], "¿Y mi dinero?", metadata={"language": "es-MX"})
    assert corrected(api, handoff, token, reply)["lead"] == "Corrección de un mensaje anterior:"


def test_channels_hear_which_message_it_corrects_and_get_the_new_words(api: Api) -> None:
    with receiving() as receiver:
        post(api, "webhooks", {"url": receiver.url, "types": ["message.created"], "with_deeds": True}, 201)
        handoff, token, reply = replied(api)
        corrected(api, handoff, token, reply)
        told = [json.loads(body) for _, body in receiver.wait(2)]
    assert [one["data"]["facts"].get("corrects") for one in told] == [None, reply["id"]]
    assert (told[1]["reply"]["content"], told[1]["reply"]["corrects"]) == (RIGHT, reply["id"])


def test_what_was_corrected_is_corrected_again_only_in_its_newest_words(api: Api) -> None:
    handoff, token, reply = replied(api)
    anew = corrected(api, handoff, token, reply)
    ask = {"token": token, "content": RIGHTER, "corrects": reply["id"]}
    assert "corrected or withdrawn before" in problem(api, handoff, "reply", **ask)["detail"]
    newest = corrected(api, handoff, token, anew, RIGHTER)
    assert {memory(api, one["id"])["superseded_by"] for one in (reply, anew)} == {newest["id"]}


def test_briefs_have_the_corrected_words_alone(api: Api) -> None:
    handoff, token, reply = replied(api)
    corrected(api, handoff, token, reply)
    onward = written(api, act(api, handoff, "transfer", token=token, to="queue:fraud", reason="The card is not theirs"))
    assert "$70 by Friday" in onward["brief"]["text"]
    assert "$700" not in onward["brief"]["text"]


def test_a_recall_says_which_words_hold(api: Api) -> None:
    handoff, token, reply = replied(api)
    anew = corrected(api, handoff, token, reply)
    ask = {"namespace": handoff["namespace"], "query": "what do we refund by Friday?"}
    found = [one["memory"] for one in post(api, "recall", ask)["results"]]
    assert next(one["superseded_by"] for one in found if one["content"] == SAID) == anew["id"]
    alone = post(api, "recall", {**ask, "include_superseded": False})["results"]
    assert SAID not in [one["memory"]["content"] for one in alone]


def test_only_ones_own_replies_in_ones_own_case_are_corrected(api: Api) -> None:
    handoff, token, reply = replied(api)
    of_bot = write(api, a_session(api), "Hello!", agent="tier1-bot", deliver=True)
    _, _, of_another_case = replied(api)
    for message in (of_bot["id"], of_another_case["id"]):
        post(api, f"handoffs/{handoff['id']}/reply", {"token": token, "content": RIGHT, "corrects": message}, 404)
    act(api, handoff, "resolve", token=token, note="Done")
    assert refused(api, handoff, "reply", token=token, content=RIGHT, corrects=reply["id"]) == "handoff-state"


@pytest.mark.parametrize("changes", [{}, {"content": RIGHT, "attachments": ["01978f6e-7c1a-7000-8000-000000000001"]}])
def test_a_correction_is_words_and_nothing_else(api: Api, changes: Json) -> None:
    handoff, token, reply = replied(api)
    ask = {"token": token, "corrects": reply["id"], **changes}
    post(api, f"handoffs/{handoff['id']}/reply", ask, 422)


def test_what_is_corrected_before_it_was_delivered_is_no_alarm_and_its_correction_can_be(
    api: Api, postgres: EmbeddedPostgres
) -> None:
    handoff, token, reply = replied(api)
    anew = corrected(api, handoff, token, reply)
    with psycopg.connect(postgres.url) as connection:
        asked = "SELECT memory_id::text, alarm_at IS NOT NULL FROM replies WHERE memory_id = ANY(%s::uuid[])"
        alarms = dict(connection.execute(asked, [[reply["id"], anew["id"]]]).fetchall())
    assert alarms == {reply["id"]: False, anew["id"]: True}


def test_who_corrected_what_stands_in_the_audit(api: Api) -> None:
    handoff, token, reply = replied(api)
    anew = corrected(api, handoff, token, reply)
    [entry] = [one for one in get(api, "audit")["items"] if one["verb"] == "correct-reply"]
    assert (entry["details"]["message_id"], entry["details"]["by_message_id"]) == (reply["id"], anew["id"])


def test_a_correction_under_the_same_key_is_said_once(api: Api) -> None:
    handoff, token, reply = replied(api)
    ask = {"token": token, "content": RIGHT, "corrects": reply["id"]}
    path, headers = f"/v1/handoffs/{handoff['id']}/reply", {"Idempotency-Key": f"correct-{reply['id']}"}
    said = [api.http.post(path, json=ask, headers=headers) for _ in range(2)]
    assert [one.status_code for one in said] == [201, 201]
    assert said[0].json()["id"] == said[1].json()["id"]


def withdrawn(api: Api, handoff: Json, token: int, reply: Json, status: int = 201) -> Json:
    return act(api, handoff, "reply", status, token=token, withdraws=reply["id"])


def test_a_reply_that_no_channel_has_is_withdrawn_and_the_record_keeps_it(api: Api) -> None:
    handoff, token, reply = replied(api)
    assert withdrawn(api, handoff, token, reply)["withdrawn"]
    kept = memory(api, reply["id"])
    assert kept["content"] == SAID
    assert kept["metadata"]["withdrawn"]
    [told] = get(api, "events", types="message.delivery")["items"]
    assert (told["actor"], told["facts"]["delivery"]) == ("human:ann", "withdrawn")
    assert [one["verb"] for one in get(api, "audit")["items"]].count("withdraw-reply") == 1


@pytest.mark.parametrize("state", ["sent", "delivered", "read"])
def test_what_a_channel_has_is_not_withdrawn_any_more(api: Api, state: str) -> None:
    handoff, token, reply = replied(api)
    post(api, f"chains/{reply['chain_id']}/messages/{reply['id']}/delivery", {"state": state})
    assert "a channel has it" in problem(api, handoff, "reply", token=token, withdraws=reply["id"])["detail"]


def test_that_a_channel_had_it_all_the_same_is_told(api: Api) -> None:
    handoff, token, reply = replied(api)
    withdrawn(api, handoff, token, reply)
    report = post(api, f"chains/{reply['chain_id']}/messages/{reply['id']}/delivery", {"state": "delivered"})
    assert (report["state"], report["withdrawn"]) == ("delivered", True)


def test_no_brief_tells_what_was_withdrawn_nor_that_it_was(api: Api) -> None:
    handoff, token, reply = replied(api)
    act(api, handoff, "reply", 201, token=token, content="We look into it.")
    withdrawn(api, handoff, token, reply)
    onward = written(api, act(api, handoff, "transfer", token=token, to="queue:fraud", reason="The card is not theirs"))
    assert "$700" not in onward["brief"]["text"]
    assert "withdrawn" not in onward["brief"]["text"]


def test_who_withdrew_their_only_reply_has_not_replied(api: Api) -> None:
    handoff, token, reply = replied(api)
    withdrawn(api, handoff, token, reply)
    assert read(api, handoff)["first_reply_at"] is None
    act(api, handoff, "reply", 201, token=token, content=RIGHT)
    assert read(api, handoff)["first_reply_at"]


def test_what_was_withdrawn_is_neither_corrected_nor_withdrawn_again(api: Api) -> None:
    handoff, token, reply = replied(api)
    withdrawn(api, handoff, token, reply)
    for again in ({"withdraws": reply["id"]}, {"corrects": reply["id"], "content": RIGHT}):
        assert "withdrawn before" in problem(api, handoff, "reply", token=token, **again)["detail"]
