"""A whole namespace: its export, line by line, and forgetting."""

from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import ConfigDict, Field, model_validator

from warmline_schemas.accounts import AnyAccount
from warmline_schemas.audit import AuditEntry
from warmline_schemas.briefs import Brief
from warmline_schemas.handoffs import ClosedAs, HandoffMode, HandoffState, ReadBack, Urgency
from warmline_schemas.memories import Action, Importance, Role, Slot
from warmline_schemas.queues import Language
from warmline_schemas.sessions import EndReason
from warmline_schemas.targets import ReasonCode, ReasonCodeName
from warmline_schemas.wire import MAX_CONTENT_CHARS, AgentName, Answer, Kind, Metadata, Moment, Namespace, Request

MEDIA_TYPE = "application/x-ndjson"

Count = Annotated[int, Field(ge=0)]


class Counts(Answer):
    """How many lines there are of each type."""

    sessions: Count = Field(default=0, description="The number of sessions.")
    handoffs: Count = Field(default=0, description="The number of handoffs.")
    memories: Count = Field(default=0, description="The number of memories.")
    consolidations: Count = Field(default=0, description="The number of consolidations.")
    attachments: Count = Field(default=0, description="The number of attachments.")


class HeaderLine(Counts):
    """The first line: what follows, and where it was exported."""

    type: Literal["namespace"] = Field(default="namespace", description="The line's type.")
    format: Literal[1] = Field(default=1, description="The version of the format. An import refuses other versions.")
    namespace: Namespace = Field(description="The namespace that was exported.")
    tenant_id: UUID = Field(description="The tenant that exported it.")
    exported_at: Moment = Field(
        description="When the export began. Lines show their rows as they were read after that."
    )


class SessionLine(Answer):
    """A session. A session that was open is imported as ended at the moment of the export."""

    type: Literal["session"] = Field(default="session", description="The line's type.")
    id: UUID = Field(description="The session's id.")
    chain_id: UUID = Field(description="The session's chain: the id of the chain's first session.")
    agent: AgentName = Field(description="The agent or person who worked in it.")
    owns_conversation: bool = Field(description="Whether it spoke for its chain to the customer.")
    metadata: Metadata = Field(description="The caller's own object.")
    memory_count: Count = Field(description="How many memories were kept in it, also those that were forgotten since.")
    started_at: Moment = Field(description="When it started.")
    ended_at: Moment | None = Field(description="When it ended, if it had ended.")
    ended_reason: EndReason | None = Field(description="What ended it.")
    outcome: str | None = Field(default=None, description="What became of it, if that was said.")


class HandoffLine(Answer):
    """A handoff with its brief. It is imported as `closed` where it was accepted, and as `cancelled` where it was not
    finished.
    """

    type: Literal["handoff"] = Field(default="handoff", description="The line's type.")
    id: UUID = Field(description="The handoff's id.")
    chain_id: UUID = Field(description="The handoff's chain.")
    state: HandoffState = Field(description="The state of the handoff.")
    mode: HandoffMode = Field(description="When its source session ends.")
    source_session_id: UUID = Field(description="The session that handed over.")
    source_agent: AgentName = Field(description="Who handed over.")
    to: AgentName = Field(description="The target.")
    reason: str = Field(description="Why the work went over.")
    goal: str | None = Field(description="What the target should achieve.")
    hop: Annotated[int, Field(ge=1)] = Field(description="How many handoffs lead to the target, this one included.")
    target_session_id: UUID | None = Field(description="The session that took the work over.")
    started_session_ids: list[UUID] = Field(description="All sessions that were started from it.")
    brief: Brief | None = Field(description="Its brief, where it has one.")
    edited_by: list[str] = Field(default_factory=list, description="Who changed its draft, each once.")
    account: AnyAccount | None = Field(default=None, description="The account of whoever handed over, if there is one.")
    cut_ordinal: Annotated[int, Field(ge=0)] | None = Field(
        description="The number of the last memory of the source session that is in the brief."
    )
    problem: str | None = Field(description="Why it failed or was cancelled.")
    reason_code: ReasonCodeName = Field(default=ReasonCode.OTHER, description="The reason as a reason code.")
    urgency: Urgency = Field(default=Urgency.NORMAL, description="How pressing it was.")
    language: Language | None = Field(default=None, description="The customer's language as a BCP 47 tag.")
    returns_id: UUID | None = Field(
        default=None, description="The handoff that this one returned to its source, if it was a return."
    )
    redirected_from: AgentName | None = Field(
        default=None, description="The target that was requested first, where another one was chosen."
    )
    first_reply_at: Moment | None = Field(default=None, description="When its receiver first replied.")
    read_back: ReadBack | None = Field(default=None, description="What its receiver said that it was about.")
    closed_as: ClosedAs | None = Field(default=None, description="What became of it.")
    resolution: str | None = Field(default=None, description="The note with which it was resolved.")
    metadata: Metadata = Field(description="The caller's own object.")
    requested_at: Moment = Field(description="When it was requested.")
    ready_at: Moment | None = Field(description="When its brief was ready.")
    accepted_at: Moment | None = Field(description="When it was accepted.")
    closed_at: Moment | None = Field(description="When it was closed, was cancelled or failed.")


class MemoryLine(Answer):
    """A memory, without its embedding."""

    type: Literal["memory"] = Field(default="memory", description="The line's type.")
    id: UUID = Field(description="The memory's id.")
    session_id: UUID | None = Field(description="The session in which it was kept, if any.")
    chain_id: UUID | None = Field(description="The chain of that session.")
    ordinal: Annotated[int, Field(ge=1)] | None = Field(
        description="The memory's number in that session; the first is 1."
    )
    handoff_id: UUID | None = Field(description="The handoff whose brief it is, if it is one.")
    agent: AgentName | None = Field(description="Who kept it.")
    kind: Kind = Field(description="The sort of memory, such as `fact`.")
    role: Role | None = Field(description="Who said these words.")
    external_id: str | None = Field(default=None, description="The caller's own id of it, if it has one.")
    # A brief is stored as a memory, and may be longer than the content that a caller can send.
    content: Annotated[str, Field(min_length=1, max_length=4 * MAX_CONTENT_CHARS)] = Field(
        description="The memory as plain text."
    )
    importance: Importance = Field(description="How much the memory matters, 0 to 1.")
    importance_estimated: bool = Field(description="True where the platform estimated the importance.")
    pinned: bool = Field(description="Whether it is pinned.")
    slot: Slot | None = Field(description="The named value that it states, if any.")
    action: Action | None = Field(description="The tool call that it records, if any.")
    metadata: Metadata = Field(description="The caller's own object.")
    event_time: Moment = Field(description="When it happened.")
    created_at: Moment = Field(description="When it was stored.")
    expires_at: Moment | None = Field(description="When it will be forgotten; null where it does not expire.")
    merges_repeats: bool = Field(description="Whether an exact repeat is counted instead of stored.")
    supersedes: list[UUID] = Field(default_factory=list, description="The memories that it corrects.")
    superseded_by: list[UUID] = Field(
        default_factory=list,
        description="The memories that correct it. Each correction is on both lines: either may come first.",
    )
    times_seen: Annotated[int, Field(ge=1)] = Field(description="How often exactly this was stored.")
    last_seen_at: Moment | None = Field(description="When it was last repeated.")
    times_recalled: Count = Field(description="How many recalls with `reinforce` returned it.")
    last_recalled_at: Moment | None = Field(description="When the last of these recalls was.")
    found_useful: Count = Field(description="How often feedback called it `useful`.")
    found_wrong: Count = Field(description="How often feedback called it `wrong`.")

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
    """A consolidation: one memory stands for its near-duplicates."""

    type: Literal["consolidation"] = Field(default="consolidation", description="The line's type.")
    id: UUID = Field(description="The consolidation's id.")
    kept_id: UUID = Field(description="The memory that stands for the others.")
    merged_ids: list[UUID] = Field(description="The other memories; empty where the consolidation was undone.")
    similarity: Annotated[float, Field(ge=-1, le=1)] = Field(
        description="The lowest cosine similarity of one of them to the kept one."
    )
    made_at: Moment = Field(description="When it was made.")
    undone_at: Moment | None = Field(description="When it was undone, if it was.")


class AttachmentLine(Answer):
    """A file that a memory tells of. It is looked at anew where it arrives: by its bytes, and by the scanner."""

    type: Literal["attachment"] = Field(default="attachment", description="The line's type.")
    id: UUID = Field(description="The attachment's id.")
    chain_id: UUID = Field(description="The chain in which it was sent.")
    memory_id: UUID = Field(description="The memory that tells of it.")
    external_id: str | None = Field(default=None, description="The caller's own id of it, if it has one.")
    name: Annotated[str, Field(min_length=1, max_length=1_000)] = Field(description="What it is called.")
    problem: str | None = Field(default=None, description="Why a scanner refused it.")
    created_at: Moment = Field(description="When it was uploaded.")
    size: Annotated[int, Field(ge=1)] = Field(description="How many bytes it has.")
    media_type: str = Field(description="Its media type.")
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")] = Field(description="The SHA-256 of its bytes, in hex.")
    content: str | None = Field(description="Its bytes in Base64; null where a scanner refused it.")


class EndLine(Counts):
    """The last line, with the number of lines of each type."""

    type: Literal["end"] = Field(default="end", description="The line's type.")


Line = Annotated[
    HeaderLine | SessionLine | HandoffLine | MemoryLine | ConsolidationLine | AttachmentLine | EndLine,
    Field(discriminator="type"),
]
"""Any line of an export."""


class Imported(Counts):
    """What an import added. An import of the same file again adds nothing."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "namespace": "user-dave",
                    "sessions": 2,
                    "handoffs": 1,
                    "memories": 40,
                    "consolidations": 0,
                    "attachments": 0,
                    "already_there": 0,
                    "expired": 0,
                }
            ]
        }
    )

    namespace: str = Field(description="The namespace into which the lines were imported.")
    already_there: Count = Field(
        description="How many lines were not added because their row, or an exact repeat of it, existed."
    )
    expired: Count = Field(description="How many memories were not added because they have expired.")


MOST_IDS = 1_000


class ForgetMemories(Request):
    """Deletes the memories that match all of the filters. At least one filter is needed.

    `DELETE /v1/namespaces/{namespace}` deletes a whole namespace. Briefs are kept, without the lines that only deleted
    memories proved.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"namespace": "user-dave", "kinds": ["message"], "until": "2026-01-01T00:00:00Z"}]
        }
    )

    namespace: Namespace = Field(description="Whose memories.")
    ids: Annotated[list[UUID], Field(min_length=1, max_length=MOST_IDS)] | None = Field(
        default=None, description="Only these memories, at most 1,000."
    )
    kinds: Annotated[list[Kind], Field(min_length=1, max_length=20)] | None = Field(
        default=None, description="Only memories of these kinds, at most 20."
    )
    agent: AgentName | None = Field(default=None, description="Only memories that this agent kept.")
    session_id: UUID | None = Field(default=None, description="Only memories of this session.")
    chain_id: UUID | None = Field(default=None, description="Only memories of this chain.")
    slot: str | None = Field(
        default=None, min_length=1, max_length=100, description="Only memories that state a value of this slot name."
    )
    metadata: Metadata = Field(
        default_factory=dict, description="Only memories whose metadata has all of these members."
    )
    since: Moment | None = Field(default=None, description="Only what happened at this time or later.")
    until: Moment | None = Field(default=None, description="Only what happened before this time.")
    dry_run: bool = Field(default=False, description="Whether to count only, and delete nothing.")

    @model_validator(mode="after")
    def _says_which(self) -> Self:
        if not any((self.ids, self.kinds, self.agent, self.session_id, self.chain_id, self.slot, self.metadata)) and (
            self.since is None and self.until is None
        ):
            raise ValueError(
                "give at least one of ids, kinds, agent, session_id, chain_id, slot, metadata, since, until; "
                "DELETE /v1/namespaces/{namespace} forgets everything"
            )
        if self.since is not None and self.until is not None and self.since >= self.until:
            raise ValueError("until: must be later than since")
        return self


class Forgotten(Answer):
    """What was deleted; in a dry run, what would be deleted."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "namespace": "user-dave",
                    "dry_run": False,
                    "memories": 12,
                    "briefs": 1,
                    "brief_lines": 3,
                    "attachments": 0,
                    "sessions": 0,
                    "handoffs": 0,
                }
            ]
        }
    )

    namespace: str = Field(description="Whose memories they were.")
    dry_run: bool = Field(description="True where nothing was changed.")
    memories: int = Field(description="The number of memories, near-duplicates for which they stood included.")
    briefs: int = Field(
        description="The number of briefs that lost a line or an action, or were deleted with their namespace."
    )
    brief_lines: int = Field(description="The number of lines and actions that were removed from briefs that are kept.")
    attachments: int = Field(default=0, description="The number of files that went with them.")
    sessions: int = Field(default=0, description="The number of sessions, where a whole namespace was deleted.")
    handoffs: int = Field(
        default=0,
        description="The number of handoffs with their briefs and claims, where a whole namespace was deleted.",
    )
    certificate: AuditEntry | None = Field(
        default=None,
        description=(
            "The audit's entry of the deed, with the namespace and the salt of its hash; null for a dry run. Keep it"
            " to show later what was erased: the audit then has the hash alone."
        ),
    )
