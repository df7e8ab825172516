"""Consolidations: near-duplicates that one memory stands for."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import ConfigDict, Field

from warmline_schemas.wire import Answer, Namespace, Request

SIMILARITY = 0.9
"""The lowest cosine similarity by default. It is a second check: near-duplicates must share their words in order, too.
"""


class Consolidate(Request):
    """Lets one memory stand for its near-duplicates: memories with the same words, written in another way.

    Near-duplicates belong to one session, or to none. They have the same kind, slot and metadata; no role, action, pin
    or expiry; and at most 2,000 bytes. Of the newest 50,000 memories of the namespace, the newest 5,000 of this sort
    are compared.
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
