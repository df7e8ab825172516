"""Flags: what is wrong with a brief in the eyes of whoever worked with it, and cases to measure briefs by."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import ConfigDict, Field, StringConstraints, model_validator

from warmline_schemas.briefs import SectionName
from warmline_schemas.wire import AgentName, Answer, Request

CASES_MEDIA_TYPE = "application/x-ndjson"
MOST_WORDS_CHARS = 2_000

LineText = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=MOST_WORDS_CHARS)]


class Verdict(StrEnum):
    """What is wrong: a line says something `wrong`, something is `missing`, or a line is `superfluous`."""

    WRONG = "wrong"
    MISSING = "missing"
    SUPERFLUOUS = "superfluous"


class FlagBrief(Request):
    """Flags a line of a brief, or something that it lacks.

    A line is named by its section and its text, with or without its label, as the brief has them now.
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

    by: AgentName = Field(description="Who flags it.")
    verdict: Verdict = Field(description="What is wrong.")
    section: SectionName | None = Field(
        default=None, description="The section; needed for a line, and for what is missing where it should stand."
    )
    line: LineText | None = Field(
        default=None, description="The line as the brief has it; left out for something that is missing."
    )
    should_be: LineText | None = Field(
        default=None, description="What should stand there, best the bare value; needed for something that is missing."
    )
    note: LineText | None = Field(default=None, description="Why, in your own words.")

    @model_validator(mode="after")
    def _names_what_it_is_about(self) -> Self:
        if self.verdict is Verdict.MISSING:
            if self.line is not None:
                raise ValueError("line: leave it out for something that is missing, or say that the line is wrong")
            if self.should_be is None:
                raise ValueError("should_be: say what is missing")
        elif self.line is None or self.section is None:
            raise ValueError("line, section: say which line of which section is meant")
        return self


class Flag(Answer):
    """What somebody found wrong with a brief. It is kept until it is taken back or its memories are forgotten."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": "01978f6e-7c1a-7000-8000-000000000007",
                    "handoff_id": "01978f6e-7c1a-7000-8000-000000000002",
                    "namespace": "user-dave",
                    "verdict": "wrong",
                    "section": "facts",
                    "label": "amount",
                    "line": "$299",
                    "memory_ids": ["01978f6e-7c1a-7000-8000-000000000003"],
                    "should_be": "$100",
                    "note": "The dispute is over the difference",
                    "by": "human:operator-7",
                    "at": "2026-03-01T10:20:00Z",
                }
            ]
        }
    )

    id: UUID = Field(description="The flag's id; ids grow with time.")
    handoff_id: UUID = Field(description="The handoff whose brief it is.")
    namespace: str = Field(description="Its namespace.")
    verdict: Verdict = Field(description="What is wrong.")
    section: SectionName | None = Field(description="The section; null where none was named.")
    label: str | None = Field(description="The line's label, if it has one.")
    line: str | None = Field(description="The line's text when it was flagged; null for something that is missing.")
    memory_ids: list[UUID] = Field(description="The memories that the line cited when it was flagged.")
    should_be: str | None = Field(description="What should stand there.")
    note: str | None = Field(description="Why.")
    by: str = Field(description="Who flagged it.")
    at: datetime = Field(description="When.")


class CaseValue(Answer):
    """A value under the name that a brief gives it."""

    name: str = Field(description="The line's label, or its section.")
    value: str = Field(description="The value.")


class CaseReplaced(Answer):
    """What a brief said, and what it should have said."""

    name: str = Field(description="The line's label, or its section.")
    old: str = Field(description="What the brief said.")
    current: str = Field(description="What should stand there.")


class FlaggedCase(Answer):
    """A handoff whose brief was flagged, as a case to measure briefs by: what was said before, and what a brief must
    say of it. Secrets, and personal data of the classes that the tenant hides, are taken out."""

    id: str = Field(description="The handoff's id.")
    source: str = Field(description="Always `flags`.")
    domain: str = Field(description="The template that the brief was written after.")
    target: str = Field(description="Who the work went to.")
    events: list[dict[str, Any]] = Field(
        description="What was said and done before the brief, oldest first: `role`, and `text`, or of a tool `name`, "
        "`arguments`, `result`, `status`."
    )
    must_know: list[CaseValue] = Field(description="What the brief must say: what was missing, and what was right.")
    must_not_leak: list[CaseValue] = Field(description="What it must not say: lines that nothing takes the place of.")
    superseded: list[CaseReplaced] = Field(description="What it said wrong, and what is right.")
    actions: list[dict[str, str]] = Field(description="Always empty: flags say nothing about outcomes.")
    flags: list[dict[str, Any]] = Field(
        description="The flags themselves: `verdict`, `section`, `line`, `should_be`, `note`."
    )
