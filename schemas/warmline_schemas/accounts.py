"""Accounts: what the agent that hands off says of its work, as entries of the brief's sections or as Markdown."""

from typing import Annotated, Any
from uuid import UUID

from pydantic import ConfigDict, Discriminator, Field, StringConstraints, Tag

from warmline_schemas.briefs import SectionName
from warmline_schemas.memories import Outcome
from warmline_schemas.wire import Request

# A brief tells some 200 to 900 words. An account of a long session is longer, and a transcript is no account.
MAX_ENTRIES = 100
MAX_TEXT_CHARS = 1_000
MAX_TURNS = 50
MAX_MARKDOWN_CHARS = 30_000

Short = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]


class AccountEntry(Request):
    """One statement of an account."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"section": "promised", "text": "A call back by Friday", "owner": "billing"}]}
    )

    section: SectionName = Field(description="The section of the brief that the statement belongs to.")
    text: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_TEXT_CHARS)] = Field(
        description="The statement: one or two sentences, at most 1,000 characters."
    )
    label: Short | None = Field(default=None, description="A short name of what it states, such as `order number`.")
    outcome: Outcome | None = Field(default=None, description="For a statement about an action: what became of it.")
    owner: Short | None = Field(default=None, description="For a step or a promise: who must do it.")
    due: Short | None = Field(default=None, description="For a step or a promise: until when.")
    turns: Annotated[list[UUID], Field(max_length=MAX_TURNS)] = Field(
        default_factory=list, description="The ids of the memories that it rests on, at most 50."
    )


class Account(Request):
    """What an agent says of its work. Each entry is checked against the memories before it is told."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "entries": [
                        {"section": "ask", "text": "Wants the $100 overcharge of the last invoice refunded"},
                        {"section": "failed", "text": "The refund needs a person's approval", "outcome": "failed"},
                    ]
                }
            ]
        }
    )

    entries: Annotated[list[AccountEntry], Field(min_length=1, max_length=MAX_ENTRIES)] = Field(
        description="The statements, at most 100, in any order."
    )


Markdown = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_MARKDOWN_CHARS)]
"""An account as free Markdown in any language: 1 to 30,000 characters."""


def _form(account: Any) -> str:
    return "markdown" if isinstance(account, str) else "typed"


# Told apart by hand, so that an error is about the form that was sent, and not about both.
AnyAccount = Annotated[
    Annotated[Account, Tag("typed")] | Annotated[Markdown, Tag("markdown")],
    Discriminator(_form),
]
"""An account as entries, or as free Markdown."""
