"""A conversation in the web chat: with the bot, with a person, back to the bot, after a restart and after the end."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from uuid import UUID

import pytest

from tests.builders.operators import an_operator
from tests.builders.requests import Json, get
from tests.builders.waits import eventually
from tests.builders.web_chat import PATIENCE, Visitor, a_web_chat
from tests.conftest import Api
from warmline import Warmline
from warmline.web_chat import Chat, HandOver
from warmline_schemas.handoffs import HandoffState

pytestmark = pytest.mark.usefixtures("worker")

ASKS = "I am an assistant"
GETS_A_PERSON = "I am getting a person"
HERE = "Ann here. A new lamp is on its way."
LATER = "Ann here. A new lamp comes on Monday."


@pytest.fixture
def chat(api: Api) -> Iterator[str]:
    """The service, with the small bot."""
    an_operator(api, display_name="Ann Becker")
    with a_web_chat(api) as url:
        yield url


def wants_a_person(chat: str) -> Visitor:
    visitor = Visitor(chat)
    visitor.write("My lamp LAMP-77 is broken")
    visitor.read_until(ASKS)
    visitor.write("I want a person, please")
    return visitor.read_until(GETS_A_PERSON, waiting=True)


def accepted(client: Warmline, agent: str = "human:ann") -> Json:
    """What a person holds who has taken over what waits: the handoff's id, and the token."""
    handoff = eventually(lambda: next(client.handoffs.list(state=HandoffState.READY, to="queue:billing"), None))
    assert handoff is not None
    warm = client.accept(handoff.id, agent=agent)
    return {"id": handoff.id, "token": warm.token, "prompt": warm.prompt}


def replied(client: Warmline, held: Json, text: str = HERE) -> UUID:
    return client.handoffs.reply(held["id"], token=held["token"], content=text).id


def state_of(api: Api, message: UUID) -> str | None:
    """How far a reply got, as its events tell."""
    events = get(api, "events", types="message.delivery", limit=200)["items"]
    found = [one["facts"]["delivery"] for one in events if one["facts"]["message_id"] == str(message)]
    return found[-1] if found else None


def test_the_bot_answers_once_and_gets_a_person(chat: str, client: Warmline) -> None:
    visitor = wants_a_person(chat)
    assert [who for who, _ in visitor.said] == ["visitor", "bot", "visitor", "bot"]
    assert "LAMP-77" in accepted(client)["prompt"]


def test_a_visitor_is_a_customer_whom_operators_tell_from_others(chat: str, client: Warmline) -> None:
    visitor = Visitor(chat)
    visitor.write("Guten Tag")
    visitor.read_until(ASKS)
    (known,) = client.customers.list()
    visitor_id = visitor.token.partition(".")[0]
    assert (known.namespace, known.display_name) == (f"chat/{visitor_id}", f"Visitor {visitor_id[-4:]}")
    assert [(one.channel, one.id) for one in known.ids] == [("web-chat", visitor_id)]


def test_while_the_bot_works_it_is_told_that_somebody_writes(chat: str) -> None:
    visitor = Visitor(chat)
    visitor.write("Hello")
    visitor.read_until(ASKS, typing=False)
    assert visitor.case["who"] == "bot"


def test_a_person_speaks_by_their_display_name_and_hears_how_far_it_got(api: Api, chat: str, client: Warmline) -> None:
    visitor = wants_a_person(chat)
    held = accepted(client)
    reply = replied(client, held)
    visitor.read_until(HERE, who="person", name="Ann Becker", waiting=False)
    assert visitor.messages[-1]["name"] == "Ann Becker"
    eventually(lambda: state_of(api, reply) == "sent")
    visitor.seen(visitor.messages[-1], "delivered")
    visitor.seen(visitor.messages[-1], "read")
    assert state_of(api, reply) == "read"


def test_a_reply_that_no_page_was_open_for_is_not_reported_as_sent_until_one_is(
    api: Api, chat: str, client: Warmline
) -> None:
    visitor = wants_a_person(chat)
    reply = replied(client, accepted(client))
    assert state_of(api, reply) is None
    visitor.read_until(HERE)
    eventually(lambda: state_of(api, reply) == "sent")


def corrected(client: Warmline, held: Json, reply: UUID, text: str) -> UUID:
    return client.handoffs.reply(held["id"], token=held["token"], content=text, corrects=reply).id


def test_a_page_that_is_open_is_told_what_a_correction_stands_in_the_place_of(
    api: Api, chat: str, client: Warmline
) -> None:
    visitor = wants_a_person(chat)
    held = accepted(client)
    reply = replied(client, held)
    visitor.read_until(HERE)
    anew = corrected(client, held, reply, LATER)
    visitor.read_until(LATER)
    told = visitor.messages[-1]
    assert (told["corrects"], told["at"]) == (str(reply), visitor.messages[-2]["at"])
    eventually(lambda: state_of(api, anew) == "sent")


def test_whoever_comes_back_reads_the_right_words_alone_where_the_wrong_ones_were(chat: str, client: Warmline) -> None:
    visitor = wants_a_person(chat)
    held = accepted(client)
    reply = replied(client, held)
    replied(client, held, "Anything else?")
    between = corrected(client, held, reply, "Ann here. Two lamps are on their way.")
    corrected(client, held, between, LATER)
    back = Visitor(chat, visitor.token).read_until(LATER)
    assert [text for who, text in back.said if who == "person"] == [LATER, "Anything else?"]


def test_what_was_withdrawn_before_the_visitor_came_back_is_not_there(chat: str, client: Warmline) -> None:
    visitor = wants_a_person(chat)
    held = accepted(client)
    reply = replied(client, held)
    client.handoffs.withdraw(held["id"], reply, token=held["token"])
    replied(client, held, LATER)
    assert HERE not in [text for _, text in visitor.read_until(LATER).said]
    assert HERE not in [text for _, text in Visitor(chat, visitor.token).read_until(LATER).said]


def test_the_bot_goes_on_when_a_person_gives_it_back(chat: str, client: Warmline) -> None:
    visitor = wants_a_person(chat)
    held = accepted(client)
    replied(client, held)
    visitor.read_until(HERE)
    client.handoffs.give_back(held["id"], token=held["token"], instruction="Ask whether all is well")
    visitor.read_until("I go on from here", who="bot", waiting=False)
    visitor.write("All is well")
    visitor.read_until("Thank you, I have noted it")
    assert [text for _, text in visitor.said].count(
        "I go on from here. Is there anything else? If you want a person again, just say so."
    ) == 1


def test_what_a_visitor_writes_while_it_is_given_back_is_answered(chat: str, client: Warmline) -> None:
    visitor = wants_a_person(chat)
    held = accepted(client)
    replied(client, held)
    visitor.read_until(HERE)
    client.handoffs.give_back(held["id"], token=held["token"], instruction="Go on")
    visitor.write("And when does it come?")
    visitor.read_until("And when does it come?", "Thank you, I have noted it", who="bot")


def test_after_the_end_the_case_goes_on_when_the_customer_writes_again(chat: str, client: Warmline) -> None:
    visitor = wants_a_person(chat)
    held = accepted(client)
    client.handoffs.resolve(held["id"], token=held["token"], note="A new lamp was sent")
    visitor.read_until(closed=True)
    visitor.write("It is broken, too")
    visitor.read_until("It is broken, too", waiting=True, closed=False)
    assert "A new lamp was sent" in accepted(client)["prompt"]


def test_a_restart_loses_nothing_and_the_visitor_is_known(api: Api, client: Warmline) -> None:
    an_operator(api)
    with a_web_chat(api) as url:
        before = wants_a_person(url)
        token = before.token
    replied(client, accepted(client))
    with a_web_chat(api) as url:
        after = Visitor(url, token).read_until(HERE, who="person")
    assert after.said == [*before.said, ("person", HERE)]


def test_what_was_given_back_while_the_service_was_down_is_taken_up(api: Api, client: Warmline) -> None:
    an_operator(api)
    with a_web_chat(api) as url:
        visitor = wants_a_person(url)
    held = accepted(client)
    back = client.handoffs.give_back(held["id"], token=held["token"], instruction="Go on")
    client.handoffs.wait(back.id)
    with a_web_chat(api):
        eventually(lambda: client.handoffs.get(back.id).state is HandoffState.ACCEPTED)
    with a_web_chat(api) as url:
        Visitor(url, visitor.token).read_until("I go on from here", who="bot")


def test_a_message_that_is_sent_twice_is_there_once_and_answered_once(chat: str) -> None:
    visitor = Visitor(chat)
    assert not visitor.write("Hello", id="the-same-id")["repeated"]
    assert visitor.write("Hello", id="the-same-id")["repeated"]
    visitor.read_until(ASKS)
    visitor.write("I need a person")
    visitor.read_until(GETS_A_PERSON)
    assert [who for who, _ in visitor.said] == ["visitor", "bot", "visitor", "bot"]
    assert visitor.messages[0]["written_as"] == "the-same-id"


def test_a_stream_is_taken_up_where_it_broke(chat: str) -> None:
    visitor = Visitor(chat)
    visitor.write("Hello")
    visitor.read_until(ASKS)
    after = Visitor(chat, visitor.token, visitor.last)
    visitor.write("LAMP-77 is broken")
    after.read_until("LAMP-77 is broken")
    assert ("visitor", "Hello") not in after.said


def test_two_first_messages_at_once_are_one_case(api: Api, chat: str, client: Warmline) -> None:
    visitor = Visitor(chat)
    with ThreadPoolExecutor(2) as both:
        list(both.map(visitor.write, ["Hello", "My lamp is broken"]))
    visitor.read_until("Hello", "My lamp is broken", ASKS)
    assert len({one.chain_id for one in client.sessions.list()}) == 1


def test_a_bot_of_ones_own_answers_hands_over_and_is_silent(api: Api, client: Warmline) -> None:
    asked: list[Chat] = []

    async def bot(chat: Chat) -> str | HandOver | None:
        asked.append(chat)
        if "refund" in chat.text:
            return HandOver(to="queue:billing", reason="A refund", goal="Refund it", say="One moment.")
        return None if "thanks" in chat.text else f"You wrote: {chat.text}"

    an_operator(api)
    with a_web_chat(api, bot, agent="shop-bot") as url:
        visitor = Visitor(url)
        visitor.write("hello", language="de-AT")
        visitor.read_until("You wrote: hello")
        visitor.write("thanks")
        eventually(lambda: len(asked) == 2)
        visitor.write("a refund, please")
        visitor.read_until("One moment.", waiting=True)
    assert (asked[0].language, asked[0].text, asked[-1].text) == ("de-AT", "hello", "thanks\na refund, please")
    assert [line.who for line in asked[-1].lines] == ["visitor", "bot", "visitor", "visitor"]
    [handoff] = client.handoffs.list()
    assert (handoff.source_agent, handoff.goal) == ("shop-bot", "Refund it")


def test_a_bot_that_fails_leaves_the_message_with_the_case(api: Api, client: Warmline) -> None:
    def bot(chat: Chat) -> str:
        raise ValueError("no such order")

    with a_web_chat(api, bot) as url:
        visitor = Visitor(url)
        visitor.write("hello")
        visitor.read_until("hello", typing=False)
    assert [one.content for one in client.memories.list(kind="message")] == ["hello"]


@pytest.mark.parametrize(
    ("kind", "bound", "name"), [("desk", None, "Ann Becker"), ("desk", ["chat/*"], None), ("bot", ["chat/*"], None)]
)
def test_a_key_that_is_bound_to_the_chats_bot_and_visitors_is_enough(
    api: Api, client: Warmline, kind: str, bound: list[str] | None, name: str | None
) -> None:
    an_operator(api, display_name="Ann Becker")
    made = client.keys.make("web-chat", kind=kind, agents=["web-chat-bot"], namespaces=bound)
    with a_web_chat(replace(api, key=made.secret)) as url:
        visitor = wants_a_person(url)
        held = accepted(client)
        reply = replied(client, held)
        visitor.read_until(HERE, who="person", name=name)
        eventually(lambda: state_of(api, reply) == "sent")
        client.handoffs.give_back(held["id"], token=held["token"], instruction="Go on")
        visitor.read_until("I go on from here", who="bot")


def test_what_the_bot_says_after_a_person_has_answered_is_not_said(api: Api, client: Warmline) -> None:
    asked, may_answer = threading.Event(), threading.Event()

    def bot(chat: Chat) -> str:
        asked.set()
        assert may_answer.wait(PATIENCE)
        return "I am the bot."

    an_operator(api)
    with a_web_chat(api, bot) as url:
        visitor = Visitor(url)
        visitor.write("My lamp is broken")
        assert asked.wait(PATIENCE)
        visitor.read_until("My lamp is broken", typing=True)
        [session] = client.sessions.list()
        client.chains.send(session.chain_id, HERE, external_id="phone-1", agent="human:ann")
        may_answer.set()
        visitor.read_until(HERE, typing=False, who="person")
    assert [who for who, _ in visitor.said] == ["visitor", "person"]
    assert len(list(client.memories.list(kind="message"))) == 2
