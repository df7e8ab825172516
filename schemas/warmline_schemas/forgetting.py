"""Forgetting: which memories are deleted for good, and what was deleted with them."""

from typing import Annotated, Self
from uuid import UUID

from pydantic import AwareDatetime, ConfigDict, Field, model_validator

from warmline_schemas.wire import AgentName, Answer, Kind, Metadata, Namespace, Request

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
    since: AwareDatetime | None = Field(
        default=None, description="Only what happened at this time or later. The time needs an offset from UTC."
    )
    until: AwareDatetime | None = Field(
        default=None, description="Only what happened before this time. The time needs an offset from UTC."
    )
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
    sessions: int = Field(default=0, description="The number of sessions, where a whole namespace was deleted.")
    handoffs: int = Field(
        default=0,
        description="The number of handoffs with their briefs and claims, where a whole namespace was deleted.",
    )
