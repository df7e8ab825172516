"""Comparisons: what two briefs of a chain have in common, and where they differ."""

from pydantic import Field

from warmline_schemas.briefs import BriefAction, BriefLine, SectionName
from warmline_schemas.handoffs import Handoff
from warmline_schemas.wire import Answer


class ValueDifference(Answer):
    """A value that both briefs state, and state differently."""

    label: str = Field(description="The value's name, such as `amount`.")
    topic: str | None = Field(description="The matter that it belongs to; null where unknown.")
    left: str = Field(description="What the left brief says.")
    right: str = Field(description="What the right brief says.")


class OutcomeDifference(Answer):
    """An action that both briefs know, with the same arguments and another outcome."""

    name: str = Field(description="The tool's name.")
    left: BriefAction = Field(description="The action as the left brief knows it.")
    right: BriefAction = Field(description="The action as the right brief knows it.")


class ComparedLine(Answer):
    """A line that stands in one of the two briefs alone."""

    section: SectionName = Field(description="The section that it stands in.")
    line: BriefLine = Field(description="The line.")


class ComparedSide(Answer):
    """What one of the two briefs has alone."""

    handoff: Handoff = Field(description="The brief's handoff.")
    lines: list[ComparedLine] = Field(description="Its lines that the other does not have, in its order.")
    actions: list[BriefAction] = Field(description="Its actions that the other does not know, oldest first.")


class Comparison(Answer):
    """Two briefs of one chain side by side."""

    ancestor: Handoff | None = Field(
        description="The latest handoff that both come from; null where they have only the first session in common."
    )
    values: list[ValueDifference] = Field(description="Values of one label and matter that differ.")
    outcomes: list[OutcomeDifference] = Field(description="Actions whose outcomes differ.")
    left: ComparedSide = Field(description="What the left brief has alone.")
    right: ComparedSide = Field(description="What the right brief has alone.")
