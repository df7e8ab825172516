"""Events: what happened to handoffs, sessions, operators and shifts, in the order in which it was stored."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Final, Literal
from uuid import UUID

from pydantic import ConfigDict, Field, with_config
from typing_extensions import TypedDict

from warmline_schemas.wire import Answer, Page

MEMORY_KEPT: Final = "memory.kept"
"""The type of the messages in a chain's stream that are not events."""


class EventType(StrEnum):
    """Everything that can happen, written as `noun.verb`."""

    SESSION_STARTED = "session.started"
    SESSION_ENDED = "session.ended"
    SESSION_RESUMED = "session.resumed"
    HANDOFF_REQUESTED = "handoff.requested"
    HANDOFF_DRAFTED = "handoff.drafted"
    HANDOFF_EDITED = "handoff.edited"
    HANDOFF_CONFIRMED = "handoff.confirmed"
    HANDOFF_READY = "handoff.ready"
    HANDOFF_FAILED = "handoff.failed"
    HANDOFF_CANCELLED = "handoff.cancelled"
    HANDOFF_NOBODY_THERE = "handoff.nobody_there"
    HANDOFF_OFFERED = "handoff.offered"
    HANDOFF_OFFER_LAPSED = "handoff.offer_lapsed"
    HANDOFF_DECLINED = "handoff.declined"
    HANDOFF_CLAIMED = "handoff.claimed"
    HANDOFF_RELEASED = "handoff.released"
    HANDOFF_LAPSED = "handoff.lapsed"
    HANDOFF_ACCEPTED = "handoff.accepted"
    HANDOFF_INFO_REQUESTED = "handoff.info_requested"
    HANDOFF_INFO_GIVEN = "handoff.info_given"
    HANDOFF_INFO_OVERDUE = "handoff.info_overdue"
    HANDOFF_RETARGETED = "handoff.retargeted"
    HANDOFF_REDIRECTED = "handoff.redirected"
    HANDOFF_ESCALATED = "handoff.escalated"
    HANDOFF_BREACHED = "handoff.breached"
    HANDOFF_STALLED = "handoff.stalled"
    HANDOFF_FIRST_REPLY = "handoff.first_reply"
    HANDOFF_SNOOZED = "handoff.snoozed"
    HANDOFF_WOKEN = "handoff.woken"
    HANDOFF_CLOSED = "handoff.closed"
    HANDOFF_REOPENED = "handoff.reopened"
    HANDOFF_RATED = "handoff.rated"
    MESSAGE_RECEIVED = "message.received"
    MESSAGE_CREATED = "message.created"
    MESSAGE_DELIVERY = "message.delivery"
    MESSAGE_UNDELIVERED = "message.undelivered"
    ATTACHMENT_CHECKED = "attachment.checked"
    SPEAKER_CHANGED = "speaker.changed"
    BRIEF_FLAGGED = "brief.flagged"
    OPERATOR_PRESENCE = "operator.presence"
    OPERATOR_MENTIONED = "operator.mentioned"
    SHIFT_DUE = "shift.due"
    SHIFT_SIGNED = "shift.signed"
    SHIFT_ITEM_ACKNOWLEDGED = "shift.item_acknowledged"
    SHIFT_TAKEN_OVER = "shift.taken_over"
    WEBHOOK_PINGED = "webhook.pinged"
    WEBHOOK_DISABLED = "webhook.disabled"


@with_config(ConfigDict(extra="allow"))
class EventFacts(TypedDict, total=False):
    """More about an event, by its type. A release that is newer than its clients may send further facts."""

    state: Annotated[str, Field(description="Of all `handoff.*`: the handoff's state afterwards.")]
    level: Annotated[int, Field(description="Of all `handoff.*`: the level at which it waits.")]
    session_id: Annotated[str, Field(description="Of `session.*`, `handoff.accepted`, `message.*`: the session.")]
    reason: Annotated[
        str | None, Field(description="Why it ended, was released, declined, snoozed, woken or transferred.")
    ]
    mode: Annotated[str, Field(description="Of `handoff.requested`: its mode.")]
    hop: Annotated[int, Field(description="Of `handoff.requested` and `redirected`: which handoff of its chain it is.")]
    reason_code: Annotated[str | None, Field(description="Of `handoff.requested`: the code of its reason.")]
    urgency: Annotated[str, Field(description="Of `handoff.requested`: its urgency.")]
    returns_id: Annotated[str | None, Field(description="Of `handoff.requested`: the handoff that it gives back.")]
    renewed: Annotated[bool, Field(description="Of `handoff.requested`: its draft is written anew.")]
    retried: Annotated[bool, Field(description="Of `handoff.requested`: it had failed.")]
    revision: Annotated[int | None, Field(description="Of a draft: its revision.")]
    changed: Annotated[list[str], Field(description="Of `handoff.edited`: the sections that were changed.")]
    key: Annotated[str, Field(description="Of a draft: the name of the API key that changed it.")]
    key_id: Annotated[str, Field(description="Of a draft: the id of the API key that changed it.")]
    attempts: Annotated[int, Field(description="Of `handoff.failed`: how often it was tried.")]
    too_vague: Annotated[bool, Field(description="Of `handoff.failed`: the brief would have said too little.")]
    returned: Annotated[bool, Field(description="Whether it went back to its source.")]
    policy: Annotated[str, Field(description="Of `handoff.nobody_there`: what the queue does then.")]
    to: Annotated[str | None, Field(description="The target, or the person, to which the work goes.")]
    was: Annotated[str | None, Field(description="The target, or the speaker, before.")]
    why: Annotated[str, Field(description="What the platform did it for.")]
    offered_to: Annotated[str | None, Field(description="Whom it is, or was, offered to.")]
    until: Annotated[str, Field(description="Until when it is offered or snoozed.")]
    read_back: Annotated[bool, Field(description="Of `handoff.accepted`: the receiver said what it is about.")]
    inquiry_id: Annotated[str, Field(description="Of `handoff.info_requested` and `info_given`: the question.")]
    due_at: Annotated[str, Field(description="When an answer, or what was promised, is or was due.")]
    from_level: Annotated[int, Field(description="Of `handoff.escalated`: the level before.")]
    to_level: Annotated[int, Field(description="Of `handoff.escalated`: the level of the handoff that goes on.")]
    onward_id: Annotated[str, Field(description="Of `handoff.escalated`: the handoff that goes on.")]
    promise: Annotated[str, Field(description="Of `handoff.breached`: `accept`, `first_reply` or `resolve`.")]
    closed_as: Annotated[str, Field(description="Of `handoff.closed`: how the work ended.")]
    message_id: Annotated[
        str,
        Field(description="Of `message.*`, `attachment.checked`: the message; of `operator.mentioned`: the note."),
    ]
    corrects: Annotated[str, Field(description="Of `message.created`: the reply that it corrects.")]
    reached: Annotated[str, Field(description="Of `message.received`: whom it reached.")]
    delivery: Annotated[
        str, Field(description="Of `message.delivery` and `undelivered`: how far it got, or `withdrawn`.")
    ]
    problem: Annotated[str, Field(description="Of `message.delivery`: why it failed.")]
    attachments: Annotated[
        list[str], Field(description="Of `message.received` and `created`: the attachments that it brings.")
    ]
    attachment_id: Annotated[str, Field(description="Of `attachment.checked`: the attachment.")]
    found: Annotated[str, Field(description="Of `attachment.checked`: `clean` or `refused`.")]
    speaker: Annotated[str, Field(description="Of `speaker.changed`: who speaks now.")]
    flag_id: Annotated[str, Field(description="Of `brief.flagged`: the flag.")]
    verdict: Annotated[str, Field(description="Of `brief.flagged`: what is wrong.")]
    section: Annotated[str | None, Field(description="Of `brief.flagged`: in which section.")]
    operator: Annotated[str, Field(description="Of `operator.*`: who.")]
    presence: Annotated[str, Field(description="Of `operator.presence`: their presence now.")]
    sheet_id: Annotated[str, Field(description="Of `shift.*`: the sheet.")]
    rota: Annotated[str | None, Field(description="Of `shift.*`: the rota.")]
    outgoing: Annotated[str, Field(description="Of `shift.*`: whose shift ends.")]
    ends_at: Annotated[str, Field(description="Of `shift.due`: when the shift ends.")]
    overdue: Annotated[bool, Field(description="Of `shift.due`: whether it should have been handed over by now.")]
    items: Annotated[int, Field(description="Of `shift.*`: how many items it is about.")]
    webhook_id: Annotated[str, Field(description="Of `webhook.*`: the webhook.")]


class Event(Answer):
    """Something that happened. It names things and states, and never has the content of a memory."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": "01978f6e-7c1a-7000-8000-000000000009",
                    "sequence": 41,
                    "type": "handoff.claimed",
                    "at": "2026-03-01T10:05:00Z",
                    "actor": "human:operator-7",
                    "namespace": "user-dave",
                    "chain_id": "01978f6e-7c1a-7000-8000-000000000001",
                    "handoff_id": "01978f6e-7c1a-7000-8000-000000000002",
                    "queue": "queue:billing",
                    "facts": {"state": "claimed", "level": 1},
                }
            ]
        }
    )

    id: UUID = Field(description="The event's id. It is the same in a stream, in a webhook and in the list.")
    sequence: int = Field(description="The event's number. The events of a tenant are numbered without gaps.")
    type: EventType = Field(description="What happened.")
    at: datetime = Field(description="When it happened.")
    actor: str | None = Field(description="Who did it; null where the platform did.")
    namespace: str | None = Field(description="The namespace that it belongs to, if any.")
    chain_id: UUID | None = Field(description="The chain that it belongs to, if any.")
    handoff_id: UUID | None = Field(description="The handoff that it is about, if any.")
    queue: str | None = Field(description="The target for which the handoff waits, such as `queue:billing`.")
    facts: EventFacts = Field(description="More facts about it, such as `state` and `level`.")


class MemoryKept(Answer):
    """Says that a session of a chain has new memories. Only the stream of a chain has this message.

    It is not an event: it has no id, is in no list, and a stream that is taken up again does not repeat it.
    """

    type: Literal["memory.kept"] = Field(default=MEMORY_KEPT, description="Always `memory.kept`.")
    session_id: UUID = Field(description="The session that has new memories.")
    ordinal: int = Field(description="The number of its newest memory; the first of a session is 1.")


class Events(Page[Event]):
    """One page of the events, in the order in which they were stored: the oldest first."""

    last: int = Field(
        description="The number of the newest event that was looked at. Send it as `after` for later ones."
    )
