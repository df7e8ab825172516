"""Sessions: one agent's work from start to end, and the chains that handoffs link them to."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from pydantic import ConfigDict, Field

from warmline_schemas.handoffs import Handoff
from warmline_schemas.wire import AgentName, Answer, Metadata, Namespace, Request


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
    agent: AgentName = Field(description="The agent or person who works in this session.")
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
