"""Drafts: briefs that a person reads, edits and confirms before they are handed on."""

from typing import Annotated, Self
from uuid import UUID

from pydantic import ConfigDict, Field, StringConstraints, model_validator

from warmline_schemas.briefs import Brief, SectionName
from warmline_schemas.memories import Memory, Outcome
from warmline_schemas.wire import Answer, Request

Revision = Annotated[int, Field(ge=1, description="The revision of the draft that you read.")]
Statement = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2_000)]
ShortName = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
SHOWN_SINCE = 20
"""How many of the memories that were kept after a draft was made are returned with it. All of them are counted."""


class Draft(Answer):
    """A brief that waits to be confirmed, and what was kept after it was made."""

    handoff_id: UUID = Field(description="The handoff.")
    namespace: str = Field(description="Whose memories the draft was made from.")
    revision: int = Field(
        description=(
            "The draft's number, which grows with every change. Who confirms or edits the draft sends the"
            " number of the one that was read."
        )
    )
    brief: Brief = Field(description="The brief as it would be handed on.")
    since_count: int = Field(description="How many memories the source session kept after the draft was made.")
    since_the_brief: list[Memory] = Field(description=f"The first {SHOWN_SINCE} of them, oldest first.")


class EditLine(Request):
    """A line as the reviewer wants it. A line that equals one of the draft keeps its evidence and is not marked as
    edited.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [{"text": "Refund $100 by Friday", "owner": "you"}]})

    text: Statement = Field(description="The statement.")
    label: ShortName | None = Field(default=None, description="A short name of what the line states, if any.")
    memory_ids: Annotated[list[UUID], Field(max_length=100)] = Field(
        default_factory=list,
        description="The memories of the chain that prove the line; none for what the reviewer knows.",
    )
    outcome: Outcome | None = Field(
        default=None, description="For a line about an action: what is known about its effect."
    )
    owner: ShortName | None = Field(default=None, description="For a step or a promise: who must do it.")
    due: ShortName | None = Field(default=None, description="For a step or a promise: until when.")


class EditSection(Request):
    """A section as the reviewer wants it. A section without lines is removed."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"name": "next_steps", "lines": [{"text": "Refund $100 by Friday"}]}]}
    )

    name: SectionName = Field(description="Which section this is.")
    lines: Annotated[list[EditLine], Field(max_length=200)] = Field(
        description="All lines of the section, in their order."
    )


class EditDraft(Request):
    """Changes a draft. Sections that are left out keep their lines; sections that are given are replaced as a whole."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "revision": 1,
                    "sections": [{"name": "next_steps", "lines": [{"text": "Refund $100 by Friday", "owner": "you"}]}],
                }
            ]
        }
    )

    revision: Revision
    headline: Statement | None = Field(
        default=None, description="The brief's first line. It does not change where this is left out."
    )
    sections: list[EditSection] = Field(
        default_factory=list, max_length=len(SectionName), description="The sections to replace."
    )

    @model_validator(mode="after")
    def _changes_something_once(self) -> Self:
        names = [section.name for section in self.sections]
        if not names and self.headline is None:
            raise ValueError("give a headline or at least one section")
        if len(set(names)) < len(names):
            raise ValueError("sections: name each section once")
        return self


class RenewDraft(Request):
    """Writes the brief of a draft again, from everything that the source session has kept up to now."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"revision": 2}]})

    revision: Revision
    keep_edits: bool = Field(
        default=True, description="Whether the lines that a reviewer wrote or changed are copied into the new draft."
    )


class ConfirmDraft(Request):
    """Hands on a draft exactly as it was read."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"revision": 2}]})

    revision: Revision
