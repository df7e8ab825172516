"""Versions: the ETag of what somebody else could overwrite, and changes that ask for the version that was read
(RFC 9110, 13.1.1)."""

import hashlib

from pydantic import BaseModel

from warmline_schemas.operators import Operator
from warmline_schemas.webhooks import Webhook

PASSING: dict[type[BaseModel], set[str]] = {
    Operator: {"load", "presence", "seen_at"},
    Webhook: {"failing_since"},
}
"""What changes by itself, and so makes no other version of what somebody wrote."""


def etag_of(shown: BaseModel) -> str:
    """The version of a thing as it is shown, as a header has it."""
    written = shown.model_dump_json(exclude=PASSING.get(type(shown)))
    return f'"{hashlib.sha256(written.encode()).hexdigest()[:24]}"'


def names(if_match: str, version: str | None) -> bool:
    """Whether an ``If-Match`` names this version; None is that of a thing that is not there."""
    wanted = {one.strip() for one in if_match.split(",")}
    return version is not None and bool(wanted & {version, "*"})
