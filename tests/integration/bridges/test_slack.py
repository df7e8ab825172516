"""Slack and Warmline with the bridge between them: a case is a thread, one person takes it, and works it from there."""

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.builders.bridges import quiet, soon
from tests.builders.channels import write
from tests.builders.handoffs import accept, act, read, waiting, written
from tests.builders.memories import remember
from tests.builders.operators import an_operator, revised
from tests.builders.queues import a_queue
from tests.builders.requests import Json, get, patch, post
from tests.builders.sessions import a_session
from tests.builders.slack import (
    ANN,
    BILLING,
    BOB,
    EVE,
    FRAUD,
    SECRET,
    TOKEN,
    FakeSlack,
    a_bridge,
    a_slack,
    buttons_of,
    text_of,
)
from tests.conftest import Api, Command

pytestmark = pytest.mark.usefixtures("worker")


@pytest.fixture
def fake() -> Iterator[FakeSlack]:
    with a_slack() as fake:
        yield fake


@pytest.fixture
def bridge(api: Api, fake: FakeSlack, tmp_path: Path) -> Iterator[str]:
    """A bridge, and Ann and Bob, who have in Warmline the addresses that they have in Slack."""
    for name, user in (("ann", ANN), ("bob", BOB)):
        an_operator(api, name, display_name=name.title())
        revised(api, name, email=fake.emails[user])
    for queue in ("fraud", "returns"):
        a_queue(api, queue)
    with a_bridge(api, fake, tmp_path) as url:
        yield url


def taken(api: Api, fake: FakeSlack) -> tuple[Json, Json]:
    """A case that Ann has taken over in Slack, and its thread."""
    handoff = waiting(api, mode="warm")
    thread = fake.thread()
    fake.fill_in(ANN, thread, "take", typed="They were charged $299")
    soon(lambda: "resolve" in buttons_of(thread))
    return read(api, handoff), thread


@pytest.mark.usefixtures("bridge")
def test_a_case_for_people_is_a_thread_with_its_brief(api: Api, fake: FakeSlack) -> None:
    session = a_session(api, "I was charged $299. Ask <!channel> & me.")
    handoff = waiting(api, session, urgency="high")
    thread = fake.thread()
    assert "It waits" in text_of(thread)
    assert "urgency high" in text_of(thread)
    # What a customer writes calls nobody and is no link: it is plain text, and escaped where it cannot be.
    assert "& me." in text_of(thread)
    assert "&amp; me." in thread["text"]
    assert {one["text"]["type"] for one in thread["blocks"][1:] if one["type"] == "section"} == {"plain_text"}
    assert buttons_of(thread) == ["take", "open"]
    assert str(handoff["id"]) in json.dumps(thread["blocks"])
    assert fake.threads(FRAUD) == []


@pytest.mark.usefixtures("bridge")
def test_what_a_customer_corrects_when_they_are_asked_stands_in_the_thread_and_in_its_brief(
    api: Api, fake: FakeSlack
) -> None:
    patch(api, "preferences", {"customer_recap": True})
    chain = a_session(api, "I was charged $299, but my plan is $199 a month", "Please refund it to ACC-4521")
    remember(api, chain, "I am getting a colleague.", role="agent")
    write(api, chain, "I would like to speak to a person")
    handoff, thread = waiting(api, chain, mode="warm"), fake.thread()
    said = get(api, "memories", chain_id=chain, kind="message", limit=200)["items"]
    [asked] = [one["content"] for one in said if one["agent"] == "service"]
    assert "Is this right?" in asked
    assert "ACC-9999" not in text_of(thread)
    write(api, chain, "No, the account is ACC-9999")
    soon(lambda: "ACC-9999" in text_of(thread))
    assert "(correction)" in text_of(thread)
    assert fake.in_thread(thread) == ["*The customer* wrote"]
    # It is what whoever takes it reads back.
    fake.fill_in(ANN, thread, "take", typed="A refund to ACC-9999")
    soon(lambda: "resolve" in buttons_of(thread))
    assert read(api, handoff)["holder"] == "human:ann"


@pytest.mark.usefixtures("bridge")
def test_what_goes_to_agents_or_to_a_queue_without_a_channel_is_no_thread(
    api: Api, fake: FakeSlack, bridge: str
) -> None:
    for to in ("refunds-bot", "queue:returns"):
        waiting(api, to=to)
    waiting(api, to="queue:fraud")
    fake.thread(FRAUD)
    quiet(bridge)
    assert len(fake.messages) == 1


@pytest.mark.usefixtures("bridge")
def test_whoever_takes_it_has_it_with_what_they_read_back(api: Api, fake: FakeSlack) -> None:
    handoff, thread = taken(api, fake)
    assert (handoff["state"], handoff["holder"]) == ("accepted", "human:ann")
    assert handoff["read_back"]["text"] == "They were charged $299"
    assert "Ann has it" in text_of(thread)
    assert buttons_of(thread) == ["reply", "consult", "transfer", "return", "resolve", "open"]


@pytest.mark.usefixtures("bridge")
def test_of_two_who_press_at_once_one_has_it_and_the_other_reads_who(api: Api, fake: FakeSlack) -> None:
    handoff = waiting(api)
    thread = fake.thread()
    forms = {user: fake.opened(user, thread, "take") for user in (ANN, BOB)}
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda user: fake.submit(user, forms[user]), forms))
    soon(lambda: fake.whispers)
    winner = read(api, handoff)["holder"]
    loser, name = (BOB, "Ann") if winner == "human:ann" else (ANN, "Bob")
    assert fake.told(loser) == [f"{name} has it."]
    assert [one["user"] for one in fake.whispers] == [loser]


@pytest.mark.usefixtures("bridge")
def test_another_amount_than_the_brief_has_is_shown_and_can_be_corrected_or_confirmed(
    api: Api, fake: FakeSlack
) -> None:
    handoff = waiting(api)
    thread = fake.thread()
    fake.fill_in(ANN, thread, "take", typed="They were charged $950")
    [told] = soon(lambda: fake.whispers)
    assert "950" in told["text"]
    assert read(api, handoff)["state"] == "ready"
    again = fake.opened(ANN, told, "take")
    assert again["blocks"][0]["element"]["initial_value"] == "They were charged $950"
    assert fake.press(ANN, told, "confirm") == 200
    soon(lambda: read(api, handoff)["holder"] == "human:ann")


def said(api: Api, chain_id: str, role: str = "agent") -> list[str]:
    found = get(api, "memories", chain_id=chain_id, kind="message", limit=200)["items"]
    return [one["content"] for one in found if one["agent"] == "human:ann" and one["role"] == role]


@pytest.mark.usefixtures("bridge")
def test_a_reply_goes_to_the_customer_once_however_often_slack_sends_it(api: Api, fake: FakeSlack, bridge: str) -> None:
    handoff, thread = taken(api, fake)
    form = fake.opened(ANN, thread, "reply")
    assert fake.submit(ANN, form, times=3, typed="The refund is on its way.") == 200
    quiet(bridge)
    assert said(api, handoff["chain_id"]) == ["The refund is on its way."]
    created = get(api, "events", types="message.created")["items"]
    assert [one["actor"] for one in created] == ["human:ann"]
    soon(lambda: fake.in_thread(thread) == ["*Ann* replied"])


@pytest.mark.usefixtures("bridge")
def test_that_a_reply_was_corrected_is_told_in_the_thread(api: Api, fake: FakeSlack) -> None:
    handoff = waiting(api)
    thread = fake.thread()
    warm = accept(api, handoff, "human:ann")
    token = warm["claim"]["token"]
    reply = act(api, handoff, "reply", 201, token=token, content="It costs $700")
    act(api, handoff, "reply", 201, token=token, content="It costs $70", corrects=reply["id"])
    soon(lambda: fake.in_thread(thread)[-2:] == ["*Ann* replied", "*Ann* corrected a reply"])


@pytest.mark.usefixtures("bridge")
def test_advice_is_asked_for_and_the_case_stays(api: Api, fake: FakeSlack, bridge: str) -> None:
    handoff, thread = taken(api, fake)
    fake.fill_in(ANN, thread, "consult", to="queue:fraud", typed="May we refund $100?")
    quiet(bridge)
    [asked] = [one for one in get(api, "handoffs", to="queue:fraud")["items"]]
    assert (asked["mode"], asked["reason"]) == ("consult", "May we refund $100?")
    assert read(api, handoff)["holder"] == "human:ann"


@pytest.mark.usefixtures("bridge")
def test_it_is_transferred_with_a_brief_of_its_own_and_has_a_thread_where_it_went(api: Api, fake: FakeSlack) -> None:
    handoff, thread = taken(api, fake)
    fake.fill_in(ANN, thread, "transfer", to="queue:fraud", typed="It looks like fraud")
    onward = fake.thread(FRAUD)
    assert "It looks like fraud" in text_of(onward)
    soon(lambda: read(api, handoff)["closed_as"] == "transferred")
    soon(lambda: buttons_of(thread) == ["open"])


@pytest.mark.usefixtures("bridge")
def test_a_transfer_to_nobody_and_by_who_does_not_have_it_is_refused_with_the_reason(api: Api, fake: FakeSlack) -> None:
    handoff, thread = taken(api, fake)
    fake.fill_in(ANN, thread, "transfer", to="queue:nowhere", typed="Not ours")
    fake.fill_in(BOB, thread, "transfer", to="queue:fraud", typed="Not ours")
    soon(lambda: len(fake.whispers) == 2)
    assert fake.told(BOB) == ["That was not done. Ann has it."]
    assert fake.told(ANN)[0].startswith("That was not done.")
    assert read(api, handoff)["holder"] == "human:ann"


@pytest.mark.usefixtures("bridge")
def test_it_goes_back_to_its_agent_with_an_instruction(api: Api, fake: FakeSlack) -> None:
    handoff, thread = taken(api, fake)
    fake.fill_in(ANN, thread, "return", typed="Ask for the invoice first")
    soon(lambda: read(api, handoff)["closed_as"] == "returned")
    soon(lambda: buttons_of(thread) == ["open"])
    assert "returned" in text_of(thread)


@pytest.mark.usefixtures("bridge")
def test_it_is_resolved_with_a_note(api: Api, fake: FakeSlack) -> None:
    handoff, thread = taken(api, fake)
    fake.fill_in(ANN, thread, "resolve", typed="Refunded $100")
    soon(lambda: read(api, handoff)["resolution"] == "Refunded $100")
    soon(lambda: "resolved" in text_of(thread))


@pytest.mark.usefixtures("bridge")
def test_only_who_has_it_can_end_it(api: Api, fake: FakeSlack) -> None:
    handoff, thread = taken(api, fake)
    fake.fill_in(BOB, thread, "resolve", typed="Done")
    soon(lambda: fake.told(BOB) == ["That was not done. Ann has it."])
    assert read(api, handoff)["state"] == "accepted"


@pytest.mark.usefixtures("bridge")
def test_what_is_taken_in_the_console_is_shown_and_answered_from_slack(api: Api, fake: FakeSlack) -> None:
    handoff = waiting(api)
    thread = fake.thread()
    accept(api, handoff, "human:ann")
    soon(lambda: "Ann has it" in text_of(thread))
    fake.fill_in(ANN, thread, "reply", typed="One moment.")
    soon(lambda: said(api, handoff["chain_id"]) == ["One moment."])
    fake.fill_in(ANN, thread, "resolve", typed="Done")
    [told] = soon(lambda: fake.told(ANN))
    assert "in the console" in told


@pytest.mark.usefixtures("bridge")
def test_that_a_customer_wrote_is_told_and_their_words_only_where_that_is_set(
    api: Api, fake: FakeSlack, tmp_path: Path, bridge: str
) -> None:
    handoff, thread = taken(api, fake)
    post(api, f"chains/{handoff['chain_id']}/messages", {"content": "Any <news>?", "external_id": "1"}, 201)
    soon(lambda: fake.in_thread(thread) == ["*The customer* wrote"])
    quiet(bridge)


def test_what_a_customer_writes_while_a_thread_is_begun_stands_in_it(api: Api, fake: FakeSlack, bridge: str) -> None:
    fake.trouble = lambda method: "failed" if method == "chat.postMessage" else None
    handoff = waiting(api, mode="warm")
    post(api, f"chains/{handoff['chain_id']}/messages", {"content": "Any news?", "external_id": "1"}, 201)
    soon(lambda: httpx.get(f"{bridge}/health").json()["waiting"] == 2)
    fake.trouble = lambda _method: None
    thread = fake.thread()
    soon(lambda: fake.in_thread(thread) == ["*The customer* wrote"])


def test_words_stand_in_the_thread_where_that_is_set(api: Api, fake: FakeSlack, tmp_path: Path) -> None:
    an_operator(api, "ann")
    with a_bridge(api, fake, tmp_path, words=True, names={ANN: "ann"}):
        handoff, thread = taken(api, fake)
        post(api, f"chains/{handoff['chain_id']}/messages", {"content": "Any <news>?", "external_id": "1"}, 201)
        soon(lambda: fake.in_thread(thread) == ["*The customer* wrote:\nAny &lt;news&gt;?"])


@pytest.mark.usefixtures("bridge")
def test_who_is_nobody_in_warmline_takes_nothing(api: Api, fake: FakeSlack, bridge: str) -> None:
    handoff = waiting(api)
    thread = fake.thread()
    fake.emails[EVE] = "eve@elsewhere.example"
    assert fake.press(EVE, thread, "take") == 200
    [told] = soon(lambda: fake.told(EVE))
    assert "No operator of Warmline has your e-mail address" in told
    quiet(bridge)
    assert (fake.forms, read(api, handoff)["state"]) == ([], "ready")


@pytest.mark.usefixtures("bridge")
def test_requests_that_are_not_slacks_are_refused(api: Api, fake: FakeSlack) -> None:
    payload = {"type": "block_actions", "user": {"id": ANN}, "trigger_id": "1", "actions": [{"action_id": "take"}]}
    assert fake.send(payload, secret="another") == 401
    assert fake.send(payload, age=301) == 401
    assert fake.send(payload) == 200


@pytest.mark.parametrize("wrong", ["lost", "failed", "busy"])
def test_a_thread_is_there_once_although_slacks_answer_was_not(
    api: Api, fake: FakeSlack, bridge: str, wrong: str
) -> None:
    left = [wrong]
    fake.trouble = lambda method: left.pop() if left and method == "chat.postMessage" else None
    waiting(api)
    soon(lambda: not left)
    quiet(bridge)
    assert len(fake.threads()) == 1
    posts = [at for method, at in fake.asked if method == "chat.postMessage"]
    assert wrong != "busy" or posts[1] - posts[0] >= 1.0


@pytest.mark.usefixtures("bridge")
def test_what_goes_on_to_another_queue_goes_on_in_its_channel(api: Api, fake: FakeSlack) -> None:
    handoff = waiting(api)
    thread = fake.thread()
    token = post(api, f"handoffs/{handoff['id']}/claim", {"agent": "human:ann"})["token"]
    onward = {"token": token, "to": "queue:fraud", "reason": "Looks odd"}
    post(api, f"handoffs/{handoff['id']}/transfer", onward)
    written(api, handoff)
    assert "take" in buttons_of(fake.thread(FRAUD))
    soon(lambda: f"<#{FRAUD}>" in text_of(thread))
    assert buttons_of(thread) == []


Check = Callable[..., tuple[int, dict[str, str]]]


@pytest.fixture
def check(command: Command, fake: FakeSlack, tmp_path: Path) -> Check:
    """Checks settings: the exit status, and what is wrong by what it is about."""

    def check(**changes: Any) -> tuple[int, dict[str, str]]:
        given = {"token": TOKEN, "signing_secrets": [SECRET], "api": fake.url, **changes}
        lines = [f"{name} = {json.dumps(value)}" for name, value in given.items()]
        (tmp_path / "slack.toml").write_text("\n".join([*lines, "[channels]", '"queue:billing" = "C0BILLING"']))
        config = str(tmp_path / "slack.toml")
        status, out, _ = command("bridge", "slack", "--config", config, "check", "--json")
        return status, {one["about"]: one["says"] for one in json.loads(out)["findings"] if not one["is_fine"]}

    return check


def test_a_set_up_that_works_is_found_well(api: Api, fake: FakeSlack, check: Check, tmp_path: Path) -> None:
    an_operator(api, "ann", email="ann@acme.example")
    with a_bridge(api, fake, tmp_path) as url:
        assert check(public_url=url) == (0, {})


def test_what_a_set_up_lacks_is_said_with_how_to_mend_it(api: Api, fake: FakeSlack, check: Check) -> None:
    an_operator(api, "ann")
    fake.scopes = "chat:write"
    status, wrong = check()
    assert status == 1
    assert "--email" in wrong["operators"]
    assert "users:read.email" in wrong["token"]
    assert "public_url" in wrong
    assert "invalid_auth" in check(token="xoxb-wrong")[1]["token"]
    fake.scopes, fake.channels = "chat:write,users:read,users:read.email", {BILLING}
    assert "channels:history" in check()[1]["channel of queue:billing"]
    fake.channels = set()
    assert "channel_not_found" in check()[1]["channel of queue:billing"]
