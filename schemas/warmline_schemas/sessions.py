"""Sessions: one agent's work from start to end; the chains that handoffs link them to; comparisons of briefs."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from pydantic import ConfigDict, Field, StringConstraints

from warmline_schemas.briefs import Brief, BriefAction, BriefLine, SectionName
from warmline_schemas.claims import Claim
from warmline_schemas.handoffs import Handoff
from warmline_schemas.memories import Memory
from warmline_schemas.wire import ActingAgent, Answer, Metadata, Namespace, Request


class SessionState(StrEnum):
    """Whether a session can take more memories."""

    OPEN = "open"
    ENDED = "ended"


class EndReason(StrEnum):
    """What ended a session."""

    CLIENT = "client"
    HANDOFF = "handoff"
    ROLLBACK = "rollback"
    RESOLVED = "resolved"
    ESCALATED = "escalated"


SessionOutcome = Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=r"^[a-z][a-z0-9_-]*$")]
"""What became of a session, as a word of the caller's own such as `solved` or `abandoned`."""


class StartSession(Request):
    """Starts a session and a new chain. To continue a chain, accept a handoff instead."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"namespace": "user-dave", "agent": "tier1-bot", "metadata": {"channel": "chat"}}]
        }
    )

    namespace: Namespace = Field(description="Whose memories this session writes.")
    agent: ActingAgent = Field(description="The agent or person who works in this session.")
    metadata: Metadata = Field(
        default_factory=dict, description="An object of your own. It is returned as it was sent."
    )


class EndSession(Request):
    """Ends a session. For a session that has ended, the answer is that session, and nothing changes."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"outcome": "solved", "metadata": {"satisfaction": 5}}, {}]}
    )

    outcome: SessionOutcome | None = Field(
        default=None, description="What became of it, as a word of your own such as `solved` or `abandoned`."
    )
    metadata: Metadata = Field(
        default_factory=dict,
        description="Members to add to the session's metadata; those of the same name are replaced.",
    )


class ResumeSession(Request):
    """Goes on in a session, from whatever device. One that its client ended is opened again.

    A session that ended otherwise is not, such as by a handoff: its work goes on elsewhere, and the error says where.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [{"metadata": {"device": "phone"}}]})

    metadata: Metadata = Field(
        default_factory=dict,
        description="Members to add to the session's metadata; those of the same name are replaced.",
    )


class Session(Answer):
    """One agent's work, from its start to its end."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": "01978f6e-7c1a-7000-8000-000000000001",
                    "chain_id": "01978f6e-7c1a-7000-8000-000000000001",
                    "namespace": "user-dave",
                    "agent": "tier1-bot",
                    "state": "open",
                    "owns_conversation": True,
                    "handoff_id": None,
                    "metadata": {"channel": "chat"},
                    "started_at": "2026-03-01T10:00:00Z",
                    "ended_at": None,
                    "ended_reason": None,
                    "outcome": None,
                }
            ]
        }
    )

    id: UUID = Field(description="The session's id.")
    chain_id: UUID = Field(description="The id of the chain's first session.")
    namespace: str = Field(description="Whose memories this session writes.")
    agent: str = Field(description="The agent or person who works in this session.")
    state: SessionState = Field(description="`open` where it takes more memories, else `ended`.")
    owns_conversation: bool = Field(
        description=(
            "Whether this session speaks for its chain to the customer. At most one open session of a chain does."
        )
    )
    handoff_id: UUID | None = Field(description="The handoff whose acceptance started this session, if any.")
    metadata: dict[str, Any] = Field(description="The caller's own object, as it was sent.")
    started_at: datetime = Field(description="When it started.")
    ended_at: datetime | None = Field(description="When it ended; null while it is open.")
    ended_reason: EndReason | None = Field(description="What ended it; null while it is open.")
    outcome: str | None = Field(default=None, description="What became of it, if whoever ended it said so.")


class Chain(Answer):
    """All sessions of one case, linked by handoffs, oldest first."""

    id: UUID = Field(description="The id of the chain's first session.")
    namespace: str = Field(description="The namespace that all its sessions share.")
    owner: Session | None = Field(
        description="The open session that speaks for the chain to the customer; null where none does."
    )
    sessions: list[Session] = Field(description="Every session, oldest first.")
    handoffs: list[Handoff] = Field(description="Every handoff from these sessions, oldest first.")


class StartedAs(StrEnum):
    """How a session of a chain started."""

    FIRST = "first"
    CONTINUE = "continue"
    BRANCH = "branch"
    ROLLBACK = "rollback"


class TreeSession(Answer):
    """A session at its place in the tree, with the handoffs that were requested from it."""

    session: Session = Field(description="The session.")
    started_as: StartedAs = Field(
        description=(
            "How it started. `first`: it is the chain's first session; `continue`: it took a handoff "
            "over; `branch`: it started beside the session that took over; `rollback`: it started again "
            "from an earlier brief."
        )
    )
    parent_id: UUID | None = Field(
        description=(
            "The session from which its handoff came; null for the first session, and where that session is not shown."
        )
    )
    depth: int = Field(
        ge=0, description="How many branches and rollbacks lead to this session. A reader can indent it by that."
    )
    handoffs: list[Handoff] = Field(
        description="The handoffs from this session, oldest first, also those that failed or were cancelled."
    )


class ChainTree(Answer):
    """A chain as a tree, written as a list in reading order."""

    id: UUID = Field(description="The id of the chain's first session.")
    namespace: str = Field(description="The namespace that all its sessions share.")
    owner_session_id: UUID | None = Field(
        description="The open session that speaks for the chain to the customer; null where none does."
    )
    sessions: list[TreeSession] = Field(
        description=(
            "Every session after the one from which it came: first each branch with all that followed "
            "from it, then the session that continued."
        )
    )


class ValueDifference(Answer):
    """A value that both briefs have, with different contents."""

    label: str = Field(description="The value's name, such as `amount`.")
    left: str = Field(description="The value in the left brief.")
    right: str = Field(description="The value in the right brief.")


class OutcomeDifference(Answer):
    """An action that both briefs have, with the same arguments and different outcomes."""

    name: str = Field(description="The tool's name.")
    left: BriefAction = Field(description="The action in the left brief.")
    right: BriefAction = Field(description="The action in the right brief.")


class ComparedLine(Answer):
    """A line that only one of the two briefs has."""

    section: SectionName = Field(description="The section of the line.")
    line: BriefLine = Field(description="The line.")


class ComparedSide(Answer):
    """What only one of the two briefs has."""

    handoff: Handoff = Field(description="The handoff of this brief.")
    lines: list[ComparedLine] = Field(
        description="The lines that the other brief does not have, in the order of this brief."
    )
    actions: list[BriefAction] = Field(description="The actions that the other brief does not have, oldest first.")


class Comparison(Answer):
    """Two briefs of one chain side by side."""

    ancestor: Handoff | None = Field(
        description=("The latest handoff from which both come; null where they share only the chain's first session.")
    )
    values: list[ValueDifference] = Field(description="The values with the same label and topic that differ.")
    outcomes: list[OutcomeDifference] = Field(description="The actions whose outcomes differ.")
    left: ComparedSide = Field(description="What only the left brief has.")
    right: ComparedSide = Field(description="What only the right brief has.")


class LeanStart(Answer):
    """The answer to accepting a handoff with `lean`: what a model needs, and the session to work in."""

    session: Session = Field(description="The target's new session.")
    handoff: Handoff = Field(description="The handoff that was accepted.")
    claim: Claim | None = Field(
        default=None,
        description=(
            "The receiver's claim. The receiver sends its `token` with every later call about the "
            "handoff. Null for a branch and a rollback, which do not hold the handoff."
        ),
    )
    opening: str = Field(
        description=(
            "One sentence with which the receiver can show the customer that the conversation goes on, in the "
            "customer's language. It quotes the customer, without secrets, or names no topic."
        )
    )
    prompt: str = Field(
        description=(
            "What to do now, then the brief, the memories since the brief and the other memories, which are "
            "marked as data, as one text for a model within the token budget."
        )
    )
    prompt_tokens: int = Field(description="How many tokens `prompt` has, by estimate.")
    prompt_truncated: bool = Field(description="Whether something was left out of `prompt` to keep the token budget.")


class WarmStart(LeanStart):
    """The answer to accepting a handoff. The target can begin to work without asking for more."""

    brief: Brief = Field(description="The brief of the handoff.")
    since_the_brief: list[Memory] = Field(
        description="The memories that the source session kept after the brief was made, oldest first."
    )
    memories: list[Memory] = Field(
        description="The memories that matter most, most important first. The handoff's own memory is the first."
    )
    chain: Chain = Field(description="The chain up to now.")
