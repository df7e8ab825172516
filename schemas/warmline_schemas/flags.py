"""Flags: what a receiver found wrong with a brief, and test cases for briefs that are made of them."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import ConfigDict, Field, StringConstraints, model_validator

from warmline_schemas.briefs import SectionName
from warmline_schemas.wire import ActingAgent, Answer, Request

CASES_MEDIA_TYPE = "application/x-ndjson"
MOST_WORDS_CHARS = 2_000

LineText = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=MOST_WORDS_CHARS)]


class FlagVerdict(StrEnum):
    """What is wrong: the line is `wrong`, something is `missing`, or the line is `superfluous`."""

    WRONG = "wrong"
    MISSING = "missing"
    SUPERFLUOUS = "superfluous"


class FlagBrief(Request):
    """Flags a line of a brief as wrong or superfluous, or says what is missing.

    Name a line by its section and its text, with or without its label, as the brief has them now.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "by": "human:operator-7",
                    "verdict": "wrong",
                    "section": "facts",
                    "line": "amount: $299",
                    "should_be": "$100",
                    "note": "The dispute is over the difference",
                }
            ]
        }
    )

    by: ActingAgent = Field(description="Who flags the brief.")
    verdict: FlagVerdict = Field(description="What is wrong.")
    section: SectionName | None = Field(
        default=None,
        description=(
            "The section of the line. It is needed for a line; for something missing, it says where that belongs."
        ),
    )
    line: LineText | None = Field(
        default=None, description="The line as the brief has it. Leave it out for something missing."
    )
    should_be: LineText | None = Field(
        default=None, description="What should be there, best only the value. It is needed for something missing."
    )
    note: LineText | None = Field(default=None, description="The reason, in your own words.")

    @model_validator(mode="after")
    def _names_what_it_is_about(self) -> Self:
        if self.verdict is FlagVerdict.MISSING:
            if self.line is not None:
                raise ValueError("line: leave it out for something that is missing, or say that the line is wrong")
            if self.should_be is None:
                raise ValueError("should_be: say what is missing")
        elif self.line is None or self.section is None:
            raise ValueError("line, section: say which line of which section is meant")
        return self


class Flag(Answer):
    """What somebody found wrong with a brief. It is kept until it is taken back, or its memories are forgotten."""

    id: UUID = Field(description="The flag's id; ids grow with time.")
    handoff_id: UUID = Field(description="The handoff of the brief.")
    namespace: str = Field(description="The namespace of the handoff.")
    verdict: FlagVerdict = Field(description="What is wrong.")
    section: SectionName | None = Field(description="The section; null where none was named.")
    label: str | None = Field(description="The line's label, if it has one.")
    line: str | None = Field(description="The text of the line when it was flagged; null for something missing.")
    memory_ids: list[UUID] = Field(description="The memories that the line cited when it was flagged.")
    should_be: str | None = Field(description="What should be there.")
    note: str | None = Field(description="The reason, in the words of who flagged it.")
    by: str = Field(description="Who flagged it.")
    at: datetime = Field(description="When it was flagged.")


class CaseValue(Answer):
    """A value with its name."""

    name: str = Field(description="The label of the line, or its section where it has none.")
    value: str = Field(description="The value.")


class CaseReplaced(Answer):
    """A wrong value of a brief, and the right one."""

    name: str = Field(description="The label of the line, or its section where it has none.")
    old: str = Field(description="The value in the brief.")
    current: str = Field(description="The right value.")


class FlaggedCase(Answer):
    """A flagged handoff as a test case for briefs: what was said before the handoff, and what a brief of it must say.
    Secrets, and personal data of the classes that the tenant hides, are removed.
    """

    id: str = Field(description="The handoff's id.")
    source: str = Field(description="Always `flags`.")
    domain: str = Field(description="The template of the brief.")
    target: str = Field(description="Who the work went to.")
    events: list[dict[str, Any]] = Field(
        description=(
            "What happened before the brief, oldest first. A message has `role` and `text`; a tool call "
            "has `role`, `name`, `arguments`, `result` and `status`."
        )
    )
    must_know: list[CaseValue] = Field(
        description="The values that the brief must have: what was missing, and what was right."
    )
    must_not_leak: list[CaseValue] = Field(
        description=(
            "The values that the brief must not have: superfluous lines, and wrong lines without a right value."
        )
    )
    superseded: list[CaseReplaced] = Field(description="The wrong values of the brief, each with the right one.")
    actions: list[dict[str, str]] = Field(description="Always empty, because flags say nothing about outcomes.")
    flags: list[dict[str, Any]] = Field(
        description="The flags, each with `verdict`, `section`, `line`, `should_be` and `note`."
    )
