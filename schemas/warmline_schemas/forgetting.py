"""Forgetting: which memories go for good, and what went with them."""

from typing import Annotated, Self
from uuid import UUID

from pydantic import AwareDatetime, ConfigDict, Field, model_validator

from warmline_schemas.wire import AgentName, Answer, Kind, Metadata, Namespace, Request

MOST_IDS = 1_000


class ForgetMemories(Request):
    """Forgets what matches all of the filters. At least one is needed; a whole namespace is deleted by its path.

    The memories of briefs are left, without what only forgotten memories proved.
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
        default=None, description="Only these kinds."
    )
    agent: AgentName | None = Field(default=None, description="Only what this agent kept.")
    session_id: UUID | None = Field(default=None, description="Only this session's memories.")
    chain_id: UUID | None = Field(default=None, description="Only this chain's memories.")
    slot: str | None = Field(default=None, min_length=1, max_length=100, description="Only values of this slot name.")
    metadata: Metadata = Field(default_factory=dict, description="Only memories whose metadata holds all of this.")
    since: AwareDatetime | None = Field(default=None, description="Only what happened then or later.")
    until: AwareDatetime | None = Field(default=None, description="Only what happened before then.")
    dry_run: bool = Field(default=False, description="Only say what would go, and change nothing.")

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
    """What went for good; of a dry run, what would go."""

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
    memories: int = Field(description="Memories, with near-duplicates that they stood for.")
    briefs: int = Field(description="Briefs that lost a line or an action, or went with their namespace.")
    brief_lines: int = Field(description="Lines and actions that were taken out of the briefs that stay.")
    sessions: int = Field(default=0, description="Sessions, where a whole namespace was forgotten.")
    handoffs: int = Field(default=0, description="Handoffs with their briefs and claims, likewise.")
