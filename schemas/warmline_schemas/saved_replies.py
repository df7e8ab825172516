"""Saved replies: texts that people who answer customers use again and again."""

import re
from enum import StrEnum
from typing import Annotated

from pydantic import ConfigDict, Field, StringConstraints, field_validator

from warmline_schemas.queues import Language, QueueName
from warmline_schemas.wire import Request, Versioned

SavedReplyName = Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=r"^[a-z0-9][a-z0-9_.-]*$")]
"""A saved reply's name, such as ``refund-started``: a part of URL paths, and what people type to find it."""


class Blank(StrEnum):
    """What a saved reply leaves to be filled in where it is used, written in braces: `{customer}`."""

    CUSTOMER = "customer"
    """The customer's name."""
    OPERATOR = "operator"
    """The display name of who replies."""


BLANK = re.compile(r"\{([a-z_]{1,40})\}")
"""A blank as it is written in a text. Braces around anything else, such as code, are text."""


def blanks_in(text: str) -> list[Blank]:
    """The blanks that a text has, each once, in the order of ``Blank``."""
    found = set(BLANK.findall(text))
    return [blank for blank in Blank if blank in found]


class WriteSavedReply(Request):
    """A saved reply that a tenant adds or replaces."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "text": "Dear {customer}, your refund is on its way. Best regards, {operator}",
                    "language": "en",
                    "queues": ["billing"],
                }
            ]
        }
    )

    text: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=10_000)] = Field(
        description="What is said. `{customer}` and `{operator}` are filled in with their names where it is used."
    )
    language: Language | None = Field(default=None, description="The language that it is written in.")
    queues: list[QueueName] = Field(
        default_factory=list,
        max_length=50,
        description="The queues in whose cases it is offered; in all cases where there are none.",
    )

    @field_validator("text")
    @classmethod
    def _leaves_known_blanks(cls, text: str) -> str:
        unknown = sorted(set(BLANK.findall(text)) - set(Blank))
        if unknown:
            known = " and ".join(f"{{{blank}}}" for blank in Blank)
            raise ValueError(f"{{{unknown[0]}}} is not known; write {known}, or other words")
        return text


class SavedReply(WriteSavedReply, Versioned):
    """A text that people who answer customers use again and again."""

    # The example of ``WriteSavedReply`` has no name.
    model_config = ConfigDict(extra="ignore", frozen=True, from_attributes=True, json_schema_extra={"examples": []})

    name: SavedReplyName = Field(description="The name of the saved reply.")
