"""Briefs: what the target must know, in named sections, every line with the memories that prove it."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from pydantic import Field

from warmline_schemas.memories import Outcome
from warmline_schemas.wire import Answer


class SectionName(StrEnum):
    """The sections a brief can have, in the order in which a receiver reads them."""

    ASK = "ask"
    IDENTIFIERS = "identifiers"
    FACTS = "facts"
    DONE = "done"
    FAILED = "failed"
    PROMISED = "promised"
    DECIDED = "decided"
    OPEN_QUESTIONS = "open_questions"
    NEXT_STEPS = "next_steps"
    SITUATION = "situation"
    MOOD = "mood"
    EARLIER = "earlier"


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


class BriefSection(Answer):
    """Lines of one sort, the most needed first."""

    name: SectionName = Field(description="Which section.")
    title: str = Field(description="Its heading as a reader sees it.")
    lines: list[BriefLine] = Field(description="Its lines; a section without lines is left out of a brief.")


class BriefAction(Answer):
    """An action of the source session and what is known of its outcome."""

    name: str = Field(description="The tool's name.")
    arguments: dict[str, Any] = Field(description="What it was called with, secrets removed.")
    outcome: Outcome = Field(description="What is known of its effect.")
    memory_ids: list[UUID] = Field(min_length=1, description="The memories that prove it.")


class Brief(Answer):
    """What the target of a handoff must know."""

    headline: BriefLine = Field(description="Who hands over what to whom, and why.")
    sections: list[BriefSection] = Field(description="Named sections, the most needed first.")
    actions: list[BriefAction] = Field(description="Every action, oldest first, with its outcome.")
    text: str = Field(description="The brief as plain text: what the receiver reads, and what is remembered.")
    words: int = Field(description="The number of words in `text`.")
    memories_read: int = Field(description="How many memories it was made from.")
    written_by: str = Field(description="What wrote it: `extractive`.")
    cut_at: datetime = Field(description="Memories stored later are not in it; the target gets them apart.")


class BriefFormat(StrEnum):
    """How a brief is rendered."""

    JSON = "json"
    MARKDOWN = "markdown"
    TEXT = "text"
