"""Reading: what Chatwoot's webhooks say, in the words of the port.

``id`` means the message in a message's body, and the conversation in a conversation's; a conversation's id is the one
of its account. ``message_type`` is a word here. What is absent may be absent, null or empty.
"""

import hashlib
import json
from collections.abc import Collection, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote, urlsplit

from warmline.bridges.desk import File, Heard, Message, Moved, Ours, Seen, State

MESSAGES = ("message_created", "message_updated")
CONVERSATIONS = (
    "conversation_created",
    "conversation_opened",
    "conversation_resolved",
    "conversation_updated",
    "conversation_status_changed",
)
# What the API has as numbers, and webhooks as words.
TYPES = {0: "incoming", 1: "outgoing", 2: "activity", 3: "template"}
# The numbers of the states in Chatwoot's database, which its changes can show instead of words.
STATES = {0: State.OPEN, 1: State.RESOLVED, 2: State.PENDING, 3: State.SNOOZED}
MARKS = "warmline"
"""What the marks of this bridge begin with."""
NOBODY = "human:chatwoot"
"""Who wrote what Chatwoot names no sender of, such as an answer from the phone of the channel."""

Body = Mapping[str, Any]


def key(body: Body, delivery: str | None) -> str | None:
    """What makes a webhook the same as another one; None for what a bridge does not want to hear.

    A message comes from the agent bot, the inbox and the account, each with a delivery of its own.
    """
    event = str(body.get("event"))
    if event == "message_created":
        return f"{event}:{body.get('id')}"
    if event == "message_updated":
        return f"{event}:{body.get('id')}:{_delivery(body)}"
    if event in CONVERSATIONS:
        # One without a delivery was read by us, or comes from an old version.
        return f"{event}:{delivery or hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()}"
    return None


def as_sent(message: Body, conversation: Body) -> Body:
    """A message as the API answers it, in the form in which a webhook sends it."""
    kind = TYPES.get(message.get("message_type", 0), "activity")
    return {**message, "event": "message_created", "message_type": kind, "conversation": conversation}


def is_of_people(message: Body) -> bool:
    """Whether a message as the API answers it can be what a person said to a customer."""
    is_public = TYPES.get(message.get("message_type", 0)) == "outgoing" and not message.get("private")
    return is_public and not _is_ours(message) and _inside(message, "sender").get("type") != "agent_bot"


def conversation_of(body: Body) -> str | None:
    """The id of the conversation that a webhook is about."""
    found = _conversation(body).get("id")
    return None if found is None else str(found)


def inbox_of(body: Body) -> int | None:
    """The inbox of the conversation."""
    found = _conversation(body).get("inbox_id") or _inside(body, "inbox").get("id")
    return None if found is None else int(found)


def account_of(body: Body) -> int | None:
    """The account that a webhook comes from; None where it does not say so."""
    found = _inside(body, "account").get("id") or _conversation(body).get("account_id")
    return None if found is None else int(found)


def heard(body: Body, names: Mapping[str, str], delivering: Collection[str]) -> Iterator[Heard]:
    """What a webhook tells.

    ``names``: operators by the e-mail of Chatwoot's users. ``delivering``: the kinds of inboxes in which the customer
    sees at once what Chatwoot has.
    """
    event = body.get("event")
    conversation = conversation_of(body)
    if conversation is None:
        return
    if event in CONVERSATIONS:
        now = seen(body, names, delivering)
        if now is not None:
            yield Moved(conversation, now, is_assigned="assignee_id" in _changes(body))
    elif _is_ours(body):
        failed = _inside(body, "content_attributes").get("external_error")
        delivery = _delivery(body)
        problem = str(failed or "Chatwoot could not deliver it.")[:500] if delivery == "failed" else None
        yield Ours(conversation, str(body["source_id"]), str(body["id"]), delivery, problem)
    elif event == "message_created":
        yield from _said(body, conversation, names, delivering)


def _said(body: Body, conversation: str, names: Mapping[str, str], delivering: Collection[str]) -> Iterator[Message]:
    """A message of the customer's or of a person's that the customer sees; nothing for what nobody said to them."""
    is_incoming = body.get("message_type") == "incoming"
    agent = None if is_incoming else _person(body, names)
    text = str(body.get("content") or "").strip()
    files = _files(body)
    now = seen(_conversation(body), names, delivering)
    if body.get("private") or not (is_incoming or agent) or not (text or files) or now is None:
        return
    yield Message(
        conversation,
        str(body["id"]),
        int(body["id"]),
        text,
        _moment(body.get("created_at")),
        _customer(body),
        agent,
        now,
        {"conversation": conversation},
        _contact(body).get("name"),
        files,
    )


def _person(body: Body, names: Mapping[str, str]) -> str | None:
    """The person who said something in public; None where a bot, a rule, a campaign or a template did."""
    if body.get("message_type") != "outgoing":
        return None
    by_rule = _inside(body, "content_attributes").get("automation_rule_id")
    if by_rule or _inside(body, "additional_attributes").get("campaign_id"):
        return None
    sender = body.get("sender")
    if not isinstance(sender, Mapping):
        return NOBODY
    return person_of(sender, names) if sender.get("type") == "user" else None


def person_of(user: Mapping[str, Any], names: Mapping[str, str]) -> str:
    """The operator that a user of Chatwoot is: by the settings, else by the part of the e-mail before the @."""
    email = str(user.get("email") or "")
    name = names.get(email) or email.partition("@")[0].strip().lower() or f"chatwoot-{user.get('id')}"
    return f"human:{name.removeprefix('human:')}"


def _is_ours(body: Body) -> bool:
    return str(body.get("source_id") or "").startswith(MARKS)


def _files(body: Body) -> list[File]:
    given = body.get("attachments")
    return [_file(one) for one in (given if isinstance(given, list) else []) if isinstance(one, Mapping)]


def _file(attachment: Body) -> File:
    url = str(attachment.get("data_url") or attachment.get("external_url") or "")
    kind = str(attachment.get("file_type") or "file")
    # Chatwoot names a file only at the end of its address.
    name = unquote(urlsplit(url).path.rpartition("/")[2]) or kind
    return File(str(attachment.get("id") or url), name, kind, url)


def seen(conversation: Body, names: Mapping[str, str], delivering: Collection[str]) -> Seen | None:
    """The state of a conversation; None for one that bridges do not know."""
    state = _state(conversation.get("status"))
    if state is None:
        return None
    assignee = _inside(conversation, "meta").get("assignee")
    is_person = isinstance(assignee, Mapping) and _inside(conversation, "meta").get("assignee_type") != "AgentBot"
    person = person_of(assignee, names) if is_person and isinstance(assignee, Mapping) else None
    was = _changes(conversation).get("status")
    return Seen(
        state,
        _seconds(conversation),
        _state(was) if was is not None else None,
        person,
        delivers=conversation.get("channel") in delivering,
        newest=max((int(one["id"]) for one in _last(conversation)), default=None),
    )


def _changes(conversation: Body) -> dict[str, Any]:
    """The former values of what changed, by name."""
    changed = conversation.get("changed_attributes")
    return {
        name: change.get("previous_value")
        for one in (changed if isinstance(changed, list) else [])
        if isinstance(one, Mapping)
        for name, change in one.items()
        if isinstance(change, Mapping)
    }


def _state(value: Any) -> State | None:
    if isinstance(value, int):
        return STATES.get(value)
    return State(value) if value in set(State) else None


def _seconds(conversation: Body) -> float:
    for name in ("updated_at", "last_activity_at", "timestamp", "created_at"):
        value = conversation.get(name)
        if isinstance(value, int | float):
            return float(value)
    return 0.0


def _delivery(body: Body) -> str | None:
    """How far a message got: Chatwoot tells it of the message itself, or of the conversation's last one."""
    known = {"sent", "delivered", "read", "failed"}
    last = _last(_conversation(body))
    status = body.get("status") or next((one.get("status") for one in last if one.get("id") == body.get("id")), None)
    return status if status in known else None


def _last(conversation: Body) -> list[Body]:
    """The newest public message of a conversation, in a list; none where it has none."""
    messages = conversation.get("messages")
    return [one for one in (messages if isinstance(messages, list) else []) if isinstance(one, Mapping) and "id" in one]


def _customer(body: Body) -> str:
    """The id of the contact whose conversation it is."""
    return str(_contact(body).get("id") or f"of-{conversation_of(body)}")


def _contact(body: Body) -> Body:
    """The contact whose conversation it is."""
    sender = _inside(_inside(_conversation(body), "meta"), "sender")
    if not sender and body.get("message_type") == "incoming":
        sender = _inside(body, "sender")
    return sender


def _conversation(body: Body) -> Body:
    return body if body.get("event") in CONVERSATIONS else _inside(body, "conversation")


def _inside(body: Body, name: str) -> Body:
    found = body.get(name)
    return found if isinstance(found, Mapping) else {}


def _moment(value: Any) -> datetime:
    """A time: ISO 8601 in webhooks, seconds in what the API answers."""
    if isinstance(value, int | float):
        return datetime.fromtimestamp(value, UTC)
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError:
        return datetime.now(UTC)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
