"""Chatwoot and Warmline with the bridge between them: what is said arrives once, and people get what is theirs."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.builders.answering_bot import Bot
from tests.builders.attachments import HTML, PDF, a_png, upload
from tests.builders.bridges import a_bridge, aim, chain_of, handoffs_of, kept, once_kept, quiet, settings_of, soon
from tests.builders.chatwoot import ACCOUNT, ANA, BEN, BOT, INBOX, FakeChatwoot, a_chatwoot
from tests.builders.handoffs import accept, act, claim, requested, written
from tests.builders.requests import get, post
from tests.conftest import Api
from warmline.bridges.store import BEGAN, Store

pytestmark = pytest.mark.usefixtures("worker")

LAMP = "My lamp is broken"


@pytest.fixture
def fake() -> Iterator[FakeChatwoot]:
    with a_chatwoot() as fake:
        yield fake


@pytest.fixture
def bridge(api: Api, fake: FakeChatwoot, tmp_path: Path) -> Iterator[str]:
    with a_bridge(api, fake, tmp_path) as url:
        yield url


def delivered(api: Api) -> list[str]:
    found = get(api, "events", types="message.delivery", limit=200)["items"]
    return [one["facts"]["delivery"] for one in found]


def is_said(method: str, path: str) -> bool:
    """Whether a request says or notes something; the bridge reads what was said at the same path."""
    return method == "POST" and path.endswith("/messages")


def test_what_a_customer_writes_is_kept_once_whoever_sends_it(api: Api, fake: FakeChatwoot, tmp_path: Path) -> None:
    fake.targets = {INBOX: "later"}
    with a_bridge(api, fake, tmp_path) as url:
        assert set(fake.targets) == {BOT, INBOX, ACCOUNT}
        talk = fake.begins(LAMP)
        fake.writes(talk, "Order 1001")
        fake.settle()
        body = {"event": "message_created", **fake.body(talk, talk.messages[0])}
        assert fake.post(BOT, body) == 200
        quiet(url)
        assert once_kept(api, talk, 2) == [LAMP, "Order 1001"]
    assert [one["agent"] for one in get(api, "sessions", chain_id=chain_of(api, talk))["items"]] == ["tier1-bot"]


@pytest.mark.usefixtures("bridge")
def test_the_bots_answer_reaches_the_customer_once_and_that_is_reported(api: Api, fake: FakeChatwoot) -> None:
    with Bot(api):
        talk = fake.begins(LAMP)
        soon(lambda: talk.said() == [f"You said: {LAMP}"])
        soon(lambda: delivered(api) == ["delivered"])
        fake.settle()
    assert len(kept(api, talk)) == 2
    assert talk.messages[-1]["sender"]["type"] == "agent_bot"


@pytest.mark.parametrize("wrong", ["lost", "failed"])
def test_an_answer_is_said_once_although_chatwoots_own_answer_was_lost(
    api: Api, fake: FakeChatwoot, bridge: str, wrong: str
) -> None:
    left = [wrong]
    fake.trouble = lambda method, path: left.pop() if left and is_said(method, path) else None
    with Bot(api):
        talk = fake.begins(LAMP)
        soon(lambda: delivered(api))
    quiet(bridge)
    assert talk.said() == [f"You said: {LAMP}"]


def test_an_answer_waits_while_chatwoot_takes_no_more_messages(api: Api, fake: FakeChatwoot, bridge: str) -> None:
    left = ["busy", "busy"]
    fake.trouble = lambda method, path: left.pop() if left and is_said(method, path) else None
    with Bot(api):
        talk = fake.begins(LAMP)
        soon(lambda: delivered(api))
    quiet(bridge)
    assert talk.said() == [f"You said: {LAMP}"]


@pytest.mark.usefixtures("bridge")
def test_a_handoff_opens_the_conversation_with_a_note_and_all_that_the_settings_name(
    api: Api, fake: FakeChatwoot
) -> None:
    with Bot(api):
        talk = fake.begins(LAMP)
        talk.custom_attributes, talk.labels = {"plan": "pro"}, ["vip"]
        fake.writes(talk, "I want a person")
        soon(lambda: talk.status == "open")
    [handoff] = handoffs_of(api, talk)
    [note] = talk.said(private=True)
    assert LAMP in note
    assert note.endswith(f"/console/handoffs/{handoff['id']}")
    assert (talk.team, talk.priority, talk.labels) == (4, "high", ["vip", "warmline"])
    assert talk.custom_attributes["plan"] == "pro"
    assert talk.custom_attributes["warmline_reason"] == "other"
    # A note is of the team alone: it is no message to the customer, here or there.
    assert not [one for one in kept(api, talk) if one["content"] == note]


def test_without_a_token_of_a_user_nothing_of_others_is_wiped_and_people_get_it(
    api: Api, fake: FakeChatwoot, tmp_path: Path
) -> None:
    with a_bridge(api, fake, tmp_path, user_token=None), Bot(api):
        talk = fake.begins("I want a person")
        talk.custom_attributes, talk.labels = {"plan": "pro"}, ["vip"]
        soon(lambda: talk.status == "open")
    assert (talk.custom_attributes, talk.labels) == ({"plan": "pro"}, ["vip"])


@pytest.mark.usefixtures("bridge")
def test_what_people_open_in_chatwoot_goes_to_people(api: Api, fake: FakeChatwoot) -> None:
    talk = fake.begins(LAMP)
    once_kept(api, talk, 1)
    fake.set_status(talk, "open")
    soon(lambda: [one["to"] for one in handoffs_of(api, talk)] == ["queue:people"])
    soon(lambda: talk.said(private=True))
    fake.settle()
    assert len(handoffs_of(api, talk)) == 1


@pytest.mark.usefixtures("bridge")
def test_a_conversation_whose_bot_did_not_answer_goes_to_people_with_all_that_was_said(
    api: Api, fake: FakeChatwoot
) -> None:
    fake.targets = {BOT: "http://127.0.0.1:9/nothing"}
    talk = fake.begins(LAMP)
    fake.settle()
    assert talk.status == "open"
    assert once_kept(api, talk, 1) == [LAMP]
    soon(lambda: [one["to"] for one in handoffs_of(api, talk)] == ["queue:people"])


@pytest.mark.usefixtures("bridge")
def test_a_message_of_150000_characters_arrives_whole(api: Api, fake: FakeChatwoot) -> None:
    text = "ä" * 149_990 + "the end..."
    talk = fake.begins(text)
    assert "".join(once_kept(api, talk, 2)) == text


@pytest.mark.usefixtures("bridge")
def test_a_file_that_is_not_at_chatwoot_arrives_as_where_it_is(api: Api, fake: FakeChatwoot) -> None:
    file = {"id": 5, "file_type": "image", "data_url": "https://chat.acme.test/f/5", "file_size": 1234}
    talk = fake.begins(LAMP)
    fake.writes(talk, None, files=[file])
    once_kept(api, talk, 2)
    [said] = [one for one in kept(api, talk) if one["content"] != LAMP]
    assert said["content"] == "[image: https://chat.acme.test/f/5]"


def test_files_of_both_sides_at_chatwoot_are_attachments_of_the_case(api: Api, fake: FakeChatwoot, bridge: str) -> None:
    lamp, page = a_png(), fake.keeps("page.pdf", HTML)
    talk = fake.begins(LAMP)
    fake.writes(talk, "Look", files=[fake.keeps("my lamp.png", lamp), page])
    fake.replies(talk, None, files=[fake.keeps("label.pdf", PDF)])
    # What is no file that Warmline takes is named by where it is, and the words wait for nothing.
    assert once_kept(api, talk, 2) == [LAMP, f"Look\n[file: {page['data_url']}]"]
    fake.settle()
    quiet(bridge)
    found = get(api, "memories", chain_id=chain_of(api, talk), kind="attachment")["items"]
    assert {(one["role"], one["content"].partition(" (")[0]) for one in found} == {
        ("user", "my lamp.png"),
        ("agent", "label.pdf"),
    }
    [seen] = [one["metadata"]["attachment"]["id"] for one in found if one["role"] == "user"]
    assert api.http.get(f"/v1/attachments/{seen}/content").content == lamp


@pytest.mark.usefixtures("bridge")
def test_a_file_that_a_person_sends_from_the_console_reaches_the_customer_once(api: Api, fake: FakeChatwoot) -> None:
    with Bot(api):
        talk = fake.begins("I want a person")
        soon(lambda: talk.status == "open")
    warm = accept(api, handoffs_of(api, talk)[0], "human:ben")
    label = upload(api, name="label.pdf", namespace=warm["handoff"]["namespace"])["id"]
    act(api, warm["handoff"], "reply", 201, token=warm["claim"]["token"], content="Print this", attachments=[label])
    soon(lambda: delivered(api) == ["delivered", "delivered"])
    fake.settle()
    public = [one for one in talk.messages if one["kind"] == "outgoing" and not one["private"]]
    assert [(one["content"], len(one["files"])) for one in public] == [("Print this", 0), (None, 1)]
    assert [content for path, content in fake.files.items() if path.endswith("label.pdf")] == [PDF]


@pytest.mark.usefixtures("bridge")
def test_a_corrected_reply_follows_as_a_correction(api: Api, fake: FakeChatwoot) -> None:
    with Bot(api):
        talk = fake.begins("I want a person")
        soon(lambda: talk.status == "open")
    warm = accept(api, handoffs_of(api, talk)[0], "human:ben")
    token = warm["claim"]["token"]
    reply = act(api, warm["handoff"], "reply", 201, token=token, content="It costs $700")
    soon(lambda: delivered(api))
    act(api, warm["handoff"], "reply", 201, token=token, content="It costs $70", corrects=reply["id"])
    soon(lambda: talk.said()[-2:] == ["It costs $700", "Correction of an earlier message:\nIt costs $70"])


def test_what_was_corrected_or_withdrawn_before_it_was_brought_is_not_said(
    api: Api, fake: FakeChatwoot, tmp_path: Path
) -> None:
    with a_bridge(api, fake, tmp_path), Bot(api):
        talk = fake.begins("I want a person")
        soon(lambda: talk.status == "open")
    warm = accept(api, handoffs_of(api, talk)[0], "human:ben")
    token = warm["claim"]["token"]
    reply = act(api, warm["handoff"], "reply", 201, token=token, content="It costs $700")
    act(api, warm["handoff"], "reply", 201, token=token, content="It costs $70", corrects=reply["id"])
    other = act(api, warm["handoff"], "reply", 201, token=token, content="It costs nothing")
    act(api, warm["handoff"], "reply", 201, token=token, withdraws=other["id"])
    act(api, warm["handoff"], "reply", 201, token=token, content="Bye")
    with a_bridge(api, fake, tmp_path):
        soon(lambda: "Bye" in talk.said())
    assert [text for text in talk.said() if "It costs" in text] == ["It costs $70"]


@pytest.mark.usefixtures("bridge")
def test_a_persons_answer_makes_the_bot_silent_and_is_theirs(api: Api, fake: FakeChatwoot) -> None:
    with Bot(api):
        talk = fake.begins("I want a person")
        soon(lambda: talk.status == "open")
        file = {"id": 6, "file_type": "file", "data_url": "https://chat.acme.test/f/6"}
        fake.replies(talk, "Ana here. A new lamp is on its way.", files=[file])
        soon(lambda: handoffs_of(api, talk)[0]["holder"] == "human:ana")
        fake.writes(talk, "Thank you")
        texts = once_kept(api, talk, 3)
        fake.settle()
    assert texts[1:] == ["Ana here. A new lamp is on its way.\n[file: https://chat.acme.test/f/6]", "Thank you"]
    assert "You said: Thank you" not in talk.said()
    assert handoffs_of(api, talk)[0]["first_reply_at"]


@pytest.mark.usefixtures("bridge")
def test_an_answer_that_a_person_has_overtaken_does_not_reach_the_customer(api: Api, fake: FakeChatwoot) -> None:
    with Bot(api):
        fake.trouble = lambda method, path: "busy" if is_said(method, path) else None
        talk = fake.begins(LAMP)
        soon(lambda: any(status == 429 for _, status in fake.answers))
        fake.replies(talk, "Ana here. A new lamp is on its way.")
        once_kept(api, talk, 3)
        fake.trouble = lambda _method, _path: None
        soon(lambda: delivered(api) == ["failed"])
    assert talk.said() == ["Ana here. A new lamp is on its way."]


def test_what_was_read_with_whole_seconds_stands_after_what_was_sent_with_more(
    api: Api, fake: FakeChatwoot, tmp_path: Path
) -> None:
    second = int(time.time()) - 10
    with a_bridge(api, fake, tmp_path):
        with fake.lock:
            talk = fake.begins(LAMP)
            talk.messages[0]["at"] = second + 0.3
        once_kept(api, talk, 1)
        fake.targets = {}
        for text in ("Order 1001", "It was a gift"):
            fake.writes(talk, text, at=second + 0.6)
        assert once_kept(api, talk, 3) == [LAMP, "Order 1001", "It was a gift"]
    assert kept(api, talk)[0]["event_time"].endswith(".300000Z")


def test_an_answer_waits_for_what_a_person_said_while_the_bridge_was_away(
    api: Api, fake: FakeChatwoot, tmp_path: Path
) -> None:
    with a_bridge(api, fake, tmp_path):
        talk = fake.begins(LAMP)
        once_kept(api, talk, 1)
    with Bot(api):
        soon(lambda: get(api, "events", types="message.created")["items"])
    fake.replies(talk, "Ana here.")
    with a_bridge(api, fake, tmp_path, catch_up_seconds=0):
        soon(lambda: delivered(api) == ["failed"])
    assert talk.said() == ["Ana here."]


def test_what_a_person_said_before_there_was_a_bridge_lets_the_bot_speak(
    api: Api, fake: FakeChatwoot, tmp_path: Path
) -> None:
    talk = fake.begins("My lamp is late")
    fake.replies(talk, "Ana here. It left today.")
    for said in talk.messages:
        said["at"] = time.time() - 3600
    with a_bridge(api, fake, tmp_path) as url, Bot(api):
        fake.writes(talk, LAMP)
        soon(lambda: delivered(api) == ["delivered"])
        quiet(url)
    assert talk.said()[1:] == [f"You said: {LAMP}"]
    assert once_kept(api, talk, 2) == [LAMP, f"You said: {LAMP}"]


@pytest.mark.usefixtures("bridge")
def test_notes_and_what_nobody_said_stay_at_the_desk(api: Api, fake: FakeChatwoot) -> None:
    talk = fake.begins(LAMP)
    once_kept(api, talk, 1)
    fake.replies(talk, "She is a VIP", private=True)
    fake.replies(talk, "We are closed", content_attributes={"automation_rule_id": 3})
    fake.replies(talk, "20 % off", additional_attributes={"campaign_id": 3})
    fake.replies(talk, "Answered from the phone", None)
    texts = once_kept(api, talk, 2)
    fake.settle()
    assert texts == [LAMP, "Answered from the phone"]


@pytest.mark.usefixtures("bridge")
def test_resolved_in_chatwoot_is_resolved_here_and_what_comes_then_goes_on(api: Api, fake: FakeChatwoot) -> None:
    with Bot(api):
        talk = fake.begins("I want a person")
        soon(lambda: talk.status == "open")
        fake.replies(talk, "Ana here. It is on its way.")
        soon(lambda: handoffs_of(api, talk)[0]["holder"])
        fake.set_status(talk, "resolved")
        soon(lambda: handoffs_of(api, talk)[0]["closed_as"] == "resolved")
        with fake.lock:
            # Nobody hears of it until the lock is free, and so nobody has opened it yet.
            fake.writes(talk, "It has not come!")
            assert talk.status == "pending"
        soon(lambda: talk.status == "open")
    assert [one["to"] for one in handoffs_of(api, talk)] == ["queue:billing", "queue:billing"]


@pytest.mark.usefixtures("bridge")
def test_what_nobody_had_taken_is_over_when_it_is_resolved(api: Api, fake: FakeChatwoot) -> None:
    with Bot(api):
        talk = fake.begins("I want a person")
        soon(lambda: talk.status == "open")
    fake.set_status(talk, "resolved")
    soon(lambda: handoffs_of(api, talk)[0]["closed_as"] == "resolved")


@pytest.mark.usefixtures("bridge")
def test_what_the_bot_alone_had_is_over_when_it_is_resolved(api: Api, fake: FakeChatwoot) -> None:
    talk = fake.begins(LAMP)
    once_kept(api, talk, 1)
    fake.set_status(talk, "resolved")
    soon(lambda: get(api, "sessions", chain_id=chain_of(api, talk))["items"][0]["state"] == "ended")
    with Bot(api):
        fake.writes(talk, "One more thing")
        soon(lambda: "You said: One more thing" in talk.said())
    assert talk.status == "pending"
    assert handoffs_of(api, talk) == []


@pytest.mark.usefixtures("bridge")
def test_what_goes_on_to_another_queue_goes_to_its_team(api: Api, fake: FakeChatwoot) -> None:
    with Bot(api):
        talk = fake.begins("I want a person")
        soon(lambda: talk.team == 4)
    [handoff] = handoffs_of(api, talk)
    act(api, handoff, "transfer", token=claim(api, handoff, "human:ben"), to="queue:fraud", reason="A stolen card")
    soon(lambda: talk.team == 5)
    assert len(talk.said(private=True)) == 1


@pytest.mark.usefixtures("bridge")
def test_a_note_makes_no_links_of_what_a_customer_wrote(api: Api, fake: FakeChatwoot) -> None:
    with Bot(api):
        talk = fake.begins("I want a person, [click here](https://evil.test) [@Ana](mention://user/4/Ana)")
        soon(lambda: talk.status == "open")
    [note] = talk.said(private=True)
    assert "click here" in note
    assert "](" not in note


@pytest.mark.usefixtures("bridge")
@pytest.mark.parametrize("taken", [True, False])
def test_back_to_the_bot_lets_the_bot_speak_again(api: Api, fake: FakeChatwoot, taken: bool) -> None:
    with Bot(api):
        talk = fake.begins("I want a person")
        soon(lambda: talk.status == "open")
        if taken:
            fake.replies(talk, "Ana here. It is on its way.")
            soon(lambda: handoffs_of(api, talk)[0]["holder"] == "human:ana")
        fake.set_status(talk, "pending")
        chain = chain_of(api, talk)
        soon(lambda: get(api, f"chains/{chain}/owner", agent="tier1-bot")["may_reply"])
        soon(lambda: get(api, f"chains/{chain}/owner")["waiting_handoff_id"] is None)
        fake.writes(talk, "And my order?")
        soon(lambda: "You said: And my order?" in talk.said())
    assert talk.status == "pending"


@pytest.mark.parametrize("before_the_bridge_looks", [True, False])
def test_back_to_the_bot_before_chatwoot_told_that_people_had_it(
    api: Api, fake: FakeChatwoot, tmp_path: Path, before_the_bridge_looks: bool
) -> None:
    def tells_nothing_of_it(method: str, path: str) -> None:
        if path.endswith("/toggle_status"):
            # What is on its way would find nobody, for which Chatwoot opens a conversation itself.
            fake.settle()
            fake.targets = {}
        elif before_the_bridge_looks and f"{method} {path}".endswith(f"/{talk.id}") and talk.status == "open":
            fake.set_status(talk, "pending")

    with a_bridge(api, fake, tmp_path, catch_up_seconds=0) as url, Bot(api):
        fake.trouble = tells_nothing_of_it
        talk = fake.begins("I want a person")
        soon(lambda: not fake.targets)
        soon(lambda: talk.status == ("pending" if before_the_bridge_looks else "open"))
        fake.trouble = lambda _method, _path: None
        aim(fake, url)
        fake.set_status(talk, "pending")
        chain = chain_of(api, talk)
        soon(lambda: get(api, f"chains/{chain}/owner")["waiting_handoff_id"] is None)
        fake.writes(talk, "And my order?")
        soon(lambda: "You said: And my order?" in talk.said())
    assert talk.status == "pending"


@pytest.mark.usefixtures("bridge")
def test_returned_in_the_console_to_another_bot_it_is_pending(api: Api, fake: FakeChatwoot) -> None:
    talk = fake.begins(LAMP)
    once_kept(api, talk, 1)
    start = requested(api, chain_of(api, talk), to="refunds-bot")
    accept(api, written(api, start), "refunds-bot")
    onward = requested(api, get(api, f"chains/{chain_of(api, talk)}/owner")["session_id"])
    soon(lambda: talk.status == "open")
    warm = accept(api, onward, "human:ben")
    act(api, warm["handoff"], "return", token=warm["claim"]["token"], instruction="Ask for the order number")
    soon(lambda: talk.status == "pending")
    assert handoffs_of(api, talk)[0]["to"] == "refunds-bot"


@pytest.mark.usefixtures("bridge")
def test_given_to_somebody_else_it_is_theirs(api: Api, fake: FakeChatwoot) -> None:
    with Bot(api):
        talk = fake.begins("I want a person")
        soon(lambda: talk.status == "open")
    fake.assign(talk, ANA)
    soon(lambda: handoffs_of(api, talk)[0]["holder"] == "human:ana")
    fake.assign(talk, BEN)
    soon(lambda: handoffs_of(api, talk)[0]["holder"] == "human:ben")


def test_who_passes_it_on_and_speaks_until_somebody_takes_it_does_not_take_it_back(
    api: Api, fake: FakeChatwoot, bridge: str
) -> None:
    with Bot(api):
        talk = fake.begins("I want a person")
        soon(lambda: talk.status == "open")
        warm = accept(api, handoffs_of(api, talk)[0], "human:ana")
        token = warm["claim"]["token"]
        onward = act(api, warm["handoff"], "transfer", token=token, to="queue:fraud", reason="A stolen card", warm=True)
        soon(lambda: len(talk.said(private=True)) == 2)
        fake.replies(talk, "I am asking a colleague.", ANA)
        once_kept(api, talk, 2)
        fake.settle()
        quiet(bridge)
    assert (handoffs_of(api, talk)[0]["id"], handoffs_of(api, talk)[0]["state"]) == (onward["id"], "ready")


@pytest.mark.usefixtures("bridge")
def test_opened_again_by_a_person_it_goes_on_with_them(api: Api, fake: FakeChatwoot) -> None:
    with Bot(api):
        talk = fake.begins("I want a person")
        soon(lambda: talk.status == "open")
    fake.assign(talk, ANA)
    soon(lambda: handoffs_of(api, talk)[0]["holder"] == "human:ana")
    fake.set_status(talk, "resolved")
    soon(lambda: handoffs_of(api, talk)[0]["closed_as"] == "resolved")
    fake.set_status(talk, "open")
    soon(lambda: get(api, f"chains/{chain_of(api, talk)}/owner")["agent"] == "human:ana")


@pytest.mark.usefixtures("bridge")
def test_what_a_person_says_and_does_in_the_console_happens_in_chatwoot(api: Api, fake: FakeChatwoot) -> None:
    with Bot(api):
        talk = fake.begins("I want a person")
        soon(lambda: talk.status == "open")
    warm = accept(api, handoffs_of(api, talk)[0], "human:ben")
    soon(lambda: talk.assignee == BEN)
    token = warm["claim"]["token"]
    act(api, warm["handoff"], "reply", 201, token=token, content="Ben here.")
    soon(lambda: "Ben here." in talk.said())
    soon(lambda: "delivered" in delivered(api))
    act(api, warm["handoff"], "resolve", token=token, note="Done")
    soon(lambda: talk.status == "resolved")
    fake.settle()
    assert [one["content"] for one in kept(api, talk, "agent")] == ["Ben here."]


@pytest.mark.usefixtures("bridge")
def test_returned_in_the_console_it_is_the_bots_again(api: Api, fake: FakeChatwoot) -> None:
    with Bot(api):
        talk = fake.begins("I want a person")
        soon(lambda: talk.status == "open")
        warm = accept(api, handoffs_of(api, talk)[0], "human:ben")
        act(api, warm["handoff"], "return", token=warm["claim"]["token"], instruction="Ask for the order number")
        soon(lambda: talk.status == "pending")
        fake.writes(talk, "Hello?")
        soon(lambda: "You said: Hello?" in talk.said())


@pytest.mark.usefixtures("bridge")
def test_what_chatwoot_could_not_deliver_is_reported(api: Api, fake: FakeChatwoot) -> None:
    with Bot(api):
        talk = fake.begins(LAMP, channel="Channel::Api")
        soon(talk.said)
        soon(lambda: delivered(api))
    with fake.lock:
        talk.messages[-1]["status"] = "failed"
        talk.messages[-1]["content_attributes"] = {"external_error": "The number is not in use"}
        fake.tell("message_updated", talk, talk.messages[-1])
    soon(lambda: delivered(api) == ["sent", "failed"])


def test_what_was_said_while_the_bridge_was_away_goes_out_when_it_is_back(
    api: Api, fake: FakeChatwoot, tmp_path: Path
) -> None:
    with a_bridge(api, fake, tmp_path), Bot(api):
        talk = fake.begins("I want a person")
        soon(lambda: talk.status == "open")
    warm = accept(api, handoffs_of(api, talk)[0], "human:ben")
    act(api, warm["handoff"], "reply", 201, token=warm["claim"]["token"], content="Ben here.")
    with a_bridge(api, fake, tmp_path) as url:
        soon(lambda: "Ben here." in talk.said())
        quiet(url)
    assert talk.said().count("Ben here.") == 1


def test_a_bridge_that_was_killed_before_its_first_look_brings_what_came_since_it_was_started(
    api: Api, fake: FakeChatwoot, tmp_path: Path
) -> None:
    store = Store(settings_of(fake, tmp_path).store)
    store.set_place(BEGAN, time.time() - 600)
    store.close()
    talk = fake.begins(LAMP)
    talk.updated_at = talk.messages[0]["at"] = time.time() - 300
    with a_bridge(api, fake, tmp_path):
        assert once_kept(api, talk, 1) == [LAMP]


def test_a_case_that_was_forgotten_begins_anew(api: Api, fake: FakeChatwoot, bridge: str) -> None:
    talk = fake.begins(LAMP)
    once_kept(api, talk, 1)
    quiet(bridge)
    api.http.delete(f"/v1/namespaces/chatwoot-1/contact-{talk.contact}").raise_for_status()
    fake.writes(talk, "Hello again")
    assert once_kept(api, talk, 1) == ["Hello again"]


def test_a_case_stands_by_the_name_of_its_contact(api: Api, fake: FakeChatwoot, bridge: str) -> None:
    talk = fake.begins(LAMP)
    once_kept(api, talk, 1)
    quiet(bridge)
    [customer] = get(api, "customers")["items"]
    assert (customer["display_name"], customer["namespace"]) == ("Ann", f"chatwoot-1/contact-{talk.contact}")
    assert customer["ids"] == [{"channel": "chatwoot-1", "id": str(talk.contact)}]


def test_who_is_known_from_another_channel_has_one_history(api: Api, fake: FakeChatwoot, bridge: str) -> None:
    first = fake.begins(LAMP)
    once_kept(api, first, 1)
    quiet(bridge)
    api.http.delete(f"/v1/namespaces/chatwoot-1/contact-{first.contact}").raise_for_status()
    ids = [{"channel": "chat", "id": "88"}, {"channel": "chatwoot-1", "id": str(first.contact)}]
    known = post(api, "customers", {"ids": ids, "display_name": "Mira Joshi"}, 201)
    fake.writes(first, "Hello again")
    assert once_kept(api, first, 1) == ["Hello again"]
    quiet(bridge)
    assert [one["namespace"] for one in get(api, "sessions")["items"]] == [known["namespace"]]
    assert get(api, "customers")["items"][0]["display_name"] == "Mira Joshi"
