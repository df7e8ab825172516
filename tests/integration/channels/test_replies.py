"""A person's reply is a message on its way: nobody says more of it than its channel reported, and none is lost."""

import json

import psycopg
import pytest

from tests.builders.channels import write
from tests.builders.console import signed_in, text_of
from tests.builders.handoffs import accepted, act, read, refused
from tests.builders.receivers import receiving
from tests.builders.requests import Json, get, patch, post
from tests.builders.sessions import a_session
from tests.builders.waits import eventually
from tests.conftest import Api
from warmline_local.servers import EmbeddedPostgres

pytestmark = pytest.mark.usefixtures("worker")

SAID = "A new lamp is on its way."


def replied(api: Api, text: str = SAID) -> Json:
    handoff, token = accepted(api)
    return act(api, handoff, "reply", 201, token=token, content=text)


def report(api: Api, reply: Json, state: str, **changes: str) -> Json:
    return post(api, f"chains/{reply['chain_id']}/messages/{reply['id']}/delivery", {"state": state, **changes})


def happened(api: Api, type: str) -> list[Json]:
    return [one for one in get(api, "events", limit=200)["items"] if one["type"] == type]


def overdue(postgres: EmbeddedPostgres, reply: Json) -> None:
    with psycopg.connect(postgres.url) as connection:
        connection.execute("UPDATE replies SET alarm_at = now() WHERE memory_id = %s", [reply["id"]])


def test_a_reply_is_saved_until_its_channel_says_more(api: Api) -> None:
    reply = replied(api)
    assert (reply["state"], reply["late"], reply["content"]) == ("saved", False, SAID)
    assert [report(api, reply, state)["state"] for state in ("sent", "delivered", "read")] == [
        "sent",
        "delivered",
        "read",
    ]


def test_reports_come_twice_and_out_of_order(api: Api) -> None:
    reply = replied(api)
    states = [report(api, reply, state)["state"] for state in ("delivered", "sent", "delivered", "failed")]
    assert states == ["delivered"] * 4
    assert len(happened(api, "message.delivery")) == 1


def test_a_failure_says_why_and_is_over_when_the_channel_delivers_it_all_the_same(api: Api) -> None:
    reply = replied(api)
    assert report(api, reply, "failed", problem="The number is not in use")["problem"] == "The number is not in use"
    assert report(api, reply, "delivered")["problem"] is None


def test_whoever_delivers_hears_of_it_and_a_webhook_that_wants_it_gets_the_words(api: Api) -> None:
    with receiving() as receiver:
        post(api, "webhooks", {"url": receiver.url, "types": ["message.created"], "with_deeds": True}, 201)
        reply = replied(api)
        [(_, body)] = receiver.wait(1)
    message = json.loads(body)
    assert message["reply"]["content"] == SAID
    assert message["data"]["facts"]["message_id"] == reply["id"]


def test_a_webhook_that_does_not_want_words_gets_none(api: Api) -> None:
    with receiving() as receiver:
        post(api, "webhooks", {"url": receiver.url, "types": ["message.created"]}, 201)
        replied(api)
        [(_, body)] = receiver.wait(1)
    assert SAID not in body.decode()


def test_the_same_words_twice_are_two_messages(api: Api) -> None:
    handoff, token = accepted(api)
    said = [act(api, handoff, "reply", 201, token=token, content="Yes.")["id"] for _ in range(2)]
    assert len(set(said)) == 2
    assert len(happened(api, "message.created")) == 2


def test_the_first_reply_counts_as_one(api: Api) -> None:
    handoff, token = accepted(api)
    act(api, handoff, "reply", 201, token=token, content=SAID)
    assert read(api, handoff)["first_reply_at"]


def test_only_who_holds_it_replies(api: Api) -> None:
    handoff, token = accepted(api)
    assert refused(api, handoff, "reply", token=token + 1, content=SAID) == "stale-token"
    act(api, handoff, "resolve", token=token, note="Done")
    assert refused(api, handoff, "reply", token=token, content=SAID) == "handoff-state"


def test_a_reply_that_nobody_delivers_in_time_is_an_alarm_once(api: Api, postgres: EmbeddedPostgres) -> None:
    reply = replied(api)
    overdue(postgres, reply)
    eventually(lambda: happened(api, "message.undelivered"))
    assert report(api, reply, "sent")["late"]
    assert len(happened(api, "message.undelivered")) == 1


def test_what_was_delivered_is_no_alarm(api: Api, postgres: EmbeddedPostgres) -> None:
    reply = replied(api)
    report(api, reply, "delivered")
    with psycopg.connect(postgres.url) as connection:
        found = connection.execute("SELECT alarm_at FROM replies WHERE memory_id = %s", [reply["id"]]).fetchone()
    assert found == (None,)


def test_a_tenant_without_channels_has_no_alarms(api: Api, postgres: EmbeddedPostgres) -> None:
    patch(api, "preferences", {"delivery_seconds": 0})
    reply = replied(api)
    with psycopg.connect(postgres.url) as connection:
        found = connection.execute("SELECT alarm_at FROM replies WHERE memory_id = %s", [reply["id"]]).fetchone()
    assert found == (None,)


@pytest.mark.parametrize("known", ["reported", "ours"])
def test_a_reply_that_its_channel_brings_back_is_not_kept_again(api: Api, known: str) -> None:
    reply = replied(api)
    report(api, reply, "sent", external_id="chat-55")
    back = "chat-55" if known == "reported" else reply["id"]
    found = write(api, reply["chain_id"], SAID, agent="human:ann", external_id=back)
    assert (found["repeated"], found["id"]) == (True, reply["id"])


def test_the_console_says_what_is_known_and_no_more(api: Api, postgres: EmbeddedPostgres) -> None:
    ann = signed_in(api)
    reply = replied(api)
    page = f"/conversations/{reply['session_id']}"
    assert "saved" in text_of(ann.page(page))
    assert "delivered" not in text_of(ann.page(page)).partition(SAID)[0].rpartition("human:ann")[2]
    overdue(postgres, reply)
    eventually(lambda: "No channel has delivered it." in text_of(ann.page(page)))
    report(api, reply, "failed", problem="The number is not in use")
    assert "The number is not in use" in text_of(ann.page(page))
    report(api, reply, "delivered")
    assert "No channel has delivered it." not in text_of(ann.page(page))


def test_the_reply_of_another_chain_is_not_there(api: Api) -> None:
    reply, other = replied(api), replied(api)
    post(api, f"chains/{other['chain_id']}/messages/{reply['id']}/delivery", {"state": "sent"}, 404)


def test_forgetting_a_reply_forgets_how_far_it_got(api: Api, postgres: EmbeddedPostgres) -> None:
    reply = replied(api)
    api.http.delete(f"/v1/memories/{reply['id']}").raise_for_status()
    with psycopg.connect(postgres.url) as connection:
        found = connection.execute("SELECT count(*) FROM replies WHERE memory_id = %s", [reply["id"]]).fetchone()
    assert found == (0,)


def test_a_report_after_the_message_came_back_is_taken_all_the_same(api: Api) -> None:
    reply = replied(api)
    write(api, reply["chain_id"], SAID, agent="human:ann", external_id="chat-56")
    assert report(api, reply, "delivered", external_id="chat-56")["state"] == "delivered"


def bot_says(api: Api, chain: str, text: str = "It is on its way.", status: int = 201, **changes: str) -> Json:
    return write(api, chain, text, status, **{"agent": "tier1-bot", "deliver": True, **changes})


def test_a_bots_answer_that_its_channel_delivers_is_a_reply_like_a_persons(api: Api) -> None:
    chain = a_session(api)
    said = bot_says(api, chain)
    [event] = happened(api, "message.created")
    assert (event["actor"], event["facts"]["message_id"]) == ("tier1-bot", said["id"])
    assert report(api, said, "delivered")["state"] == "delivered"
    assert happened(api, "message.received") == []


def test_a_bots_answer_that_is_sent_twice_is_said_once(api: Api) -> None:
    chain = a_session(api)
    assert [bot_says(api, chain, external_id="a-1")["repeated"] for _ in range(2)] == [False, True]
    assert len(happened(api, "message.created")) == 1


def test_a_bot_cannot_answer_once_a_person_speaks(api: Api) -> None:
    chain = a_session(api)
    write(api, chain, "Ana here.", agent="human:ana")
    assert bot_says(api, chain, status=409)["type"].endswith("conversation-owned")
    post(api, f"chains/{chain}/give-back", {"agent": "human:ana"})
    bot_says(api, chain)


def test_a_bot_cannot_answer_once_somebody_has_accepted(api: Api) -> None:
    handoff, _ = accepted(api)
    assert "human:ann speaks" in bot_says(api, handoff["chain_id"], status=409)["detail"]
    assert happened(api, "message.created") == []


def test_what_is_to_be_delivered_has_a_speaker(api: Api) -> None:
    problem = post(
        api, f"chains/{a_session(api)}/messages", {"content": "Hi", "external_id": "1", "deliver": True}, 422
    )
    assert "`deliver` needs `agent`" in str(problem)
