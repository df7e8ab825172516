"""What Chatwoot's webhooks say, in bodies of the shapes that it sends, and who sent them."""

from typing import Any

import pytest

from warmline import InvalidSignature
from warmline.bridges.chatwoot import reading, signing
from warmline.bridges.desk import File, Message, Moved, Ours, State

NOW = 1_790_000_000.0
CONVERSATION: dict[str, Any] = {
    "id": 57,
    "inbox_id": 3,
    "status": "pending",
    "channel": "Channel::Api",
    "can_reply": True,
    "contact_inbox": {"source_id": "s-12"},
    "messages": [{"id": 91, "content": "Hi", "message_type": 0, "created_at": 1790000000, "conversation_id": 57}],
    "labels": [],
    "meta": {"sender": {"id": 12, "name": "Ann"}, "assignee": None, "team": None, "hmac_verified": False},
    "custom_attributes": {},
    "priority": None,
    "last_activity_at": 1790000000,
    "updated_at": 1790000000.12,
}
INCOMING: dict[str, Any] = {
    "event": "message_created",
    "id": 91,
    "content": "Hi",
    "content_type": "text",
    "content_attributes": {},
    "additional_attributes": {},
    "message_type": "incoming",
    "private": False,
    "created_at": "2026-11-28T10:00:00.000Z",
    "source_id": None,
    "account": {"id": 1, "name": "Acme"},
    "inbox": {"id": 3, "name": "Web"},
    "sender": {"id": 12, "name": "Ann", "email": None, "blocked": False},
    "conversation": CONVERSATION,
}
ANA = {"id": 4, "name": "Ana Reis", "email": "ana.reis@acme.test", "type": "user"}


def heard(body: dict[str, Any], **names: str) -> list[Any]:
    return list(reading.heard(body, names, ["Channel::WebWidget"]))


def outgoing(**changes: Any) -> dict[str, Any]:
    return {**INCOMING, "message_type": "outgoing", "sender": ANA, **changes}


def test_a_customers_message_is_of_its_conversation_and_not_of_the_number_on_top() -> None:
    [said] = heard(INCOMING)
    assert isinstance(said, Message)
    assert (said.conversation, said.id, said.customer, said.agent) == ("57", "91", "12", None)
    assert (said.seen.state, said.seen.at, said.seen.delivers) == (State.PENDING, 1790000000.12, False)
    assert said.at.isoformat() == "2026-11-28T10:00:00+00:00"


@pytest.mark.parametrize(
    ("changes", "agent"),
    [
        ({}, "human:ana.reis"),
        ({"sender": None}, "human:chatwoot"),
        ({"sender": {**ANA, "email": ""}}, "human:chatwoot-4"),
        ({"sender": {"id": 7, "type": "agent_bot"}}, None),
        ({"private": True}, None),
        ({"message_type": "template", "sender": None}, None),
        ({"content_attributes": {"automation_rule_id": 3}, "sender": None}, None),
        ({"additional_attributes": {"campaign_id": 3}}, None),
        ({"content": None}, None),
    ],
)
def test_who_spoke(changes: dict[str, Any], agent: str | None) -> None:
    assert [one.agent for one in heard(outgoing(**changes))] == ([agent] if agent else [])


def test_a_person_has_the_name_that_the_settings_say() -> None:
    assert heard(outgoing(), **{"ana.reis@acme.test": "ana"})[0].agent == "human:ana"


def test_files_come_with_the_words_or_without_any() -> None:
    files = [{"id": 5, "message_id": 91, "file_type": "image", "data_url": "https://f.test/5/my%20lamp.png"}]
    lamp = File("5", "my lamp.png", "image", "https://f.test/5/my%20lamp.png")
    said, alone = (
        heard({**INCOMING, "attachments": files})[0],
        heard({**INCOMING, "attachments": files, "content": None})[0],
    )
    assert (said.text, list(said.files)) == ("Hi", [lamp])
    assert (alone.text, list(alone.files)) == ("", [lamp])


@pytest.mark.parametrize("event", ["message_created", "message_updated"])
def test_what_is_ours_comes_back_as_that(event: str) -> None:
    body = outgoing(event=event, source_id="warmline:m-1", sender={"id": 7, "type": "agent_bot"})
    last = {"id": 91, "status": "failed", "message_type": 1}
    body = {**body, "conversation": {**CONVERSATION, "messages": [last]}}
    assert heard(body) == [Ours("57", "warmline:m-1", "91", "failed", "Chatwoot could not deliver it.")]


def test_a_change_says_what_was_before_in_words_or_in_numbers() -> None:
    for former in ("open", 0):
        changed = [{"status": {"previous_value": former, "current_value": "pending"}}]
        body = {**CONVERSATION, "event": "conversation_status_changed", "changed_attributes": changed}
        [moved] = heard(body)
        assert (moved.seen.state, moved.seen.was, moved.is_assigned) == (State.PENDING, State.OPEN, False)


def test_an_assignment_names_the_person_and_none_where_a_bot_has_it() -> None:
    changed = [{"assignee_id": {"previous_value": None, "current_value": 4}}]
    meta = {**CONVERSATION["meta"], "assignee": ANA}
    body = {**CONVERSATION, "event": "conversation_updated", "changed_attributes": changed, "meta": meta}
    [moved] = heard(body)
    assert isinstance(moved, Moved)
    assert (moved.is_assigned, moved.seen.person) == (True, "human:ana.reis")
    [moved] = heard({**body, "meta": {**meta, "assignee_type": "AgentBot"}})
    assert moved.seen.person is None


def test_the_same_message_from_another_sender_has_the_same_key_and_another_change_another_one() -> None:
    assert reading.key(INCOMING, "d-1") == reading.key(INCOMING, "d-2") == "message_created:91"
    body = {**CONVERSATION, "event": "conversation_resolved"}
    assert reading.key(body, "d-1") != reading.key(body, "d-2")
    assert reading.key({**CONVERSATION, "event": "conversation_typing_on"}, "d-1") is None


@pytest.mark.parametrize("body", [{}, {"event": "message_created"}, {"event": "message_created", "conversation": 5}])
def test_what_has_another_shape_says_nothing(body: dict[str, Any]) -> None:
    assert heard(body) == []


def signed(body: bytes, secret: str = "secret", moment: str = str(int(NOW))) -> dict[str, str]:
    return {signing.TIMESTAMP: moment, signing.SIGNATURE: signing.signature(secret, moment, body)}


def test_a_webhook_signed_with_either_of_two_secrets_is_believed() -> None:
    for secret in ("secret", "older"):
        signing.verify(["secret", "older"], signed(b"{}", secret), b"{}", allow_unsigned=False, now=NOW)


@pytest.mark.parametrize(
    ("secrets", "headers", "body", "now"),
    [
        (["secret"], signed(b"{}", "wrong"), b"{}", NOW),
        (["secret"], signed(b"{}"), b"{ }", NOW),
        (["secret"], signed(b"{}"), b"{}", NOW + 301),
        (["secret"], signed(b"{}"), b"{}", NOW - 301),
        (["secret"], {}, b"{}", NOW),
        (["secret"], {**signed(b"{}"), signing.TIMESTAMP: "x"}, b"{}", NOW),
        ([], signed(b"{}"), b"{}", NOW),
    ],
)
def test_others_are_refused(secrets: list[str], headers: dict[str, str], body: bytes, now: float) -> None:
    with pytest.raises(InvalidSignature):
        signing.verify(secrets, headers, body, allow_unsigned=False, now=now)


def test_a_sender_without_a_secret_is_believed_where_that_is_allowed_and_others_are_not() -> None:
    signing.verify([], {}, b"{}", allow_unsigned=True, now=NOW)
    with pytest.raises(InvalidSignature):
        signing.verify(["secret"], {}, b"{}", allow_unsigned=True, now=NOW)
