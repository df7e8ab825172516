"""Memories: what agents and people keep, and how they change it or judge it."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import BeforeValidator, ConfigDict, Field, StringConstraints, WithJsonSchema, model_validator

from warmline_schemas.wire import (
    MAX_ACTION_BYTES,
    MAX_CONTENT_CHARS,
    ActingAgent,
    Answer,
    Kind,
    Metadata,
    Moment,
    Namespace,
    Request,
    small_json,
)

Importance = Annotated[float, Field(ge=0.0, le=1.0)]
"""How much a memory matters: 0 is small talk, 1 must come first in a recall."""

TimeToLive = Annotated[int, Field(ge=1, le=315_360_000)]
"""Seconds until a memory is forgotten: 1 to 315,360,000 (ten years)."""

Content = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_CONTENT_CHARS)]


class Role(StrEnum):
    """Who said the words that a memory holds. `system` are instructions to the agent, which no brief quotes."""

    USER = "user"
    AGENT = "agent"
    TOOL = "tool"
    SYSTEM = "system"


ROLES = {"assistant": Role.AGENT, "developer": Role.SYSTEM, "function": Role.TOOL}
"""The roles that makers of language models name otherwise."""


def _as_role(given: Any) -> Any:
    return ROLES.get(given, given) if isinstance(given, str) else given


GivenRole = Annotated[
    Role, BeforeValidator(_as_role), WithJsonSchema({"type": "string", "enum": [*Role, *ROLES], "title": "Role"})
]
"""A role as a caller may name it: `assistant` is `agent`, `developer` is `system`, and `function` is `tool`."""


def _as_text(given: Any) -> Any:
    # Many systems number what was said.
    return str(given) if isinstance(given, int) and not isinstance(given, bool) else given


ExternalId = Annotated[
    str,
    BeforeValidator(_as_text, json_schema_input_type=str | int),
    StringConstraints(strip_whitespace=True, min_length=1, max_length=255),
]
"""An id of the caller's own: 1 to 255 characters, unique in a session, or in a namespace where there is no session."""


class Outcome(StrEnum):
    """What is known about an action. A call that was sent is `requested`, even if the tool answered that it received
    it.
    """

    REQUESTED = "requested"
    CONFIRMED = "confirmed"
    FAILED = "failed"
    UNKNOWN = "unknown"


class Slot(Request):
    """A named value, such as `account_id` = `ACC-4521`. The newest value of a name is the valid one."""

    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)] = Field(
        description="The name of the value, such as `account_id`."
    )
    value: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1000)] = Field(
        description="The value, such as `ACC-4521`."
    )


class Action(Request):
    """A call of a tool: its name, its arguments, its result, and what is known about its effect."""

    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)] = Field(
        description="The tool's name."
    )
    arguments: Annotated[dict[str, Any], small_json(MAX_ACTION_BYTES)] = Field(
        default_factory=dict, description="The arguments of the call, at most 1,000,000 bytes as JSON."
    )
    result: Annotated[Any, small_json(MAX_ACTION_BYTES)] = Field(
        default=None, description="What the tool returned, at most 1,000,000 bytes as JSON."
    )
    outcome: Outcome = Field(default=Outcome.UNKNOWN, description="What is known about the effect of the call.")


class Remember(Request):
    """Keeps one memory. With `session_id`, the session gives the namespace and the agent, and both can be left out.

    Exact repeats in the same session, or else in the same namespace, are stored once and counted. Messages (with
    `role`) and tool calls (with `action`) are stored each time, because they are events of a conversation.
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
        default=None, description="The memory as plain text. It can be left out where `action` is given."
    )
    session_id: UUID | None = Field(default=None, description="The open session that the memory belongs to.")
    namespace: Namespace | None = Field(
        default=None, description="Whose memory this is. It is needed where no `session_id` is given."
    )
    agent: ActingAgent | None = Field(
        default=None, description="Who keeps the memory. Where this is left out, it is the session's agent."
    )
    kind: Kind = Field(default="message", description="The sort of memory, such as `fact`.")
    role: GivenRole | None = Field(
        default=None,
        description="Who said these words. `assistant` is stored as `agent`, and `developer` as `system`.",
    )
    external_id: ExternalId | None = Field(
        default=None,
        description=(
            "An id of your own, unique in the session, or else in the namespace. What was sent before under the same id"
            " is not stored again, and the answer is the memory that is there."
        ),
    )
    importance: Importance | None = Field(
        default=None,
        description="How much the memory matters, 0 to 1. Where this is left out, it is estimated from the text.",
    )
    slot: Slot | None = Field(default=None, description="The named value that this memory states, if it states one.")
    action: Action | None = Field(
        default=None, description="The tool call that this memory records, if it records one."
    )
    supersedes: Annotated[list[UUID], Field(max_length=100)] = Field(
        default_factory=list,
        description=(
            "The memories of the same namespace that this one corrects. They are kept, show it as `superseded_by`, and "
            "rank below it."
        ),
    )
    metadata: Metadata = Field(
        default_factory=dict, description="An object of your own. It is returned as it was sent."
    )
    event_time: Moment | None = Field(
        default=None,
        description=("When it happened, with an offset from UTC. Where this is left out, it is the time of storing."),
    )
    pinned: bool = Field(
        default=False,
        description="Whether the memory is pinned: it does not lose rank with age, and is never consolidated.",
    )
    ttl_seconds: TimeToLive | None = Field(
        default=None,
        description="After how many seconds the memory is forgotten. Where this is left out, it does not expire.",
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
    """Keeps up to 1,000 memories in one request. Either all are kept, or none."""

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

    memories: list[Remember] = Field(min_length=1, max_length=1000, description="The memories to keep, in order.")


class ReviseMemory(Request):
    """Changes a memory. Fields that are left out keep their values. New content gets a new embedding."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"importance": 0.95}]})

    content: Content | None = Field(default=None, description="The new text.")
    kind: Kind | None = Field(default=None, description="The new kind.")
    importance: Importance | None = Field(default=None, description="The new importance, 0 to 1.")
    metadata: Metadata | None = Field(
        default=None, description="The new metadata. It replaces the old metadata as a whole."
    )
    pinned: bool | None = Field(
        default=None, description="Whether the memory is pinned. Pinning it also removes its expiry."
    )
    ttl_seconds: TimeToLive | None = Field(
        default=None, description="After how many seconds, from now, the memory is forgotten. This also removes a pin."
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
    """Says that a memory was useful or wrong. This moves the memory's importance within bounds."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"verdict": "useful"}]})

    verdict: Verdict = Field(description="`useful` raises the importance, `wrong` lowers it.")


class Memory(Answer):
    """One thing that an agent or a person kept."""

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
                    "external_id": None,
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

    id: UUID = Field(description="The memory's id. Ids grow with time.")
    namespace: str = Field(description="Whose memory this is.")
    session_id: UUID | None = Field(description="The session in which it was kept, if any.")
    chain_id: UUID | None = Field(description="The chain of that session, if any.")
    handoff_id: UUID | None = Field(
        description="The handoff whose brief this is. Only memories of kind `handoff` have one."
    )
    agent: str | None = Field(description="Who kept the memory.")
    kind: str = Field(description="The sort of memory, such as `fact`.")
    role: Role | None = Field(description="Who said these words.")
    external_id: str | None = Field(
        default=None, description="The caller's own id of it. Of a tool call: `call:`, `result:` or `tool:` and its id."
    )
    content: str = Field(description="The memory as plain text.")
    importance: float = Field(description="How much the memory matters, 0 to 1.")
    importance_estimated: bool = Field(description="True where the platform estimated the importance.")
    pinned: bool = Field(description="Whether it is pinned: it does not age, and is never consolidated.")
    slot: Slot | None = Field(description="The named value that this memory states, if any.")
    superseded_by: UUID | None = Field(
        description=(
            "The memory that corrects this one: one that was kept with `supersedes`, or else the newest of the same "
            "slot name in the namespace, if that one states another value."
        )
    )
    action: Action | None = Field(description="The tool call that this memory records, if any.")
    metadata: dict[str, Any] = Field(description="The caller's own object, as it was sent.")
    event_time: datetime = Field(description="When it happened.")
    created_at: datetime = Field(description="When it was stored.")
    expires_at: datetime | None = Field(description="When it will be forgotten; null where it does not expire.")
    times_seen: int = Field(
        description="How often exactly this was stored. Exact repeats are counted here and not stored again."
    )
    times_recalled: int = Field(description="How many recalls with `reinforce` returned it.")
    found_useful: int = Field(description="How often feedback called it `useful`.")
    found_wrong: int = Field(description="How often feedback called it `wrong`.")
    consolidation_id: UUID | None = Field(
        description=("The consolidation in which another memory stands for this one. Recall then leaves this one out.")
    )


class Memories(Answer):
    """The memories that one request kept, in the order of the request."""

    memories: list[Memory] = Field(description="The memories that were kept.")
    repeated: list[int] = Field(
        default_factory=list,
        description=(
            "The places, from 0, of those that were sent before under their `external_id`. They are not stored again."
        ),
    )


SIMILARITY = 0.9
"""The lowest cosine similarity by default. It is a second check: near-duplicates must share their words in order, too.
"""


class Consolidate(Request):
    """Lets one memory stand for its near-duplicates: memories with the same words, written in another way.

    Near-duplicates belong to one session, or to none. They have the same kind, slot and metadata; no role, action, pin
    or expiry; and at most 2,000 bytes; none of them corrects another memory, or was corrected. Of the newest 50,000
    memories of the namespace, the newest 5,000 of this sort are compared.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [{"namespace": "user-dave", "dry_run": True}]})

    namespace: Namespace = Field(description="Whose memories.")
    dry_run: bool = Field(
        default=False, description="Whether to say only what would be consolidated, and change nothing."
    )
    similarity: Annotated[float, Field(ge=0.5, le=1.0)] = Field(
        default=SIMILARITY, description="The lowest cosine similarity to the memory that is kept, 0.5 to 1."
    )
    before: UUID | None = Field(
        default=None, description="Only memories older than this one: `next_before` of the last answer."
    )


class Consolidation(Answer):
    """A memory that stands for its near-duplicates. Those are kept and listed, and recall leaves them out."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": "01978f6e-7c1a-7000-8000-00000000000b",
                    "namespace": "user-dave",
                    "kept_id": "01978f6e-7c1a-7000-8000-000000000003",
                    "merged_ids": ["01978f6e-7c1a-7000-8000-000000000004"],
                    "similarity": 0.972,
                    "made_at": "2026-03-01T10:00:00Z",
                    "undone_at": None,
                }
            ]
        }
    )

    id: UUID | None = Field(description="The consolidation's id; null in a dry run.")
    namespace: str = Field(description="Whose memories they are.")
    kept_id: UUID = Field(description="The memory that stands for the others. It is not changed.")
    merged_ids: list[UUID] = Field(description="The memories for which it stands; empty where this was undone.")
    similarity: float = Field(description="The lowest cosine similarity of one of them to the kept one.")
    made_at: datetime | None = Field(description="When it was made; null in a dry run.")
    undone_at: datetime | None = Field(description="When it was undone, if it was.")


class Consolidations(Answer):
    """What one request consolidated; in a dry run, what it would consolidate."""

    namespace: str = Field(description="Whose memories.")
    dry_run: bool = Field(description="True where nothing was changed.")
    compared: int = Field(description="How many memories were compared.")
    consolidations: list[Consolidation] = Field(description="The consolidations that were made, or would be made.")
    next_before: UUID | None = Field(
        description="Send this as `before` to compare older memories; null where there are none."
    )
