"""Replies: the form in which a model is asked to write, and what it wrote in it."""

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, ValidationError

from warmline_memory.language.harmless import untagged
from warmline_schemas.accounts import MAX_TEXT_CHARS, Account, AccountEntry
from warmline_schemas.briefs import FallBack, SectionName

MOST_CHARS = 20_000
"""A longer reply is not read: a brief has some 1,500 signs."""
MOST_LINES = 60
"""Lines beyond these are not looked at."""
FENCED = re.compile(r"^\s*```(?:json)?\s*\n(.*)\n\s*```\s*$", re.S)


class _Line(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)

    label: str | None = None
    text: str
    memory_ids: list[str] = []


class _Section(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)

    name: str
    lines: list[_Line]


class _Reply(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)

    sections: list[_Section]


class UnusableReply(Exception):
    """A reply that no lines can be taken from, and why."""

    def __init__(self, why: FallBack) -> None:
        super().__init__(why.value)
        self.why = why


def schema(sections: Sequence[SectionName]) -> dict[str, Any]:
    """The JSON Schema of a reply that writes to these sections, within what strict structured outputs allow."""
    line = _object(
        label={"type": "string", "description": "One to three words, or empty."},
        text={"type": "string"},
        memory_ids={"type": "array", "items": {"type": "string"}},
    )
    section = _object(
        name={"type": "string", "enum": [name.value for name in sections]}, lines={"type": "array", "items": line}
    )
    return _object(sections={"type": "array", "items": section})


def read(written: str | None, shown: Mapping[str, UUID], sections: Collection[SectionName]) -> Account:
    """The account that a reply gives; lines of other sections, or without words, are left out.

    Raises ``UnusableReply`` where it is empty, too long, or not of the form that was asked for.
    """
    if not written or not written.strip():
        raise UnusableReply(FallBack.EMPTY)
    if len(written) > MOST_CHARS:
        raise UnusableReply(FallBack.TOO_LONG)
    fenced = FENCED.match(written)
    try:
        reply = _Reply.model_validate_json(fenced.group(1) if fenced else written)
    except ValidationError as error:
        raise UnusableReply(FallBack.INVALID) from error
    entries = [
        AccountEntry(
            section=SectionName(section.name),
            text=_one_line(line.text)[:MAX_TEXT_CHARS],
            label=_one_line(line.label)[:200] or None,
            turns=[shown[short] for short in dict.fromkeys(line.memory_ids) if short in shown][:50],
        )
        for section in reply.sections
        for line in section.lines
        if section.name in sections and re.search(r"\w", line.text)
    ]
    if not entries:
        raise UnusableReply(FallBack.EMPTY)
    return Account(entries=entries[:MOST_LINES])


def _object(**properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _one_line(text: str | None) -> str:
    return untagged(text or "").strip(" :")
