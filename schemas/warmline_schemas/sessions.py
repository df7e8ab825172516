"""Sessions: one agent's stretch of work, and the chain that handoffs make of them."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from pydantic import ConfigDict, Field

from warmline_schemas.handoffs import Handoff
from warmline_schemas.wire import AgentName, Answer, Metadata, Namespace, Request


class SessionState(StrEnum):
    """Whether a session still takes memories."""

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
    """Starts a session, and with it a new chain. A session that continues a chain starts by accepting a handoff."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"namespace": "user-dave", "agent": "tier1-bot", "metadata": {"channel": "chat"}}]
        }
    )

    namespace: Namespace = Field(description="Whose memories this session writes.")
    agent: AgentName = Field(description="Who works in this session.")
    metadata: Metadata = Field(default_factory=dict, description="Anything of your own; returned as it was sent.")


class EndSession(Request):
    """Ends a session. Ending it again answers the ended session and changes nothing."""

    model_config = ConfigDict(json_schema_extra={"examples": [{}]})


class Session(Answer):
    """One agent's stretch of work, from start to end."""

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
    agent: str = Field(description="Who works in this session.")
    state: SessionState = Field(description="`open` takes memories, `ended` does not.")
    owns_conversation: bool = Field(
        description="True where this session speaks for its chain. At most one open session of a chain does."
    )
    handoff_id: UUID | None = Field(description="The handoff that this session was started from, if any.")
    metadata: dict[str, Any] = Field(description="What the caller gave at the start.")
    started_at: datetime = Field(description="When it started.")
    ended_at: datetime | None = Field(description="When it ended; null while it is open.")
    ended_reason: EndReason | None = Field(description="What ended it; null while it is open.")


class Chain(Answer):
    """All sessions of one case, linked by handoffs, oldest first."""

    id: UUID = Field(description="The id of the chain's first session.")
    namespace: str = Field(description="The namespace that all its sessions share.")
    owner: Session | None = Field(description="The open session that owns the conversation; null when nobody does.")
    sessions: list[Session] = Field(description="Every session, oldest first.")
    handoffs: list[Handoff] = Field(description="Every handoff between them, oldest first.")
