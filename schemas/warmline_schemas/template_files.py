"""Template files: templates as TOML, which people write and keep in their repositories."""

import re
import tomllib
from collections.abc import Sequence

from pydantic import ValidationError

from warmline_schemas.templates import WriteTemplate

WHAT_TO_DO = {"extra_forbidden": "a template has no such field; take it out", "missing": "it is needed; add it"}

ITEM = r"^\s*(?:\{|\[\[)"
"""The beginning of a list item in TOML: an inline table ``{``, or a table of an array ``[[``."""


def read(text: str) -> WriteTemplate:
    """Read the template in the text of a TOML file.

    Raises ``ValueError`` with one line for each fault: the line of the file, the field, and what to do.
    """
    try:
        return WriteTemplate.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"is no TOML: {error}") from error
    except ValidationError as error:
        faults = [_fault(one["loc"], one["type"], one["msg"], text.splitlines()) for one in error.errors()]
        raise ValueError("\n".join(faults)) from error


def _fault(path: Sequence[int | str], kind: str, message: str, lines: Sequence[str]) -> str:
    fix = WHAT_TO_DO.get(kind) or message.removeprefix("Value error, ")
    number = _line_of(path, lines)
    field = ".".join(map(str, path))
    return ": ".join(part for part in (f"line {number}" if number else "", field, fix) if part)


def _line_of(path: Sequence[int | str], lines: Sequence[str]) -> int | None:
    """Find the line, counted from 1, on which a field is written; None where it is not found.

    Each name of the path is searched after the one before it. For the n-th item of a list, the n-th table that begins
    there is taken.
    """
    at, end = 0, len(lines)
    found: int | None = None
    for step in path:
        # A field begins a line, also as the heading of a table, or follows ``{`` or ``,`` in an inline table.
        wanted = ITEM if isinstance(step, int) else rf"(?:^\s*\[*|[{{,])\s*{re.escape(step)}\b"
        matching = [number for number in range(at, end) if re.search(wanted, lines[number])]
        place = step if isinstance(step, int) else 0
        if place >= len(matching):
            break
        at = matching[place]
        end = matching[place + 1] if isinstance(step, int) and place + 1 < len(matching) else end
        found = at + 1
    return found
