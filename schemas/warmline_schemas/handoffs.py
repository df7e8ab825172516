"""Handoffs: work going from a session to its target, and the warm start that the target gets."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from pydantic import ConfigDict, Field, StringConstraints

from warmline_schemas.briefs import Brief
from warmline_schemas.queues import Language, NobodyThere, Skill
from warmline_schemas.read_backs import ReadBack
from warmline_schemas.reasons import ReasonCode, ReasonCodeName
from warmline_schemas.templates import TemplateName
from warmline_schemas.wire import AgentName, Answer, Metadata, Request

Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]


class HandoffState(StrEnum):
    """Where a handoff is in its life. `drafted` waits for somebody who reads the brief and confirms it."""

    REQUESTED = "requested"
    DRAFTED = "drafted"
    READY = "ready"
    CLAIMED = "claimed"
    ACCEPTED = "accepted"
    CLOSED = "closed"
    CANCELLED = "cancelled"
    FAILED = "failed"


class HandoffMode(StrEnum):
    """When the source session ends: `cold` as soon as the brief is ready, `warm` only when the target accepts.

    `consult` shares the brief for advice: the source goes on, and keeps the conversation.
    """

    COLD = "cold"
    WARM = "warm"
    CONSULT = "consult"


class Urgency(StrEnum):
    """How pressing a handoff is. Of two with the same promise the more urgent one comes first."""

    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"
    CRITICAL = "critical"


class ClosedAs(StrEnum):
    """What became of an accepted handoff: `ended` where its session just ended."""

    RESOLVED = "resolved"
    RETURNED = "returned"
    TRANSFERRED = "transferred"
    ESCALATED = "escalated"
    ROLLED_BACK = "rolled_back"
    ENDED = "ended"


class Notice(Answer):
    """What the source, and through it the customer, is told of a wait."""

    policy: NobodyThere = Field(description="What was decided while nobody was there.")
    message: str = Field(description="The same in a sentence for the customer.")
    position: int | None = Field(default=None, description="The place in the queue, 1 for the next.")
    estimated_seconds: float | None = Field(default=None, description="How long it will take, by recent waits.")
    opens_at: datetime | None = Field(default=None, description="When the queue opens; null while it is open.")
    at: datetime = Field(description="When this was found out.")


class AcceptMode(StrEnum):
    """How a session starts from a brief.

    `continue` takes the work over, once. `branch` starts a further session beside it, which owns the conversation only
    if nobody else does. `rollback` starts again from this brief and ends the session that owns the conversation now.
    """

    CONTINUE = "continue"
    BRANCH = "branch"
    ROLLBACK = "rollback"


class RequestHandoff(Request):
    """Asks for the work of an open session to go to a target. Nothing ends until the brief is written."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "session_id": "01978f6e-7c1a-7000-8000-000000000001",
                    "to": "billing-specialist",
                    "reason": "Customer disputes a $100 overcharge",
                    "goal": "Refund or explain the difference on the last invoice",
                }
            ]
        }
    )

    session_id: UUID = Field(description="The source session; it must be open.")
    to: AgentName = Field(description="The target: an agent, `human:NAME`, `queue:NAME` or `skill:NAME`.")
    reason: Reason = Field(description="Why the work goes over, in one sentence.")
    goal: Reason | None = Field(default=None, description="What the target should achieve, specific and measurable.")
    mode: HandoffMode = Field(default=HandoffMode.COLD, description="When the source session ends.")
    reason_code: ReasonCodeName = Field(
        default=ReasonCode.OTHER, description="Why, as one of the tenant's reason codes."
    )
    urgency: Urgency = Field(default=Urgency.NORMAL, description="How pressing it is.")
    language: Language | None = Field(default=None, description="The customer's language, as a BCP 47 tag.")
    skills: Annotated[list[Skill], Field(max_length=20)] = Field(
        default_factory=list, description="What whoever takes it must be able to do."
    )
    template: TemplateName | None = Field(
        default=None, description="The template of the brief; the one that the memories speak for where left out."
    )
    review: bool = Field(
        default=False, description="Whether somebody reads the brief as a draft and confirms it before anything ends."
    )
    refuse_vague: bool = Field(
        default=False, description="Whether a brief below its template's bar fails the handoff, with what is missing."
    )
    metadata: Metadata = Field(default_factory=dict, description="Anything of your own; returned as it was sent.")


class CancelHandoff(Request):
    """Calls a handoff off while its source session is still open; that session goes on untouched."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "The customer solved it"}]})

    reason: Reason | None = Field(default=None, description="Why, for the record.")


class RetryHandoff(Request):
    """Puts a failed handoff back to work."""

    model_config = ConfigDict(json_schema_extra={"examples": [{}]})


class AcceptHandoff(Request):
    """Starts the target's session from the brief."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"agent": "billing-specialist", "token_budget": 1500}]})

    agent: AgentName = Field(description="Who takes over.")
    mode: AcceptMode = Field(default=AcceptMode.CONTINUE, description="How the session starts from the brief.")
    token: int | None = Field(
        default=None, ge=1, description="The claim's fencing token; needed where the handoff was claimed first."
    )
    read_back: Reason | None = Field(
        default=None, description="What it is about, in one line of the receiver's own; checked against the brief."
    )
    confirm_read_back: bool = Field(
        default=False, description="Whether to accept although the read-back contradicts the brief."
    )
    metadata: Metadata = Field(default_factory=dict, description="Metadata of the new session.")
    top_k: int = Field(default=10, ge=0, le=100, description="At most this many memories beside the brief.")
    token_budget: int = Field(
        default=2000, ge=200, le=100_000, description="The prompt text's length at most, in estimated tokens."
    )


class Handoff(Answer):
    """Work going from a session to its target."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": "01978f6e-7c1a-7000-8000-000000000002",
                    "chain_id": "01978f6e-7c1a-7000-8000-000000000001",
                    "namespace": "user-dave",
                    "state": "requested",
                    "mode": "cold",
                    "source_session_id": "01978f6e-7c1a-7000-8000-000000000001",
                    "source_agent": "tier1-bot",
                    "to": "billing-specialist",
                    "reason": "Customer disputes a $100 overcharge",
                    "goal": "Refund or explain the difference on the last invoice",
                    "hop": 1,
                    "template": None,
                    "review": False,
                    "refuse_vague": False,
                    "draft_revision": None,
                    "target_session_id": None,
                    "reason_code": "complex_billing_dispute",
                    "urgency": "normal",
                    "skills": ["refunds"],
                    "level": 1,
                    "attempts": 0,
                    "problem": None,
                    "metadata": {},
                    "requested_at": "2026-03-01T10:05:00Z",
                    "ready_at": None,
                    "accepted_at": None,
                    "closed_at": None,
                }
            ]
        }
    )

    id: UUID = Field(description="The handoff's id.")
    chain_id: UUID = Field(description="The chain it belongs to.")
    namespace: str = Field(description="The chain's namespace.")
    state: HandoffState = Field(description="Where it is in its life.")
    mode: HandoffMode = Field(description="When the source session ends.")
    source_session_id: UUID = Field(description="The session that hands over.")
    source_agent: str = Field(description="Who hands over.")
    to: str = Field(description="The target.")
    reason: str = Field(description="Why.")
    goal: str | None = Field(description="What the target should achieve.")
    hop: int = Field(description="How many handoffs lead to the target: 1 for the first of a chain.")
    template: str | None = Field(
        default=None, description="The template that was asked for; null where the memories choose it."
    )
    review: bool = Field(default=False, description="Whether its brief is read as a draft and confirmed.")
    refuse_vague: bool = Field(default=False, description="Whether a brief below its template's bar is refused.")
    draft_revision: int | None = Field(
        default=None, description="The revision of its draft, which grows with every change; null without a review."
    )
    target_session_id: UUID | None = Field(description="The session that took the work over.")
    reason_code: str = Field(default=ReasonCode.OTHER, description="Why, as a reason code.")
    urgency: Urgency = Field(default=Urgency.NORMAL, description="How pressing it is.")
    language: str | None = Field(default=None, description="The customer's language.")
    skills: list[str] = Field(default_factory=list, description="What whoever takes it must be able to do.")
    level: int = Field(default=1, description="The level at which it waits; it grows with every escalation.")
    holder: str | None = Field(default=None, description="Who holds it, or took it over.")
    lease_until: datetime | None = Field(default=None, description="When the hold lapses; null where it does not.")
    offered_to: str | None = Field(default=None, description="To whom it is offered now.")
    offered_until: datetime | None = Field(default=None, description="How long that offer stands.")
    inquiry_due_at: datetime | None = Field(
        default=None,
        description="Until when its holder waits for an answer from the source; null where none is awaited.",
    )
    snoozed_until: datetime | None = Field(default=None, description="Until when it is set aside.")
    accept_due_at: datetime | None = Field(default=None, description="When it should be taken over.")
    first_reply_due_at: datetime | None = Field(default=None, description="When the first reply is due.")
    resolve_due_at: datetime | None = Field(default=None, description="When it should be resolved.")
    breach_at: datetime | None = Field(default=None, description="The next of these that is still ahead or broken.")
    first_reply_at: datetime | None = Field(default=None, description="When its receiver first replied.")
    read_back: ReadBack | None = Field(default=None, description="What its receiver said it was about.")
    notice: Notice | None = Field(default=None, description="What the source was told of the wait.")
    returns_id: UUID | None = Field(default=None, description="The handoff that this one gives back.")
    redirected_from: str | None = Field(
        default=None, description="The target that was asked for, where it was changed."
    )
    closed_as: ClosedAs | None = Field(default=None, description="What became of it, once it is closed.")
    resolution: str | None = Field(default=None, description="The note it was resolved with.")
    attempts: int = Field(description="How often the worker has begun the brief.")
    problem: str | None = Field(
        description="Why the last attempt failed, why it was cancelled, or what its brief lacks; else null."
    )
    metadata: dict[str, Any] = Field(description="What the caller gave.")
    requested_at: datetime = Field(description="When it was requested.")
    ready_at: datetime | None = Field(description="When the brief was ready.")
    accepted_at: datetime | None = Field(description="When the target accepted.")
    closed_at: datetime | None = Field(description="When it ended: closed, cancelled or failed.")


class HandoffWithBrief(Handoff):
    """A handoff with its brief."""

    model_config = ConfigDict(json_schema_extra={"examples": []})

    brief: Brief | None = Field(
        description="The brief; a draft while it waits for a review, refused where too vague; null while it is written."
    )
