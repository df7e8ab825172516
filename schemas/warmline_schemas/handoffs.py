"""Handoffs: work that goes from a session to a target."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from pydantic import ConfigDict, Field, StringConstraints

from warmline_schemas.accounts import AnyAccount
from warmline_schemas.briefs import Brief
from warmline_schemas.queues import Language, NobodyThere, Skill
from warmline_schemas.targets import ReasonCode, ReasonCodeName
from warmline_schemas.templates import TemplateName
from warmline_schemas.wire import ActingAgent, AgentName, Answer, Metadata, Request


class ContradictionKind(StrEnum):
    """The sort of value that differs."""

    AMOUNT = "amount"
    IDENTIFIER = "identifier"
    DATE = "date"
    TIME = "time"
    CONTACT = "contact"
    SUPERSEDED = "superseded"


class Contradiction(Answer):
    """A value in a read-back that the brief does not have, or has with other contents."""

    kind: ContradictionKind = Field(description="The sort of value. A count, such as of guests, is an `amount`.")
    said: str = Field(description="The value in the read-back, with numbers written in digits.")
    brief_has: list[str] = Field(
        description="The values that the brief has instead; for a superseded value, the value that replaced it."
    )
    memory_ids: list[UUID] = Field(description="The memories that prove what the brief has.")


class ReadBack(Answer):
    """What a receiver said that a handoff was about, as it was accepted."""

    text: str = Field(description="The read-back, in one line.")
    by: str = Field(description="Who gave the read-back.")
    contradictions: list[Contradiction] = Field(
        description="Where it contradicts the brief. The receiver confirmed these contradictions."
    )


Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]


class HandoffState(StrEnum):
    """The state of a handoff. In `drafted`, it waits for a person who reads the brief and confirms it."""

    REQUESTED = "requested"
    DRAFTED = "drafted"
    READY = "ready"
    CLAIMED = "claimed"
    ACCEPTED = "accepted"
    CLOSED = "closed"
    CANCELLED = "cancelled"
    FAILED = "failed"


class HandoffMode(StrEnum):
    """When the source session ends: `cold` as soon as the brief is ready, `warm` when the target accepts.

    `consult` shares the brief to get advice: the source session goes on, and keeps the conversation.
    """

    COLD = "cold"
    WARM = "warm"
    CONSULT = "consult"


class Urgency(StrEnum):
    """How pressing a handoff is. Of two handoffs that are due at the same time, the more urgent one comes first."""

    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"
    CRITICAL = "critical"


class ClosedAs(StrEnum):
    """What became of an accepted handoff. `ended`: the receiver's session ended, and nobody resolved it or passed it
    on.
    """

    RESOLVED = "resolved"
    RETURNED = "returned"
    TRANSFERRED = "transferred"
    ESCALATED = "escalated"
    ROLLED_BACK = "rolled_back"
    ENDED = "ended"


class Notice(Answer):
    """What the source learns about a wait, and can pass on to the customer."""

    policy: NobodyThere = Field(description="What happens while no operator is available.")
    message: str = Field(description="The notice as a sentence for the customer.")
    position: int | None = Field(default=None, description="The place in the queue; 1 is the next.")
    estimated_seconds: float | None = Field(
        default=None, description="How long the wait will be in seconds, estimated from recent waits."
    )
    opens_at: datetime | None = Field(default=None, description="When the queue opens; null while it is open.")
    at: datetime = Field(description="When the notice was made.")


class AcceptMode(StrEnum):
    """How a session starts from a brief.

    `continue` takes the work over, which is possible once. `branch` starts another session beside that one, which owns
    the conversation only if no other open session does. `rollback` starts again from this brief, and ends the session
    that owns the conversation now.
    """

    CONTINUE = "continue"
    BRANCH = "branch"
    ROLLBACK = "rollback"


class RequestHandoff(Request):
    """Requests that the work of an open session goes to a target. The source session stays open until the brief is
    written.
    """

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

    session_id: UUID = Field(description="The source session. It must be open.")
    to: AgentName = Field(description="The target: an agent, `human:NAME`, `queue:NAME` or `skill:NAME`.")
    reason: Reason = Field(description="Why the work goes over, in one sentence.")
    goal: Reason | None = Field(
        default=None, description="What the target should achieve, in words that can be checked."
    )
    mode: HandoffMode | None = Field(
        default=None,
        description=(
            "When the source session ends. Left out, it is `cold` to an agent, and to people what the tenant's"
            " `people_mode` says, which is `warm`."
        ),
    )
    reason_code: ReasonCodeName = Field(
        default=ReasonCode.OTHER, description="The reason as one of the tenant's reason codes."
    )
    urgency: Urgency | None = Field(
        default=None,
        description=(
            "How pressing the handoff is. Where it is left out, it is `high` if words of the session say that there is "
            "a danger or little time, and `normal` else."
        ),
    )
    language: Language | None = Field(
        default=None, description="The customer's language as a BCP 47 tag, such as `en`."
    )
    skills: Annotated[list[Skill], Field(max_length=20)] = Field(
        default_factory=list, description="The skills that the receiver must have."
    )
    template: TemplateName | None = Field(
        default=None,
        description="The template of the brief. Where this is left out, the memories decide which one fits.",
    )
    review: bool = Field(
        default=False,
        description="Whether a person must read the brief as a draft and confirm it before the handoff goes on.",
    )
    refuse_vague: bool = Field(
        default=False,
        description=(
            "Whether the handoff fails, and says what is missing, where the brief's quality is below the "
            "bar of its template. On the way to people, queues and skills it never does."
        ),
    )
    account: AnyAccount | None = Field(
        default=None,
        description=(
            "What the agent that hands off says of its work: entries of the brief's sections, or free Markdown. Each "
            "statement is checked against the memories before it is told."
        ),
    )
    metadata: Metadata = Field(
        default_factory=dict, description="An object of your own. It is returned as it was sent."
    )


class CancelHandoff(Request):
    """Cancels a handoff while its source session is still open. That session goes on unchanged."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "The customer solved it"}]})

    reason: Reason | None = Field(default=None, description="Why it is cancelled. The reason is kept.")


class RetryHandoff(Request):
    """Lets the platform try again to write the brief of a failed handoff."""

    model_config = ConfigDict(json_schema_extra={"examples": [{}]})


class AcceptHandoff(Request):
    """Takes a handoff over: starts a session of the target from the brief."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"agent": "billing-specialist", "token_budget": 1500}]})

    agent: ActingAgent = Field(description="The agent or person who takes over.")
    mode: AcceptMode = Field(default=AcceptMode.CONTINUE, description="How the session starts from the brief.")
    token: int | None = Field(
        default=None,
        ge=1,
        description="The fencing token of the claim. It is needed where the agent claimed the handoff first.",
    )
    read_back: Reason | None = Field(
        default=None,
        description=(
            "What the handoff is about, in one line of the receiver's own words. It is checked against the brief."
        ),
    )
    confirm_read_back: bool = Field(
        default=False, description="Whether to accept even if the read-back contradicts the brief."
    )
    metadata: Metadata = Field(default_factory=dict, description="The metadata of the new session.")
    top_k: int = Field(default=10, ge=0, le=100, description="How many memories come with the brief at most.")
    token_budget: int = Field(
        default=2000, ge=200, le=100_000, description="How many tokens the prompt has at most, by estimate."
    )
    lean: bool = Field(
        default=False,
        description=(
            "Whether the answer has the prompt alone, without the brief, the memories and the chain that it is made of."
        ),
    )


class Handoff(Answer):
    """Work that goes from a session to a target."""

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
                    "urgency_given": False,
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
    chain_id: UUID = Field(description="The chain that the handoff belongs to.")
    namespace: str = Field(description="The chain's namespace.")
    state: HandoffState = Field(description="The state of the handoff.")
    mode: HandoffMode = Field(description="When the source session ends.")
    source_session_id: UUID = Field(description="The session from which the work goes.")
    source_agent: str = Field(description="The agent of that session.")
    to: str = Field(description="The target.")
    reason: str = Field(description="Why the work goes over.")
    goal: str | None = Field(description="What the target should achieve.")
    hop: int = Field(description="How many handoffs lead to the target, this one included: 1 for the first of a chain.")
    template: str | None = Field(
        default=None, description="The template that was requested; null where the memories decide."
    )
    review: bool = Field(default=False, description="Whether a person must read the brief as a draft and confirm it.")
    refuse_vague: bool = Field(
        default=False,
        description=(
            "Whether the handoff fails where the brief's quality is below the bar of its template; always false for "
            "people, queues and skills."
        ),
    )
    draft_revision: int | None = Field(
        default=None, description="The revision of the draft, which grows with every change; null without a review."
    )
    target_session_id: UUID | None = Field(description="The session that took the work over; null before that.")
    reason_code: str = Field(default=ReasonCode.OTHER, description="The reason as a reason code.")
    urgency: Urgency = Field(default=Urgency.NORMAL, description="How pressing the handoff is.")
    urgency_given: bool = Field(
        default=True,
        description=(
            "Whether the request said how pressing it is; otherwise the words of the session do, which its brief "
            "quotes as `pressing`."
        ),
    )
    language: str | None = Field(default=None, description="The customer's language as a BCP 47 tag.")
    skills: list[str] = Field(default_factory=list, description="The skills that the receiver must have.")
    level: int = Field(default=1, description="The level at which the handoff waits. It grows with every escalation.")
    holder: str | None = Field(default=None, description="Who has claimed or accepted the handoff.")
    lease_until: datetime | None = Field(
        default=None, description="When the claim lapses; null where it does not lapse."
    )
    offered_to: str | None = Field(default=None, description="The operator to whom it is offered now.")
    offered_until: datetime | None = Field(default=None, description="When that offer lapses.")
    inquiry_due_at: datetime | None = Field(
        default=None,
        description=(
            "Until when its holder waits for an answer from the source; null where the holder does not wait for one."
        ),
    )
    snoozed_until: datetime | None = Field(default=None, description="Until when the handoff is set aside.")
    accept_due_at: datetime | None = Field(default=None, description="Until when it should be accepted.")
    first_reply_due_at: datetime | None = Field(
        default=None, description="Until when the receiver should reply for the first time."
    )
    resolve_due_at: datetime | None = Field(default=None, description="Until when it should be resolved.")
    breach_at: datetime | None = Field(
        default=None, description="The earliest of the three due times above that is not met yet."
    )
    first_reply_at: datetime | None = Field(default=None, description="When its receiver first replied.")
    read_back: ReadBack | None = Field(default=None, description="What its receiver said that it was about.")
    notice: Notice | None = Field(default=None, description="What the source was told about the wait.")
    returns_id: UUID | None = Field(
        default=None, description="The handoff that this one returns to its source, if it is a return."
    )
    redirected_from: str | None = Field(
        default=None, description="The target that was requested first, where another one was chosen."
    )
    closed_as: ClosedAs | None = Field(default=None, description="What became of it; null while it is not closed.")
    resolution: str | None = Field(default=None, description="The note with which it was resolved.")
    attempts: int = Field(description="How many times the worker has begun to write the brief.")
    problem: str | None = Field(
        description=("Why the last attempt failed, why the handoff was cancelled, or what its brief lacks; else null.")
    )
    metadata: dict[str, Any] = Field(description="The caller's own object, as it was sent.")
    requested_at: datetime = Field(description="When it was requested.")
    ready_at: datetime | None = Field(description="When its brief was ready.")
    accepted_at: datetime | None = Field(description="When the target accepted it.")
    closed_at: datetime | None = Field(description="When it was closed, was cancelled or failed.")


class HandoffWithBrief(Handoff):
    """A handoff with its brief."""

    model_config = ConfigDict(json_schema_extra={"examples": []})

    brief: Brief | None = Field(
        description=(
            "The brief: a draft while it waits for a review, a refused one where it was too vague, null "
            "while it is being written."
        )
    )
    account: AnyAccount | None = Field(
        default=None, description="The account that was handed in with the request, as it was sent."
    )
    rating: int | None = Field(
        default=None, description="What its customer answered, from 1 to 5, when they were asked how it was."
    )
