"""Exports: a namespace as JSON Lines.

One JSON object a line, told apart by ``type``: the header ``namespace``, then ``session``, ``handoff``, ``memory`` and
``consolidation`` lines in this order, and ``end`` last, so that a cut-off file is noticed. Embeddings are left out; the
import makes them anew.
"""

from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import AwareDatetime, ConfigDict, Field, model_validator

from warmline_schemas.briefs import Brief
from warmline_schemas.handoffs import ClosedAs, HandoffMode, HandoffState, Urgency
from warmline_schemas.memories import Action, Importance, Role, Slot
from warmline_schemas.queues import Language
from warmline_schemas.read_backs import ReadBack
from warmline_schemas.reasons import ReasonCode, ReasonCodeName
from warmline_schemas.sessions import EndReason
from warmline_schemas.wire import MAX_CONTENT_CHARS, AgentName, Answer, Kind, Metadata, Namespace

MEDIA_TYPE = "application/x-ndjson"

Count = Annotated[int, Field(ge=0)]


class Counts(Answer):
    """How many lines of each type."""

    sessions: Count = Field(default=0, description="Sessions.")
    handoffs: Count = Field(default=0, description="Handoffs.")
    memories: Count = Field(default=0, description="Memories.")
    consolidations: Count = Field(default=0, description="Consolidations.")


class HeaderLine(Counts):
    """The first line: what follows, and where it comes from."""

    type: Literal["namespace"] = Field(default="namespace", description="The line's type.")
    format: Literal[1] = Field(default=1, description="The version of the lines; another one is refused.")
    namespace: Namespace = Field(description="The namespace that was exported.")
    tenant_id: UUID = Field(description="The tenant that it belonged to.")
    exported_at: AwareDatetime = Field(description="The moment that all lines show.")


class SessionLine(Answer):
    """A session. Where it was open, it arrives ended, at the moment of the export."""

    type: Literal["session"] = Field(default="session", description="The line's type.")
    id: UUID = Field(description="Its id.")
    chain_id: UUID = Field(description="Its chain: the id of the chain's first session.")
    agent: AgentName = Field(description="Who worked in it.")
    owns_conversation: bool = Field(description="Whether it spoke for its chain.")
    metadata: Metadata = Field(description="What its caller gave.")
    memory_count: Count = Field(description="How many memories it took in, forgotten ones included.")
    started_at: AwareDatetime = Field(description="When it started.")
    ended_at: AwareDatetime | None = Field(description="When it ended, if it had.")
    ended_reason: EndReason | None = Field(description="What ended it.")


class HandoffLine(Answer):
    """A handoff with its brief. Under way it arrives `cancelled`, accepted it arrives `closed`."""

    type: Literal["handoff"] = Field(default="handoff", description="The line's type.")
    id: UUID = Field(description="Its id.")
    chain_id: UUID = Field(description="Its chain.")
    state: HandoffState = Field(description="Where it was in its life.")
    mode: HandoffMode = Field(description="When its source session ends.")
    source_session_id: UUID = Field(description="The session that handed over.")
    source_agent: AgentName = Field(description="Who handed over.")
    to: AgentName = Field(description="The target.")
    reason: str = Field(description="Why.")
    goal: str | None = Field(description="What the target should achieve.")
    hop: Annotated[int, Field(ge=1)] = Field(description="How many handoffs lead to the target.")
    target_session_id: UUID | None = Field(description="The session that took the work over.")
    started_session_ids: list[UUID] = Field(description="All sessions that were started from it.")
    brief: Brief | None = Field(description="Its brief, where it has one.")
    cut_ordinal: Annotated[int, Field(ge=0)] | None = Field(description="The last memory that the brief was made from.")
    problem: str | None = Field(description="Why it failed or was cancelled.")
    reason_code: ReasonCodeName = Field(default=ReasonCode.OTHER, description="Why, as a reason code.")
    urgency: Urgency = Field(default=Urgency.NORMAL, description="How pressing it was.")
    language: Language | None = Field(default=None, description="The customer's language.")
    returns_id: UUID | None = Field(default=None, description="The handoff that this one gave back.")
    redirected_from: AgentName | None = Field(default=None, description="The target that was asked for first.")
    first_reply_at: AwareDatetime | None = Field(default=None, description="When its receiver first replied.")
    read_back: ReadBack | None = Field(default=None, description="What its receiver said it was about.")
    closed_as: ClosedAs | None = Field(default=None, description="What became of it.")
    resolution: str | None = Field(default=None, description="The note it was resolved with.")
    metadata: Metadata = Field(description="What its caller gave.")
    requested_at: AwareDatetime = Field(description="When it was requested.")
    ready_at: AwareDatetime | None = Field(description="When its brief was ready.")
    accepted_at: AwareDatetime | None = Field(description="When it was accepted.")
    closed_at: AwareDatetime | None = Field(description="When it ended.")


class MemoryLine(Answer):
    """A memory, without its embedding."""

    type: Literal["memory"] = Field(default="memory", description="The line's type.")
    id: UUID = Field(description="Its id.")
    session_id: UUID | None = Field(description="The session it was kept in, if any.")
    chain_id: UUID | None = Field(description="The chain of that session.")
    ordinal: Annotated[int, Field(ge=1)] | None = Field(description="Its number within that session.")
    handoff_id: UUID | None = Field(description="The handoff whose brief it is, if one.")
    agent: AgentName | None = Field(description="Who kept it.")
    kind: Kind = Field(description="What sort of memory.")
    role: Role | None = Field(description="Whose words these are.")
    content: Annotated[str, Field(min_length=1, max_length=4 * MAX_CONTENT_CHARS)] = Field(description="Its text.")
    importance: Importance = Field(description="0 to 1.")
    importance_estimated: bool = Field(description="True where the platform estimated the importance.")
    pinned: bool = Field(description="Whether it is pinned.")
    slot: Slot | None = Field(description="The named value it states.")
    action: Action | None = Field(description="The tool call it records.")
    metadata: Metadata = Field(description="What its caller gave.")
    event_time: AwareDatetime = Field(description="When it happened.")
    created_at: AwareDatetime = Field(description="When it was stored.")
    expires_at: AwareDatetime | None = Field(description="When it will be forgotten, if ever.")
    merges_repeats: bool = Field(description="Whether saying it again word for word counts instead of adding a memory.")
    times_seen: Annotated[int, Field(ge=1)] = Field(description="How often it was said.")
    last_seen_at: AwareDatetime | None = Field(description="When it was last said again.")
    times_recalled: Count = Field(description="How many recalls with `reinforce` brought it back.")
    last_recalled_at: AwareDatetime | None = Field(description="When the last of them did.")
    found_useful: Count = Field(description="How often feedback called it useful.")
    found_wrong: Count = Field(description="How often feedback called it wrong.")

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if len({self.session_id is None, self.chain_id is None, self.ordinal is None}) > 1:
            raise ValueError("session_id: comes with chain_id and ordinal, or none of them")
        if self.handoff_id is not None and (self.kind != "handoff" or self.importance != 1.0):
            raise ValueError("handoff_id: only for a memory of kind `handoff` with importance 1")
        if self.expires_at is not None and (self.pinned or self.handoff_id is not None):
            raise ValueError("expires_at: not for what is pinned, or the brief of a handoff")
        return self


class ConsolidationLine(Answer):
    """Near-duplicates that one memory stands for."""

    type: Literal["consolidation"] = Field(default="consolidation", description="The line's type.")
    id: UUID = Field(description="Its id.")
    kept_id: UUID = Field(description="The memory that stands for the others.")
    merged_ids: list[UUID] = Field(description="The others; empty where it was undone.")
    similarity: Annotated[float, Field(ge=-1, le=1)] = Field(description="The least cosine between them.")
    made_at: AwareDatetime = Field(description="When it was made.")
    undone_at: AwareDatetime | None = Field(description="When it was undone.")


class EndLine(Counts):
    """The last line: how many lines there were of each type."""

    type: Literal["end"] = Field(default="end", description="The line's type.")


Line = Annotated[
    HeaderLine | SessionLine | HandoffLine | MemoryLine | ConsolidationLine | EndLine, Field(discriminator="type")
]
"""Any line of an export."""


class Imported(Counts):
    """What an import added. Importing the same file again adds nothing."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "namespace": "user-dave",
                    "sessions": 2,
                    "handoffs": 1,
                    "memories": 40,
                    "consolidations": 0,
                    "already_there": 0,
                    "expired": 0,
                }
            ]
        }
    )

    namespace: str = Field(description="Where it went.")
    already_there: Count = Field(description="Lines whose row was there before, or stands there word for word.")
    expired: Count = Field(description="Memories whose time had run out; they are not brought back.")
