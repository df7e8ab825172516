"""Deeds: what a person did with a handoff wakes the agent that waits for it, and goes to webhooks that want it."""

import json
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from uuid import UUID

import pytest
from standardwebhooks import Webhook

from tests.builders.handoffs import accept, act, claim, requested, waiting
from tests.builders.memories import remember
from tests.builders.receivers import Receiver, receiving
from tests.builders.requests import Json, get, post
from tests.builders.sessions import a_session
from tests.builders.waits import eventually
from tests.builders.whole_words import says
from tests.conftest import Api
from warmline import TimedOut, Warmline
from warmline_schemas.claims import Deed

pytestmark = pytest.mark.usefixtures("worker")

Wait = Callable[..., "Future[Deed]"]


@pytest.fixture
def wait(client: Warmline) -> Iterator[Wait]:
    """Waits in a thread, as an agent does whose run is paused."""
    with ThreadPoolExecutor(4) as threads:
        yield lambda handoff, **more: threads.submit(
            client.handoffs.wait_for_person, handoff["id"], **{"timeout": 40.0, **more}
        )


def say(api: Api, warm: Json, text: str, role: str = "agent") -> None:
    remember(api, warm["session"]["id"], text, role=role)


def resolve(api: Api, warm: Json, note: str) -> None:
    act(api, warm["handoff"], "resolve", token=warm["claim"]["token"], note=note)


def test_a_persons_part_wakes_the_agent_that_waits_for_it(api: Api, wait: Wait) -> None:
    handoff = waiting(api)
    waited = wait(handoff)
    warm = accept(api, handoff, "human:ana")
    say(api, warm, "I am looking into order W1")
    say(api, warm, "Please hurry", role="user")
    say(api, warm, "Your $94 are on the way")
    assert not waited.done()
    resolve(api, warm, "Refunded $94 to the card")
    deed = waited.result()
    assert (deed.state, deed.is_over, deed.agent, deed.note) == (
        "resolved",
        True,
        "human:ana",
        "Refunded $94 to the card",
    )
    assert [one.content for one in deed.kept if one.kind == "message"] == [
        "I am looking into order W1",
        "Please hurry",
        "Your $94 are on the way",
    ]
    assert deed.text.splitlines() == [
        "human:ana resolved it: Refunded $94 to the card",
        "human:ana: I am looking into order W1",
        "customer: Please hurry",
        "human:ana: Your $94 are on the way",
    ]


def test_what_is_over_is_answered_at_once_and_always_the_same(api: Api, client: Warmline) -> None:
    warm = accept(api, waiting(api), "human:ana")
    resolve(api, warm, "Done")
    first, again = (client.handoffs.wait_for_person(warm["handoff"]["id"], timeout=60) for _ in range(2))
    assert first == again


def test_work_that_is_given_back_can_be_accepted_at_once(api: Api, client: Warmline, wait: Wait) -> None:
    handoff = waiting(api)
    waited = wait(handoff)
    warm = accept(api, handoff, "human:ana")
    act(api, warm["handoff"], "return", token=warm["claim"]["token"], instruction="Tell them the refund takes 3 days")
    deed = waited.result()
    assert (deed.state, deed.note) == ("returned", "Tell them the refund takes 3 days")
    assert deed.next_handoff_id is not None
    with client.accept(deed.next_handoff_id, agent="tier1-bot") as back:
        assert "Tell them the refund takes 3 days" in back.prompt


@pytest.mark.parametrize("mode", ["cold", "warm"])
def test_work_that_is_given_back_before_it_was_accepted_wakes_too(api: Api, wait: Wait, mode: str) -> None:
    handoff = waiting(api, mode=mode)
    waited = wait(handoff)
    token = claim(api, handoff, "human:ana")
    act(api, handoff, "return", token=token, instruction="Ask for the order number first")
    deed = waited.result()
    assert (deed.state, deed.agent, deed.note) == ("returned", "human:ana", "Ask for the order number first")
    # A warm source goes on by itself; a cold one has the handoff to accept.
    assert deed.next_handoff_id == (None if mode == "warm" else UUID(handoff["id"]))


def test_work_that_is_passed_on_is_followed_to_who_ends_it(api: Api, wait: Wait) -> None:
    handoff = waiting(api)
    waited = wait(handoff)
    warm = accept(api, handoff, "human:ana")
    say(api, warm, "Bob knows refunds")
    act(api, warm["handoff"], "transfer", token=warm["claim"]["token"], to="human:bob", reason="Knows refunds")
    onward = eventually(lambda: [one for one in get(api, "handoffs", state="ready")["items"]])[0]
    resolve(api, accept(api, onward, "human:bob"), "Refunded")
    deed = waited.result()
    assert (deed.state, deed.agent, deed.note, str(deed.current_handoff_id)) == (
        "resolved",
        "human:bob",
        "Refunded",
        onward["id"],
    )
    assert "Bob knows refunds" in [one.content for one in deed.kept]


def test_a_reply_is_waited_for_without_the_end(api: Api, wait: Wait) -> None:
    handoff = waiting(api)
    waited = wait(handoff, until="reply")
    warm = accept(api, handoff, "human:ana")
    say(api, warm, "I am here")
    deed = waited.result()
    assert (deed.state, deed.is_over, deed.note) == ("replied", False, None)
    assert [one.content for one in deed.kept] == ["I am here"]


def test_a_handoff_that_is_called_off_wakes_with_the_reason(api: Api, wait: Wait) -> None:
    handoff = waiting(api, mode="warm")
    waited = wait(handoff)
    act(api, handoff, "cancel", reason="The customer hung up")
    assert (waited.result().state, waited.result().note) == ("cancelled", "The customer hung up")


def test_a_session_that_ends_without_a_note_wakes_too(api: Api, wait: Wait) -> None:
    handoff = waiting(api)
    waited = wait(handoff)
    post(api, f"sessions/{accept(api, handoff, 'human:ana')['session']['id']}/end")
    assert (waited.result().state, waited.result().is_over) == ("ended", True)


def test_whoever_waits_too_long_is_told_so(api: Api, client: Warmline) -> None:
    handoff = waiting(api)
    with pytest.raises(TimedOut, match="Nobody is done"):
        client.handoffs.wait_for_person(handoff["id"], timeout=0.5)


def test_a_session_waits_for_the_handoff_that_it_asked_for(api: Api, client: Warmline) -> None:
    with client.session(agent="tier1-bot", namespace="user-dave") as session:
        session.remember("Refund order W1", role="user")
        handoff = session.hand_off(to="queue:billing", reason="A refund needs a person")
        client.handoffs.wait(handoff.id)
        resolve(api, accept(api, {"id": str(handoff.id)}, "human:ana"), "Refunded")
        assert session.wait_for_person(timeout=20).text == "human:ana resolved it: Refunded"


def test_secrets_are_not_in_a_deed(api: Api, client: Warmline) -> None:
    warm = accept(api, waiting(api), "human:ana")
    say(api, warm, "My card is 4111 1111 1111 1111", role="user")
    resolve(api, warm, "Refunded")
    deed = client.handoffs.wait_for_person(warm["handoff"]["id"], timeout=60)
    assert not says(deed.model_dump_json(), "4111")


def deeds_of(receiver: Receiver, secret: str) -> dict[str, Json | None]:
    """What came in, checked: the deed of each type of event."""
    verified = [Webhook(secret).verify(body, headers) for headers, body in receiver.came]
    return {one["type"]: one["deed"] for one in verified}


@pytest.mark.parametrize("wants", [True, False], ids=["with deeds", "without"])
def test_a_webhook_brings_what_the_person_said_and_did_where_it_is_wanted(api: Api, wants: bool) -> None:
    with receiving() as receiver:
        types = ["handoff.first_reply", "handoff.closed"]
        webhook = post(api, "webhooks", {"url": receiver.url, "types": types, "with_deeds": wants}, 201)
        warm = accept(api, waiting(api), "human:ana")
        say(api, warm, "Your $94 are on the way")
        receiver.wait(1)
        resolve(api, warm, "Refunded $94 to the card")
        receiver.wait(2)
        found = deeds_of(receiver, webhook["secret"])
    assert set(found) == set(types)
    if not wants:
        assert set(found.values()) == {None}
        assert "on the way" not in str(receiver.came)
        return
    replied, closed = (found[one] or {} for one in types)
    assert closed["handoff_id"] == warm["handoff"]["id"]
    assert (closed["state"], closed["note"]) == ("resolved", "Refunded $94 to the card")
    assert [one["content"] for one in closed["kept"] if one["kind"] == "message"] == ["Your $94 are on the way"]
    assert replied["kept"][0]["content"] == "Your $94 are on the way"


def test_a_run_that_was_paused_goes_on_once_with_what_the_webhook_brings(api: Api) -> None:
    session = a_session(api)
    handoff = requested(api, session)
    paused = {handoff["id"]: "run-7"}
    resumed: list[tuple[str, str]] = []

    def take(message: Json) -> None:
        """As a receiver does: whatever comes twice finds no run that is paused."""
        run = paused.pop(message["data"]["handoff_id"], None)
        if run is not None and message["deed"]["is_over"]:
            resumed.append((run, message["deed"]["text"]))

    with receiving() as receiver:
        post(api, "webhooks", {"url": receiver.url, "types": ["handoff.closed"], "with_deeds": True}, 201)
        resolve(api, accept(api, waiting_again(api, handoff), "human:ana"), "Refunded $94")
        receiver.wait(1)
        [delivery] = get(api, "deliveries")["items"]
        eventually(lambda: get(api, "deliveries", state="delivered")["items"])
        post(api, f"deliveries/{delivery['id']}/replay", None, 202)
        receiver.wait(2)
    for _, body in receiver.came:
        take(json.loads(body))
    assert resumed == [("run-7", "human:ana resolved it: Refunded $94")]


def waiting_again(api: Api, handoff: Json) -> Json:
    return get(api, f"handoffs/{handoff['id']}", wait=20)
