"""Memories: what is worth keeping, and the question that brings it back."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import AwareDatetime, ConfigDict, Field, StringConstraints, model_validator

from warmline_schemas.wire import (
    MAX_ACTION_BYTES,
    MAX_CONTENT_CHARS,
    AgentName,
    Answer,
    Kind,
    Metadata,
    Namespace,
    Request,
    small_json,
)

Importance = Annotated[float, Field(ge=0.0, le=1.0)]
"""How much a memory matters: 0 is small talk, 1 must surface first."""

TimeToLive = Annotated[int, Field(ge=1, le=315_360_000)]
"""Seconds until a memory is forgotten, ten years at most."""

Content = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_CONTENT_CHARS)]


class Role(StrEnum):
    """Whose words a memory holds."""

    USER = "user"
    AGENT = "agent"
    TOOL = "tool"


class Outcome(StrEnum):
    """What is known of an action. A call that was sent is `requested`, whatever the tool returned to say so."""

    REQUESTED = "requested"
    CONFIRMED = "confirmed"
    FAILED = "failed"
    UNKNOWN = "unknown"


class Slot(Request):
    """A named value, such as `account_id` = `ACC-4521`. The newest value of a name is the one that is true."""

    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)] = Field(
        description="What the value is."
    )
    value: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1000)] = Field(
        description="The value itself."
    )


class Action(Request):
    """A tool call: what was asked of which tool, what came back, and what is known of its outcome."""

    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)] = Field(
        description="The tool's name."
    )
    arguments: Annotated[dict[str, Any], small_json(MAX_ACTION_BYTES)] = Field(
        default_factory=dict, description="What it was called with, at most 1,000,000 bytes as JSON."
    )
    result: Annotated[Any, small_json(MAX_ACTION_BYTES)] = Field(
        default=None, description="What it returned, at most 1,000,000 bytes as JSON."
    )
    outcome: Outcome = Field(default=Outcome.UNKNOWN, description="What is known of its effect.")


class Remember(Request):
    """Keeps one thing. With `session_id` the namespace and the agent are the session's, and need not be said.

    What is said again word for word, in the same session or else in the same namespace, is stored once and counted;
    turns of a conversation (with `role`) and tool calls (with `action`) are events, and are kept each time.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "session_id": "01978f6e-7c1a-7000-8000-000000000001",
                    "content": "User reports billing discrepancy: charged $299 but plan is $199/mo",
                    "kind": "issue",
                    "importance": 0.9,
                    "role": "user",
                }
            ]
        }
    )

    content: Content | None = Field(
        default=None, description="The memory in plain text. May be left out where `action` is given."
    )
    session_id: UUID | None = Field(default=None, description="The open session that this belongs to.")
    namespace: Namespace | None = Field(default=None, description="Whose memory; needed where no session is given.")
    agent: AgentName | None = Field(default=None, description="Who keeps it; the session's agent where left out.")
    kind: Kind = Field(default="message", description="What sort of memory this is.")
    role: Role | None = Field(default=None, description="Whose words these are.")
    importance: Importance | None = Field(
        default=None, description="0 to 1. Estimated from the text where it is left out."
    )
    slot: Slot | None = Field(default=None, description="The name and value that this memory states, if it states one.")
    action: Action | None = Field(
        default=None, description="The tool call that this memory records, if it records one."
    )
    metadata: Metadata = Field(default_factory=dict, description="Anything of your own; returned as it was sent.")
    event_time: AwareDatetime | None = Field(
        default=None, description="When it happened, with a zone; the time of storing where it is left out."
    )
    pinned: bool = Field(default=False, description="A pinned memory does not age, and is never consolidated.")
    ttl_seconds: TimeToLive | None = Field(
        default=None, description="Forget it so many seconds from now; kept until it is forgotten where left out."
    )

    @model_validator(mode="after")
    def _says_something_somewhere(self) -> Self:
        if self.content is None and self.action is None:
            raise ValueError("content: give the memory's text, or an action to record")
        if self.session_id is None and self.namespace is None:
            raise ValueError("namespace: say whose memory this is, or give the session_id it belongs to")
        if self.pinned and self.ttl_seconds is not None:
            raise ValueError("ttl_seconds: a pinned memory does not expire; leave out one of the two")
        return self


class RememberMany(Request):
    """Keeps up to 1,000 memories at once: all of them, or none where one is refused."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "memories": [
                        {"namespace": "user-dave", "content": "Customer since 2024", "kind": "fact"},
                        {"namespace": "user-dave", "content": "Prefers e-mail", "kind": "fact", "importance": 0.4},
                    ]
                }
            ]
        }
    )

    memories: list[Remember] = Field(min_length=1, max_length=1000, description="What to keep, in order.")


class ReviseMemory(Request):
    """Changes a memory. Fields that are left out stay as they are; new content is embedded anew."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"importance": 0.95}]})

    content: Content | None = Field(default=None, description="New text.")
    kind: Kind | None = Field(default=None, description="New kind.")
    importance: Importance | None = Field(default=None, description="New importance, 0 to 1.")
    metadata: Metadata | None = Field(default=None, description="New metadata, in place of the old.")
    pinned: bool | None = Field(default=None, description="Whether it is pinned; pinning also takes away its expiry.")
    ttl_seconds: TimeToLive | None = Field(
        default=None, description="Forget it so many seconds from now; takes a pin away."
    )

    @model_validator(mode="after")
    def _changes_something(self) -> Self:
        if not self.model_fields_set or all(getattr(self, name) is None for name in self.model_fields_set):
            raise ValueError("give at least one of content, kind, importance, metadata, pinned, ttl_seconds")
        if self.pinned and self.ttl_seconds is not None:
            raise ValueError("ttl_seconds: a pinned memory does not expire; leave out one of the two")
        return self


class Verdict(StrEnum):
    """What a receiver found a memory to be."""

    USEFUL = "useful"
    WRONG = "wrong"


class GiveFeedback(Request):
    """Says whether a memory was useful or wrong. It moves the memory's importance, within bounds."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"verdict": "useful"}]})

    verdict: Verdict = Field(description="`useful` raises the importance, `wrong` lowers it.")


class Memory(Answer):
    """One thing worth keeping."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": "01978f6e-7c1a-7000-8000-000000000003",
                    "namespace": "user-dave",
                    "session_id": "01978f6e-7c1a-7000-8000-000000000001",
                    "chain_id": "01978f6e-7c1a-7000-8000-000000000001",
                    "handoff_id": None,
                    "agent": "tier1-bot",
                    "kind": "issue",
                    "role": "user",
                    "content": "User reports billing discrepancy: charged $299 but plan is $199/mo",
                    "importance": 0.9,
                    "importance_estimated": False,
                    "pinned": False,
                    "slot": None,
                    "superseded_by": None,
                    "action": None,
                    "metadata": {},
                    "event_time": "2026-03-01T10:00:05Z",
                    "created_at": "2026-03-01T10:00:05Z",
                    "expires_at": None,
                    "times_seen": 1,
                    "times_recalled": 0,
                    "found_useful": 0,
                    "found_wrong": 0,
                    "consolidation_id": None,
                }
            ]
        }
    )

    id: UUID = Field(description="The memory's id; ids grow with time.")
    namespace: str = Field(description="Whose memory.")
    session_id: UUID | None = Field(description="The session it was kept in, if any.")
    chain_id: UUID | None = Field(description="The chain of that session.")
    handoff_id: UUID | None = Field(description="For a memory of kind `handoff`: the handoff whose brief this is.")
    agent: str | None = Field(description="Who kept it.")
    kind: str = Field(description="What sort of memory.")
    role: Role | None = Field(description="Whose words these are.")
    content: str = Field(description="The memory in plain text.")
    importance: float = Field(description="0 to 1.")
    importance_estimated: bool = Field(description="True where the platform estimated the importance.")
    pinned: bool = Field(description="Whether it is pinned: it does not age, and is never consolidated.")
    slot: Slot | None = Field(description="The named value it states.")
    superseded_by: UUID | None = Field(
        description="The newest memory of the same slot name in the namespace, where that states another value."
    )
    action: Action | None = Field(description="The tool call it records.")
    metadata: dict[str, Any] = Field(description="What the caller gave.")
    event_time: datetime = Field(description="When it happened.")
    created_at: datetime = Field(description="When it was stored.")
    expires_at: datetime | None = Field(description="When it will be forgotten, if ever.")
    times_seen: int = Field(description="How often it was said, word for word; exact duplicates are stored once.")
    times_recalled: int = Field(description="How many recalls that asked for `reinforce` brought it back.")
    found_useful: int = Field(description="How often feedback called it useful.")
    found_wrong: int = Field(description="How often feedback called it wrong.")
    consolidation_id: UUID | None = Field(
        description="The consolidation that lets another memory stand for this one; recall leaves it out."
    )


class Memories(Answer):
    """The memories that one request kept, in the order they were given."""

    memories: list[Memory] = Field(description="What was kept.")
