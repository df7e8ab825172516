"""What all shapes on the wire share: strict field names, limits on sizes, and pages of lists."""

import json
import math
import re
from datetime import UTC, date, datetime
from enum import Enum, auto
from functools import cached_property
from typing import Annotated, Any, Final, Generic, Self, TypeVar

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationInfo,
)
from pydantic_core import to_json

Item = TypeVar("Item")
Dated = TypeVar("Dated", datetime, date)

MAX_CONTENT_CHARS = 100_000
MAX_METADATA_BYTES = 65_536
MAX_ACTION_BYTES = 1_000_000
MAX_DEPTH = 50
"""How deep the objects and lists of a caller's JSON may lie in each other. Whoever reads them later may do so by
recursion, whose stack is not endless; what tools return is seldom deeper than ten."""
DEEPEST_JSON = 100
"""What is nested deeper in a message is cut: readers of JSON give up at some depth, each at another one."""
REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
"""What stands in the place of a character that cannot be stored."""


class Named(Enum):
    """What a field of a request names that the API key must be bound to; the types below carry it as a mark."""

    ACTING_AGENT = auto()
    NAMESPACE = auto()


# Namespaces are parts of URL paths, so they have only characters that need no escaping there.
Namespace = Annotated[
    str,
    StringConstraints(min_length=1, max_length=200, pattern=r"^[A-Za-z0-9][A-Za-z0-9_.:/@+-]*$"),
    Named.NAMESPACE,
]
"""Whose memories these are, such as ``user-dave`` or ``acme/payments-oncall``: 1 to 200 characters."""

AgentName = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
"""The name of an agent or a person who works, such as ``tier1-bot`` or ``human:operator-7``: 1 to 200 characters."""

ActingAgent = Annotated[AgentName, Named.ACTING_AGENT]
"""The agent as which the sender of a request acts; its API key must be bound to it."""

# Kinds are compared as they are, so only one spelling is allowed: lower-case letters, digits, ``_`` and ``-``.
Kind = Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=r"^[a-z][a-z0-9_-]*$")]
"""The sort of a memory: ``message``, ``fact``, ``action``, ``decision``, ``handoff`` or a word of the caller's own."""

FIRST_YEAR, LAST_YEAR = 1900, 2199
"""Moments and days are taken from these years.

Python counts the years from 1 to 9999 and PostgreSQL many more. Near the edges of either, a time that is valid in one
zone has no form in the next, and a row that holds one could be neither shown nor listed. So nothing that far away is
let in, and what is there nevertheless, from other tools or earlier versions, is shown as the nearest moment.
"""
FIRST_MOMENT = datetime(FIRST_YEAR, 1, 1, tzinfo=UTC)
LAST_MOMENT = datetime(LAST_YEAR, 12, 31, 23, 59, 59, tzinfo=UTC)

_BEGINS_WITH_A_DAY = re.compile(r"\s*[0-9]{4}-[0-9]{2}-[0-9]{2}")
_YEARS = {"pattern": "^(19|20|21)[0-9]{2}-"}
"""The same in a JSON schema: the year as it is written, whatever its zone."""


def shown_moment(moment: datetime) -> datetime:
    """The moment, or the nearest one that has a form in every time zone."""
    if FIRST_YEAR <= moment.year <= LAST_YEAR:
        return moment
    return FIRST_MOMENT if moment.year < FIRST_YEAR else LAST_MOMENT


def _in_range(given: Dated) -> Dated:
    if not FIRST_YEAR <= given.year <= LAST_YEAR:
        raise ValueError(f"must lie in the years {FIRST_YEAR} to {LAST_YEAR}")
    return given


def _written_as(example: str) -> BeforeValidator:
    # Pydantic takes a bare number for the seconds since 1970: a year, or a mistake, would be some moment of that year.
    def check(given: Any) -> Any:
        if isinstance(given, date) or (isinstance(given, str) and _BEGINS_WITH_A_DAY.match(given)):
            return given
        raise ValueError(f"must be written as in {example}")

    return BeforeValidator(check)


Moment = Annotated[
    AwareDatetime,
    _written_as("2026-01-31T09:00:00Z"),
    AfterValidator(_in_range),
    Field(json_schema_extra=_YEARS),
]
"""A time that a caller gives, with an offset from UTC. A number is none."""
Day = Annotated[date, _written_as("2026-01-31"), AfterValidator(_in_range), Field(json_schema_extra=_YEARS)]
"""A day that a caller gives."""
ShownMoment = Annotated[datetime, AfterValidator(shown_moment)]
"""A time that was stored within a document, such as a brief."""


# PostgreSQL stores no U+0000, and UTF-8 has no form for half of a surrogate pair.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def storable(value: Any, deepest: int = DEEPEST_JSON) -> Any:
    """A JSON value as it can be stored: characters that cannot are replaced by U+FFFD, NaN and Infinity by null, and
    what is nested deeper than so many levels is cut.
    """
    if isinstance(value, str):
        return _UNSTORABLE.sub(REPLACEMENT, value)
    if isinstance(value, dict | list) and deepest == 0:
        return REPLACEMENT
    if isinstance(value, dict):
        return {storable(name): storable(one, deepest - 1) for name, one in value.items()}
    if isinstance(value, list):
        return [storable(one, deepest - 1) for one in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


STORED: Final = "stored"
"""The context in which what the platform itself has stored is validated: it was checked when it came in. To write a
million bytes as JSON anew, only to see how many they are, holds up whatever else the process does."""


def small_json(most_bytes: int) -> AfterValidator:
    """Build a validator that refuses a value that JSON cannot hold, such as NaN, or that takes more than ``most_bytes``
    as JSON, or lies deeper than ``MAX_DEPTH``. In the context ``STORED`` it lets all pass.
    """

    def check(value: Any, info: ValidationInfo) -> Any:
        if info.context == STORED:
            return value
        if _is_deeper(value, MAX_DEPTH):
            raise ValueError(
                f"has objects or lists in each other over {MAX_DEPTH} deep; flatten it, or send it as text"
            )
        written = to_json(value)
        # PostgreSQL refuses NaN and Infinity, which JSON does not have. A text may contain these letters, so only
        # parsing can tell.
        if b"NaN" in written or b"Infinity" in written:
            json.loads(written, parse_constant=_refuse)
        if len(written) > most_bytes:
            raise ValueError(f"takes {len(written)} bytes as JSON, and at most {most_bytes} are stored; shorten it")
        return value

    return AfterValidator(check)


def _is_deeper(value: Any, most: int) -> bool:
    """Whether objects and lists lie in each other more than ``most`` deep. Looked at a level at a time, without a stack
    that a deep value could overflow."""
    level = [value]
    for _ in range(most):
        level = [
            inner
            for one in level
            if isinstance(one, dict | list)
            for inner in (one.values() if isinstance(one, dict) else one)
            if isinstance(inner, dict | list)
        ]
        if not level:
            return False
    return True


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no JSON; leave it out, or write it as a text")


Metadata = Annotated[dict[str, Any], small_json(MAX_METADATA_BYTES)]
"""An object of the caller's own, at most 65,536 bytes as JSON. The platform returns it as it was sent."""


class Request(BaseModel):
    """A body that a client sends. Unknown fields are refused, so that a misspelt name is noticed."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Answer(BaseModel):
    """A body that the platform sends. Clients ignore unknown fields, so that an old client can read a new server."""

    model_config = ConfigDict(extra="ignore", frozen=True, from_attributes=True)


class Versioned(Answer):
    """What somebody else could overwrite. The header ``ETag`` of its answer names the version."""

    @cached_property
    def version(self) -> str | None:
        """The version that was read, to be changed only if it still is that one; None for what came in a list."""
        return None

    def of_version(self, version: str | None) -> Self:
        """Say which version this is."""
        # What is cached beside the fields is neither sent nor compared: two readings of one thing stay equal.
        vars(self)["version"] = version
        return self


class Page(Answer, Generic[Item]):
    """One page of a list: its items, in the order that the operation names, and where the next page is."""

    items: list[Item] = Field(description="The items of this page.")
    next_cursor: str | None = Field(
        default=None, description="Pass as `cursor` for the next page; null on the last one."
    )
