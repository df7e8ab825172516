"""Comparisons: what two briefs of a chain share, and where they differ."""

from pydantic import Field

from warmline_schemas.briefs import BriefAction, BriefLine, SectionName
from warmline_schemas.handoffs import Handoff
from warmline_schemas.wire import Answer


class ValueDifference(Answer):
    """A value that both briefs have, with different contents."""

    label: str = Field(description="The value's name, such as `amount`.")
    left: str = Field(description="The value in the left brief.")
    right: str = Field(description="The value in the right brief.")


class OutcomeDifference(Answer):
    """An action that both briefs have, with the same arguments and different outcomes."""

    name: str = Field(description="The tool's name.")
    left: BriefAction = Field(description="The action in the left brief.")
    right: BriefAction = Field(description="The action in the right brief.")


class ComparedLine(Answer):
    """A line that only one of the two briefs has."""

    section: SectionName = Field(description="The section of the line.")
    line: BriefLine = Field(description="The line.")


class ComparedSide(Answer):
    """What only one of the two briefs has."""

    handoff: Handoff = Field(description="The handoff of this brief.")
    lines: list[ComparedLine] = Field(
        description="The lines that the other brief does not have, in the order of this brief."
    )
    actions: list[BriefAction] = Field(description="The actions that the other brief does not have, oldest first.")


class Comparison(Answer):
    """Two briefs of one chain side by side."""

    ancestor: Handoff | None = Field(
        description=("The latest handoff from which both come; null where they share only the chain's first session.")
    )
    values: list[ValueDifference] = Field(description="The values with the same label and topic that differ.")
    outcomes: list[OutcomeDifference] = Field(description="The actions whose outcomes differ.")
    left: ComparedSide = Field(description="What only the left brief has.")
    right: ComparedSide = Field(description="What only the right brief has.")
