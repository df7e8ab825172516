"""Briefs: what the target must know, in named sections, every line with the memories that prove it."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from pydantic import Field

from warmline_schemas.memories import Outcome
from warmline_schemas.wire import Answer


class SectionName(StrEnum):
    """The sections a brief can have. Its template says which, and in which order they are read."""

    ASK = "ask"
    SEVERITY = "severity"
    IDENTIFIERS = "identifiers"
    FACTS = "facts"
    FIGURES = "figures"
    DONE = "done"
    FAILED = "failed"
    PROMISED = "promised"
    DECIDED = "decided"
    OPEN_QUESTIONS = "open_questions"
    NEXT_STEPS = "next_steps"
    IF_THEN = "if_then"
    ENVIRONMENT = "environment"
    EXPECTED_OUTCOME = "expected_outcome"
    SITUATION = "situation"
    MOOD = "mood"
    DO_NOT_ASK = "do_not_ask"
    EARLIER = "earlier"


class FindingCode(StrEnum):
    """What can be wrong with a brief."""

    NO_FIGURE = "no_figure"
    NO_COMMAND = "no_command"
    NO_PATH = "no_path"
    VAGUE_GOAL = "vague_goal"
    UNPROVEN_CLAIM = "unproven_claim"
    MISSING_SECTION = "missing_section"
    UNANSWERED_QUESTION = "unanswered_question"
    LAST_ACTION_FAILED = "last_action_failed"


class BriefLine(Answer):
    """One statement and its evidence."""

    label: str | None = Field(default=None, description="A short name of what the line states, such as `account id`.")
    text: str = Field(description="The statement.")
    outcome: Outcome | None = Field(default=None, description="For a line about an action: what is known of it.")
    memory_ids: list[UUID] = Field(
        description="The memories that prove it; empty only for what the request itself says: reason, goal."
    )
    topic: str | None = Field(
        default=None,
        description="The matter that a value or an action belongs to, such as `hotel`; null where unknown.",
    )
    found: bool = Field(default=False, description="True for a value that only the result of a tool states.")
    owner: str | None = Field(default=None, description="For a step or a promise: whose it is, where that was said.")
    due: str | None = Field(default=None, description="For a step or a promise: until when, as it was said.")
    edited: bool = Field(default=False, description="True for a line that a reviewer wrote or changed.")


class BriefSection(Answer):
    """Lines of one sort, the most needed first."""

    name: SectionName = Field(description="Which section.")
    title: str = Field(description="Its heading as a reader sees it.")
    lines: list[BriefLine] = Field(description="Its lines; none where its template shows it even if it is empty.")


class BriefAction(Answer):
    """An action of the source session and what is known of its outcome."""

    name: str = Field(description="The tool's name.")
    arguments: dict[str, Any] = Field(description="What it was called with, secrets removed.")
    outcome: Outcome = Field(description="What is known of its effect.")
    memory_ids: list[UUID] = Field(min_length=1, description="The memories that prove it.")


class Finding(Answer):
    """One thing that is wrong with a brief, and the mend."""

    code: FindingCode = Field(description="What is wrong.")
    section: SectionName | None = Field(default=None, description="The section that it is about, if it is about one.")
    message: str = Field(description="What is missing, and what the source can remember to mend it.")


class BriefQuality(Answer):
    """How much of what its template wants a brief holds."""

    score: float = Field(ge=0, le=1, description="0 to 1: 1 where nothing was found wrong.")
    bar: float = Field(ge=0, le=1, description="The template's bar.")
    passed: bool = Field(description="Whether the score reaches the bar.")
    findings: list[Finding] = Field(description="What is wrong, the worst first.")


class FallBack(StrEnum):
    """Why a brief that a language model was asked to help with was written by rules alone."""

    UNREACHABLE = "unreachable"
    LATE = "late"
    HTTP_ERROR = "http_error"
    REFUSED = "refused"
    TRUNCATED = "truncated"
    EMPTY = "empty"
    TOO_LONG = "too_long"
    INVALID = "invalid"
    NOTHING_KEPT = "nothing_kept"


class SummaryReport(Answer):
    """What a language model had to do with a brief."""

    model: str = Field(description="The model that was asked.")
    kept: int = Field(default=0, description="How many of its lines are in the brief.")
    dropped: dict[str, int] = Field(
        default_factory=dict, description="How many of its lines are not, by reason, such as `unknown_value`."
    )
    tokens_in: int = Field(default=0, description="The tokens that it read, as the endpoint counted them.")
    tokens_out: int = Field(default=0, description="The tokens that it wrote, as the endpoint counted them.")
    cost: float | None = Field(default=None, description="What that cost, in the currency of the prices that are set.")
    seconds: float = Field(default=0.0, description="How long the call took, with all its retries.")
    fell_back_because: FallBack | None = Field(
        default=None, description="Why the brief was written by rules alone; null where it was not."
    )


class Brief(Answer):
    """What the target of a handoff must know."""

    headline: BriefLine = Field(description="Who hands over what to whom, and why.")
    sections: list[BriefSection] = Field(description="Named sections, in the order of the template.")
    actions: list[BriefAction] = Field(description="Every action, oldest first, with its outcome.")
    text: str = Field(description="The brief as plain text: what the receiver reads, and what is remembered.")
    words: int = Field(description="The number of words in `text`.")
    memories_read: int = Field(description="How many memories it was made from.")
    written_by: str = Field(description="What wrote it: `extractive`, or the name of a language model.")
    summary: SummaryReport | None = Field(
        default=None, description="What a language model had to do with it; null where none was asked."
    )
    template: str = Field(default="support", description="The template that it was written after.")
    quality: BriefQuality | None = Field(default=None, description="How good it is; null for briefs of older versions.")
    cut_at: datetime = Field(description="Memories stored later are not in it; the target gets them apart.")


class BriefFormat(StrEnum):
    """How a brief is rendered."""

    JSON = "json"
    MARKDOWN = "markdown"
    TEXT = "text"
