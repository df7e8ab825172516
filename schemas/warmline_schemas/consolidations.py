"""Consolidations: near-duplicates that one memory stands for."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import ConfigDict, Field

from warmline_schemas.wire import Answer, Namespace, Request

SIMILARITY = 0.9
"""The least cosine by default. It is a second opinion: near-duplicates have the same words in the same order anyhow."""


class Consolidate(Request):
    """Lets one memory stand for its near-duplicates: those that say the same in the same words, written differently.

    They are of one session, or of none; of the same kind, slot and metadata; without role, action, pin or expiry; of at
    most 2,000 bytes. The newest 5,000 such memories among the newest 50,000 of the namespace are compared.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [{"namespace": "user-dave", "dry_run": True}]})

    namespace: Namespace = Field(description="Whose memories.")
    dry_run: bool = Field(default=False, description="Only say what would be consolidated, and change nothing.")
    similarity: Annotated[float, Field(ge=0.5, le=1.0)] = Field(
        default=SIMILARITY, description="The least cosine similarity to the memory that is kept."
    )
    before: UUID | None = Field(
        default=None, description="Only memories older than this one: `next_before` of the answer before."
    )


class Consolidation(Answer):
    """Near-duplicates that one memory stands for. They are kept and listed, and left out of recall."""

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
    kept_id: UUID = Field(description="The memory that stands for the others. Nothing in it is changed.")
    merged_ids: list[UUID] = Field(description="The memories that it stands for; empty where it was undone.")
    similarity: float = Field(description="The lowest cosine similarity of one of them to the kept one.")
    made_at: datetime | None = Field(description="When it was made; null in a dry run.")
    undone_at: datetime | None = Field(description="When it was undone, if it was.")


class Consolidations(Answer):
    """What one request consolidated; of a dry run, what it would."""

    namespace: str = Field(description="Whose memories.")
    dry_run: bool = Field(description="True where nothing was changed.")
    compared: int = Field(description="How many memories were compared.")
    consolidations: list[Consolidation] = Field(description="What was made, or would be.")
    next_before: UUID | None = Field(
        description="Pass as `before` to compare older memories among each other; null where there are none."
    )
