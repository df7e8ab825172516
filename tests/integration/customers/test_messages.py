"""What a channel brings of a customer lands in their case, or begins one, without anybody knowing the chain."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.builders.customers import a_customer, say
from tests.builders.handoffs import ANN, accept, act, read, waiting
from tests.builders.keys import with_a_key
from tests.builders.requests import get, post
from tests.builders.sessions import a_session, session_of
from tests.conftest import Api

pytestmark = pytest.mark.usefixtures("worker")

SAID = "My parcel came with a broken lid"


def test_the_first_message_begins_a_case_with_the_bot_that_the_channel_names(api: Api) -> None:
    customer = a_customer(api, time_zone="Asia/Kolkata")
    received = say(api, customer, SAID)
    assert (received["reached"], received["speaker"], received["repeated"]) == ("speaker", "tier1-bot", False)
    session = session_of(api, received["chain_id"])
    assert (session["namespace"], session["metadata"]) == (customer["namespace"], {"time_zone": "Asia/Kolkata"})


def test_with_whom_a_case_begins_must_be_said_where_there_is_none(api: Api) -> None:
    customer = a_customer(api)
    refused = say(api, customer, SAID, 422, bot=None)
    assert refused["errors"][0]["field"] == "body.bot"
    say(api, customer, SAID)
    assert say(api, customer, "Hello?", bot=None)["speaker"] == "tier1-bot"


def test_what_is_written_next_lands_in_the_same_case(api: Api) -> None:
    customer = a_customer(api)
    first, second = say(api, customer, SAID), say(api, customer, "Hello?", bot="another-bot")
    assert (second["chain_id"], second["speaker"]) == (first["chain_id"], "tier1-bot")


def test_the_case_that_goes_on_is_taken_before_a_newer_one_that_has_ended(api: Api) -> None:
    customer = a_customer(api)
    handoff = waiting(api, a_session(api, namespace=customer["namespace"]), mode="cold")
    ended = a_session(api, namespace=customer["namespace"])
    post(api, f"sessions/{ended}/end")
    received = say(api, customer, SAID)
    assert (received["reached"], received["chain_id"]) == ("waiting", handoff["chain_id"])


def test_where_all_cases_have_ended_the_newest_is_opened_again(api: Api) -> None:
    customer = a_customer(api)
    for _ in range(2):
        newest = a_session(api, namespace=customer["namespace"])
        post(api, f"sessions/{newest}/end")
    received = say(api, customer, SAID)
    assert (received["reached"], received["chain_id"]) == ("reopened", newest)


def test_what_comes_again_is_kept_once_though_a_newer_case_has_begun(api: Api) -> None:
    customer = a_customer(api)
    first = say(api, customer, SAID, external_id="m-1")
    a_session(api, namespace=customer["namespace"])
    again = say(api, customer, SAID, external_id="m-1")
    assert (again["repeated"], again["chain_id"]) == (True, first["chain_id"])


def test_a_persons_words_in_another_channel_reach_the_case_by_the_customer_too(api: Api) -> None:
    customer = a_customer(api)
    chain = say(api, customer, SAID)["chain_id"]
    assert say(api, customer, "Ann here.", agent=ANN)["speaker"] == ANN
    assert not get(api, f"chains/{chain}/owner", agent="tier1-bot")["may_reply"]


def test_whoever_holds_the_case_has_what_the_customer_writes(api: Api) -> None:
    customer = a_customer(api)
    session = say(api, customer, SAID)["session_id"]
    handoff = waiting(api, session)
    warm = accept(api, handoff)
    assert say(api, customer, "Hello?")["session_id"] == warm["session"]["id"]
    act(api, handoff, "resolve", token=warm["claim"]["token"], note="Sent a new lid")
    assert read(api, handoff)["closed_as"] == "resolved"
    assert say(api, customer, "It is broken, too")["reached"] == "reopened"


def test_many_first_messages_at_once_begin_one_case(api: Api) -> None:
    customer = a_customer(api)
    with ThreadPoolExecutor(4) as pool:
        received = list(pool.map(lambda number: say(api, customer, f"Number {number}."), range(8)))
    assert len({one["chain_id"] for one in received}) == 1
    assert len({one["id"] for one in received}) == 8


def test_a_bots_key_begins_no_case_as_another_agent(api: Api) -> None:
    customer = a_customer(api)
    bot = with_a_key(api, agents=["ours-*"])
    assert say(bot, customer, SAID, 403)["missing"] == "agent:tier1-bot"
    assert say(bot, customer, SAID, bot="ours-bot")["speaker"] == "ours-bot"
