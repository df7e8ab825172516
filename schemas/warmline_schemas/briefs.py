"""Briefs: what the target of a handoff must know, in named sections. Every line cites the memories that prove it."""

from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from pydantic import Field

from warmline_schemas.memories import Outcome
from warmline_schemas.wire import Answer, ShownMoment


class SectionName(StrEnum):
    """The sections that a brief can have. The template says which ones a brief has, and in which order."""

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
    RULES = "rules"
    SAID = "said"
    ALSO_SAID = "also_said"


class FindingCode(StrEnum):
    """What can be wrong with a brief."""

    NO_FIGURE = "no_figure"
    NO_COMMAND = "no_command"
    NO_PATH = "no_path"
    VAGUE_GOAL = "vague_goal"
    UNPROVEN_CLAIM = "unproven_claim"
    UNSUPPORTED_CLAIM = "unsupported_claim"
    CONTRADICTED_CLAIM = "contradicted_claim"
    MISSING_SECTION = "missing_section"
    UNANSWERED_QUESTION = "unanswered_question"
    LAST_ACTION_FAILED = "last_action_failed"
    NOTHING_FOUND = "nothing_found"
    LEFT_OUT = "left_out"
    UNREAD_LANGUAGE = "unread_language"
    UNWRITTEN = "unwritten"


class Origin(StrEnum):
    """Who says a line of a brief.

    `request`: the handoff's request. `record`: the platform's own record of calls, results, slots and notes. `quote`:
    somebody's words, as they were. `account`: the agent that hands off. `model`: a language model. `reviewer`: the
    person who edited the draft.
    """

    REQUEST = "request"
    RECORD = "record"
    QUOTE = "quote"
    ACCOUNT = "account"
    MODEL = "model"
    REVIEWER = "reviewer"


class Support(StrEnum):
    """What the record says of a line that an agent or a language model wrote.

    `supported`: the record says the same. `unsupported`: the record does not say it, and only the writer's word stands
    for it. `contradicted`: the record says otherwise.
    """

    SUPPORTED = "supported"
    UNSUPPORTED = "unsupported"
    CONTRADICTED = "contradicted"


class BriefLine(Answer):
    """One statement of a brief, with the memories that prove it."""

    label: str | None = Field(default=None, description="A short name of what the line states, such as `account id`.")
    text: str = Field(description="The statement.")
    outcome: Outcome | None = Field(
        default=None, description="For a line about an action: what is known about its effect."
    )
    memory_ids: list[UUID] = Field(
        description=(
            "The memories that prove the statement. It is empty only for what the request itself says: "
            "its reason and its goal."
        )
    )
    owner: str | None = Field(default=None, description="For a step or a promise: who must do it, where that was said.")
    due: str | None = Field(
        default=None, description="For a step or a promise: until when, in the words that were used."
    )
    edited: bool = Field(default=False, description="Whether a reviewer wrote or changed this line.")
    origin: Origin = Field(default=Origin.RECORD, description="Who says the line.")
    support: Support | None = Field(
        default=None, description="For a line that an agent or a model wrote: what the record says of it."
    )
    against: str | None = Field(
        default=None, description="For a contradicted line: what the record says instead, in its own words."
    )
    speaker: str | None = Field(
        default=None,
        description=(
            "For a quote: who said it: `user`, `agent`, the name of a person such as `human:ana`, or `note`. "
            "For what an earlier agent of the chain said in its account: which agent."
        ),
    )
    said_at: ShownMoment | None = Field(default=None, description="For a quote: when it was said.")
    reply_to: str | None = Field(
        default=None, description="For a short quote: the question that it answers, in the words of who asked."
    )
    dates: list[date] = Field(
        default_factory=list,
        description="For a quote: the dates that it means by words such as `tomorrow`, in the customer's time zone.",
    )
    continues: bool = Field(
        default=False,
        description="For a quote: whether it goes on with the exchange of the line before it; both stand in one row.",
    )
    since: list[str] = Field(
        default_factory=list,
        description=(
            "Which of its values a tool was called with, and later with others, such as `city: Bergen → Oslo`."
        ),
    )
    language: str | None = Field(
        default=None, description="For a quote: its language as a BCP 47 tag, where it is known."
    )
    was: str | None = Field(default=None, description="The value that this line's value replaced, where it is known.")


class BriefSection(Answer):
    """The lines of one section, the most needed first."""

    name: SectionName = Field(description="Which section this is.")
    title: str = Field(description="The heading of the section, for readers.")
    lines: list[BriefLine] = Field(
        description=(
            "The lines of the section. It is empty where the template shows the section although it has no lines."
        )
    )


class BriefAction(Answer):
    """An action of the source session, and what is known about its effect."""

    name: str = Field(description="The tool's name.")
    arguments: dict[str, Any] = Field(description="The arguments of the call, without secrets.")
    outcome: Outcome = Field(description="What is known about its effect.")
    memory_ids: list[UUID] = Field(min_length=1, description="The memories that prove it.")


class Finding(Answer):
    """One thing that is wrong with a brief, and what to do about it."""

    code: FindingCode = Field(description="What is wrong.")
    section: SectionName | None = Field(
        default=None, description="The section that the finding is about, if it is about one."
    )
    message: str = Field(description="What is missing, and what the source can remember to fix it.")
    for_reader: str = Field(default="", description="The same for whoever reads the brief, and can only ask or check.")
    weighs: float = Field(default=0.0, ge=0, description="What the finding counts in the score.")
    memory_ids: list[UUID] = Field(
        default_factory=list, description="For what the brief leaves out: the memories that hold it."
    )


class BriefQuality(Answer):
    """How much of what the template asks for is in the brief, and how far it can be trusted."""

    score: float = Field(ge=0, le=1, description="The quality, 0 to 1. It is 1 where nothing was found wrong.")
    bar: float = Field(ge=0, le=1, description="The score that the template requires, 0 to 1.")
    passed: bool = Field(description="Whether the score reaches the bar.")
    findings: list[Finding] = Field(description="What is wrong with the brief, the worst finding first.")


class FallBack(StrEnum):
    """Why rules alone wrote a brief, although a language model was asked to help."""

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
    """What a language model contributed to a brief."""

    model: str = Field(description="The model that was asked.")
    kept: int = Field(default=0, description="How many of the model's lines are in the brief.")
    dropped: dict[str, int] = Field(
        default_factory=dict,
        description="How many of the model's lines are not in the brief, by reason, such as `unknown_value`.",
    )
    tokens_in: int = Field(default=0, description="How many tokens the model read, as its endpoint counted them.")
    tokens_out: int = Field(default=0, description="How many tokens the model wrote, as its endpoint counted them.")
    cost: float | None = Field(
        default=None,
        description=(
            "The price of the call, in the currency of the prices in the settings; null where no prices are set."
        ),
    )
    seconds: float = Field(default=0.0, description="How long the call took with all its retries, in seconds.")
    fell_back_because: FallBack | None = Field(
        default=None, description="Why rules alone wrote the brief; null where the model's lines were used."
    )


class Brief(Answer):
    """What the target of a handoff must know."""

    headline: BriefLine = Field(description="Who hands over to whom, and why.")
    sections: list[BriefSection] = Field(description="The sections, in the order of the template.")
    actions: list[BriefAction] = Field(description="Every action, oldest first, with its outcome.")
    overtaken: list[UUID] = Field(
        default_factory=list,
        description=(
            "The memories that later ones finished, reversed, replaced or made good. A warm start does not bring them."
        ),
    )
    text: str = Field(description="The brief as plain text. The receiver reads it, and it is kept as a memory.")
    words: int = Field(description="The number of words in `text`.")
    memories_read: int = Field(description="How many memories the brief was made from.")
    written_by: str = Field(description="What wrote the brief: `extractive`, or the name of a language model.")
    summary: SummaryReport | None = Field(
        default=None, description="What a language model contributed; null where none was asked."
    )
    template: str = Field(default="support", description="The template of the brief.")
    language: str = Field(
        default="en", description="The language of its headings and labels, as a BCP 47 tag. Quotes stay as they are."
    )
    pressing: BriefLine | None = Field(
        default=None,
        description=(
            "Where the request left the urgency out and words of the session say that there is a danger or little "
            "time: the line that quotes them. The handoff is then of urgency `high`."
        ),
    )
    quality: BriefQuality | None = Field(
        default=None, description="The quality of the brief; null for briefs of older versions."
    )
    cut_at: ShownMoment = Field(
        description="The time up to which memories are in the brief. The target gets later memories separately."
    )


class BriefFormat(StrEnum):
    """The format in which a brief is returned."""

    JSON = "json"
    MARKDOWN = "markdown"
    TEXT = "text"
