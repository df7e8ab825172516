"""What every shape on the wire has in common: strict names, plain limits, pages."""

import json
from typing import Annotated, Any, Generic, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints
from pydantic_core import to_json

Item = TypeVar("Item")

MAX_CONTENT_CHARS = 100_000
MAX_METADATA_BYTES = 65_536
MAX_ACTION_BYTES = 1_000_000

Namespace = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[A-Za-z0-9][A-Za-z0-9_.:/@+-]*$")]
"""Whose memories these are, such as ``user-dave`` or ``acme/payments-oncall``."""

AgentName = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
"""Who works: a name such as ``tier1-bot`` or ``human:operator-7``."""

Kind = Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=r"^[a-z][a-z0-9_-]*$")]
"""What sort of memory: ``message``, ``fact``, ``action``, ``decision``, ``handoff`` or a word of your own."""


def small_json(most_bytes: int) -> AfterValidator:
    """A validator that refuses what is no JSON, such as NaN, or takes more than ``most_bytes`` as JSON."""

    def check(value: Any) -> Any:
        written = to_json(value)
        if b"NaN" in written or b"Infinity" in written:
            json.loads(written, parse_constant=_refuse)
        if len(written) > most_bytes:
            raise ValueError(f"takes {len(written)} bytes as JSON, and at most {most_bytes} are stored; shorten it")
        return value

    return AfterValidator(check)


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no JSON; leave it out, or write it as a text")


Metadata = Annotated[dict[str, Any], small_json(MAX_METADATA_BYTES)]
"""Anything of the caller's own, at most 65,536 bytes as JSON."""


class Request(BaseModel):
    """A body that a caller sends. Unknown fields are refused, so that a typing error is not silently lost."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Answer(BaseModel):
    """A body that the platform answers. Unknown fields are ignored, so that old clients read new servers."""

    model_config = ConfigDict(extra="ignore", frozen=True, from_attributes=True)


class Page(Answer, Generic[Item]):
    """One page of a list, newest first."""

    items: list[Item] = Field(description="The rows of this page, newest first.")
    next_cursor: str | None = Field(
        default=None, description="Pass as `cursor` for the next page; null on the last one."
    )
