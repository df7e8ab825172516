"""Template files: a template as TOML, as people write and keep it."""

import re
import tomllib
from collections.abc import Sequence

from pydantic import ValidationError

from warmline_schemas.templates import WriteTemplate

MENDS = {"extra_forbidden": "a template has no such field; take it out", "missing": "it is needed; add it"}

ITEM = r"^\s*(?:\{|\[\[)"
"""How an item of a list begins: as an inline table, or as one of an array of tables."""


def read(text: str) -> WriteTemplate:
    """The template that a TOML file describes.

    Raises ``ValueError``, a line for each fault: the line of the file where it can be found, the field, and the mend.
    """
    try:
        return WriteTemplate.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"is no TOML: {error}") from error
    except ValidationError as error:
        faults = [_told(one["loc"], one["type"], one["msg"], text.splitlines()) for one in error.errors()]
        raise ValueError("\n".join(faults)) from error


def _told(path: Sequence[int | str], kind: str, message: str, lines: Sequence[str]) -> str:
    mend = MENDS.get(kind) or message.removeprefix("Value error, ")
    number = _line_of(path, lines)
    field = ".".join(map(str, path))
    return ": ".join(part for part in (f"line {number}" if number else "", field, mend) if part)


def _line_of(path: Sequence[int | str], lines: Sequence[str]) -> int | None:
    """The line, from 1, at which a field stands: each name of its path after the one before, each item of a list as
    the so-and-so-many-eth table that begins there. What is written in another way is not found."""
    at, end = 0, len(lines)
    found: int | None = None
    for step in path:
        wanted = ITEM if isinstance(step, int) else rf"(?:^\s*\[*|[{{,])\s*{re.escape(step)}\b"
        matching = [number for number in range(at, end) if re.search(wanted, lines[number])]
        place = step if isinstance(step, int) else 0
        if place >= len(matching):
            break
        at = matching[place]
        end = matching[place + 1] if isinstance(step, int) and place + 1 < len(matching) else end
        found = at + 1
    return found
