"""Sessions: one agent's work from start to end, and the chains that handoffs link them to."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from pydantic import ConfigDict, Field

from warmline_schemas.briefs import Brief
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

    model_config = ConfigDict(json_schema_extra={"examples": [{}]})


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
            "from it, then the session that continued. It is a list because a long chain would nest "
            "deeper than JSON parsers allow."
        )
    )


class WarmStart(Answer):
    """The answer to accepting a handoff. The target can begin to work without asking for more."""

    session: Session = Field(description="The target's new session.")
    handoff: Handoff = Field(description="The handoff that was accepted.")
    claim: Claim | None = Field(
        default=None,
        description=(
            "The receiver's claim. The receiver sends its `token` with every later call about the "
            "handoff. Null for a branch and a rollback, which do not hold the handoff."
        ),
    )
    brief: Brief = Field(description="The brief of the handoff.")
    since_the_brief: list[Memory] = Field(
        description="The memories that the source session kept after the brief was made, oldest first."
    )
    memories: list[Memory] = Field(
        description="The memories that matter most, most important first. The handoff's own memory is the first."
    )
    chain: Chain = Field(description="The chain up to now.")
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
