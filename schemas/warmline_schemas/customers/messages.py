"""Messages between a case and its customer, as the channels carry them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Literal, NamedTuple, Self
from uuid import UUID

from pydantic import ConfigDict, Field, StringConstraints, model_validator

from warmline_schemas.claims import Token
from warmline_schemas.customers.attachments import AttachmentIds, SentAttachment
from warmline_schemas.memories import ExternalId
from warmline_schemas.queues import HandoffStanding
from warmline_schemas.wire import MAX_CONTENT_CHARS, ActingAgent, Answer, Metadata, Moment, Request

MessageText = Annotated[str, StringConstraints(min_length=1, max_length=MAX_CONTENT_CHARS, pattern=r"\S")]


def _check_says(content: str | None, attachments: Sequence[UUID]) -> None:
    if content is None and not attachments:
        raise ValueError("content: say something, or bring `attachments`")


class Correction(NamedTuple):
    """What the metadata of a reply says that corrects another one: ``of`` is that, and ``lead`` what a channel says
    before it which cannot change what it sent."""

    of: UUID
    lead: str


CORRECTION = "correction"
"""Under which name it stands there."""


WITHDRAWN = "withdrawn"
"""Under which name the metadata of a reply says when it was taken back; no channel is to bring it then."""


def correction_in(metadata: Mapping[str, Any]) -> Correction | None:
    """Which reply a message corrects, by its metadata; None where it corrects none."""
    about = metadata.get(CORRECTION)
    if not isinstance(about, Mapping):
        return None
    try:
        return Correction(UUID(str(about.get("of"))), str(about.get("lead", "")))
    except ValueError:
        # Metadata can be anybody's.
        return None


class SendMessage(Request):
    """Says something in a case, as a channel heard it. It is taken whatever the state of the case."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"content": "It is still not refunded!", "external_id": "chat-88"}]}
    )

    content: MessageText | None = Field(
        default=None, description="What was said. It may be left out where `attachments` say enough."
    )
    attachments: AttachmentIds = Field(
        default_factory=list, description="The ids of uploaded attachments that the message brings, at most 10."
    )
    external_id: ExternalId = Field(
        description="The channel's id of the message; what came under it before is not stored again."
    )
    agent: ActingAgent | None = Field(
        default=None,
        description=(
            "Who of our side said it, such as `human:ana` in another channel, who speaks from then on; null for the"
            " customer."
        ),
    )
    deliver: bool = Field(
        default=False,
        description=(
            "Whether the customer has yet to hear it: `agent`, who must speak for the case, says it here, and the"
            " customer's channel delivers it."
        ),
    )
    takes_over: bool | None = Field(
        default=None,
        description="Whether a person speaks for the case from then on; false for what they said before they gave it"
        " back. Left out, the time of the message tells.",
    )
    bot: ActingAgent | None = Field(
        default=None,
        description="The agent with which a new case begins, where one does: that of the case before, if left out.",
    )
    event_time: Moment | None = Field(default=None, description="When it was said; the default is now.")
    metadata: Metadata = Field(default_factory=dict, description="An object of your own, kept with the memory.")

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if self.deliver and self.agent is None:
            raise ValueError("`deliver` needs `agent`: who of our side says it to the customer")
        _check_says(self.content, self.attachments)
        return self


class Reached(StrEnum):
    """Where a message found its case.

    `speaker`: somebody speaks for it. `waiting`: a handoff waits. `reopened`: it had ended, and goes on. `new_chain`:
    it had ended too long ago. `nobody`: it has ended.
    """

    SPEAKER = "speaker"
    WAITING = "waiting"
    REOPENED = "reopened"
    NEW_CHAIN = "new_chain"
    NOBODY = "nobody"


class ReceivedMessage(Answer):
    """A message that a case has, and whom it reached."""

    id: UUID = Field(description="The memory's id.")
    repeated: bool = Field(description="Whether it had come before.")
    reached: Reached = Field(description="Where it found the case.")
    chain_id: UUID = Field(description="The chain that has it: of a `new_chain` another one than was written to.")
    session_id: UUID = Field(description="The session that keeps it.")
    speaker: str | None = Field(description="Who speaks for the case, and so answers; null while nobody does.")
    handoff_id: UUID | None = Field(description="The handoff that waits to be taken over, if any.")
    to: str | None = Field(description="The target for which that waits.")
    standing: HandoffStanding | None = Field(description="How its wait stands now, estimated anew.")
    attachment_memory_ids: list[UUID] = Field(
        default_factory=list,
        description="The memories of its attachments, in order; without text the first of them is the message itself.",
    )
    earlier: list[str] = Field(
        default_factory=list,
        description="Of a `new_chain`: the earlier cases and how each ended, a line each, newest first.",
    )


class ReplyState(StrEnum):
    """How far a reply got, as its channel reports it: `saved` until it says more."""

    SAVED = "saved"
    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"
    FAILED = "failed"


class SendReply(Request):
    """Says something to the customer, as whoever holds the handoff. The customer's channel delivers it."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"token": 1, "content": "It is on its way."}]})

    token: Token
    content: MessageText | None = Field(
        default=None, description="What is said. It may be left out where `attachments` say enough."
    )
    attachments: AttachmentIds = Field(
        default_factory=list,
        description="The ids of uploaded attachments, at most 10. Each of them is a reply of its own, after the text.",
    )
    corrects: UUID | None = Field(
        default=None, description="A reply of yours in this case, in whose place `content` holds from now on."
    )
    withdraws: UUID | None = Field(
        default=None, description="A reply of yours in this case that is taken back while no channel has it; alone."
    )

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if self.withdraws is not None:
            if self.content is not None or self.attachments or self.corrects is not None:
                raise ValueError("`withdraws` takes back what was said, and says nothing: send it alone")
            return self
        _check_says(self.content, self.attachments)
        if self.corrects is not None and (self.content is None or self.attachments):
            raise ValueError("`corrects` needs `content`, the whole new text, and takes no `attachments`")
        return self


class ReportDelivery(Request):
    """Reports how far a channel got with a reply. Reports may come twice and out of order."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"state": "delivered", "external_id": "chat-90"}]})

    state: Literal[ReplyState.SENT, ReplyState.DELIVERED, ReplyState.READ, ReplyState.FAILED] = Field(
        description="How far it got."
    )
    problem: Annotated[str, StringConstraints(min_length=1, max_length=500)] | None = Field(
        default=None, description="Why it failed."
    )
    external_id: ExternalId | None = Field(
        default=None, description="The channel's own id of the message, by which it is known when it comes back."
    )


class Reply(Answer):
    """What was said to a customer, and how far it got."""

    id: UUID = Field(description="The memory's id.")
    chain_id: UUID = Field(description="The chain.")
    session_id: UUID = Field(description="The session in which it was said.")
    agent: str = Field(description="Who said it.")
    content: str = Field(description="What was said; of an attachment its name, type and size.")
    attachment: SentAttachment | None = Field(default=None, description="The attachment that it is, if it is one.")
    at: datetime = Field(description="When it was said.")
    state: ReplyState = Field(description="How far it got.")
    late: bool = Field(description="Whether nobody had delivered it in time.")
    problem: str | None = Field(description="Why it failed.")
    corrects: UUID | None = Field(default=None, description="The reply in whose place it holds.")
    lead: str | None = Field(
        default=None, description="What to say before it where a channel cannot change what it sent."
    )
    withdrawn: bool = Field(default=False, description="Whether it was taken back: no channel is to bring it.")


class GiveBack(Request):
    """Lets an agent speak again: one for whom a person has answered, or whose work `agent` has taken over."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"agent": "human:ana", "instruction": "Ask for the order number"}]}
    )

    agent: ActingAgent = Field(description="Who gives the conversation back.")
    instruction: MessageText | None = Field(
        default=None, description="What the agent should do now. It is remembered as an `instruction`."
    )
