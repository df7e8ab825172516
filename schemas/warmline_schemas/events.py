"""Events: what happened to handoffs, sessions, operators and shifts, in the order in which it was stored."""

from datetime import datetime
from enum import StrEnum
from typing import Any, Final, Literal
from uuid import UUID

from pydantic import ConfigDict, Field

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
    MESSAGE_RECEIVED = "message.received"
    MESSAGE_CREATED = "message.created"
    MESSAGE_DELIVERY = "message.delivery"
    MESSAGE_UNDELIVERED = "message.undelivered"
    SPEAKER_CHANGED = "speaker.changed"
    BRIEF_FLAGGED = "brief.flagged"
    OPERATOR_PRESENCE = "operator.presence"
    SHIFT_DUE = "shift.due"
    SHIFT_SIGNED = "shift.signed"
    SHIFT_ITEM_ACKNOWLEDGED = "shift.item_acknowledged"
    SHIFT_TAKEN_OVER = "shift.taken_over"
    WEBHOOK_PINGED = "webhook.pinged"
    WEBHOOK_DISABLED = "webhook.disabled"


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
    facts: dict[str, Any] = Field(description="More facts about it, such as `state` and `level`.")


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
