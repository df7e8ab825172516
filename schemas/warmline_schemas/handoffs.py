"""Handoffs: work going from a session to its target, and the warm start that the target gets."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from pydantic import ConfigDict, Field, StringConstraints

from warmline_schemas.briefs import Brief
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
    """When the source session ends: `cold` as soon as the brief is ready, `warm` only when the target accepts."""

    COLD = "cold"
    WARM = "warm"


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


class ClaimHandoff(Request):
    """Holds a ready handoff for a while. Claiming again as the same agent is the heartbeat."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"agent": "human:operator-7", "lease_seconds": 120}]})

    agent: AgentName = Field(description="Who claims it.")
    lease_seconds: int = Field(default=120, ge=1, le=86_400, description="How long the claim holds, in seconds.")


class Claim(Answer):
    """Who holds a handoff, and until when."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "handoff_id": "01978f6e-7c1a-7000-8000-000000000002",
                    "agent": "human:operator-7",
                    "token": 1,
                    "expires_at": "2026-03-01T10:07:00Z",
                }
            ]
        }
    )

    handoff_id: UUID = Field(description="The handoff.")
    agent: str = Field(description="Who holds it.")
    token: int = Field(description="The fencing token: it grows with every new holder.")
    expires_at: datetime = Field(description="When the claim lapses and the handoff is ready for others again.")


class AcceptHandoff(Request):
    """Starts the target's session from the brief."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"agent": "billing-specialist", "token_budget": 1500}]})

    agent: AgentName = Field(description="Who takes over.")
    mode: AcceptMode = Field(default=AcceptMode.CONTINUE, description="How the session starts from the brief.")
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
    claim: Claim | None = Field(description="Who holds it now; null where nobody does.")
