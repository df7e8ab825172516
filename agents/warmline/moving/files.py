"""Files: JSON Lines, JSON documents and CSV, each item with the place at which it stands."""

import csv
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

LISTS = ("results", "memories", "messages", "edges", "facts", "items", "data")
"""The members under which documents of these tools have their lists."""
HEAD = 1 << 16


@dataclass(frozen=True)
class Item:
    """One thing of another tool, and where it stands, such as ``line 3``."""

    place: str
    fields: Mapping[str, Any]


class Unreadable(ValueError):
    """A file, or a line of it, that is not what its form says."""


def items_of_file(file: Path) -> Iterator[Item]:
    """Read a file item by item. Lines are read one at a time, a JSON document as a whole.

    Raises ``Unreadable``, which names the line, and ``OSError``.
    """
    with file.open(encoding="utf-8-sig", newline="") as text:
        if file.suffix == ".csv":
            yield from _rows(text)
        elif _has_lines(text):
            yield from _lines(text)
        else:
            yield from _document(text)


def items_of_document(document: Any, noun: str = "item") -> Iterator[Item]:
    """The items of a JSON document: a list, or an object that has one under a name of these tools."""
    listed = document
    if isinstance(document, dict):
        listed = next((document[name] for name in LISTS if isinstance(document.get(name), list)), None)
    if not isinstance(listed, list):
        raise Unreadable(f"There is no list, and no member {', '.join(LISTS)} that is one.")
    for number, fields in enumerate(listed, 1):
        yield _item(f"{noun} {number}", fields)


def _has_lines(text: TextIO) -> bool:
    """Whether each line is a JSON object of its own: the first one is, and another one follows, or it is an item."""
    head = text.read(HEAD)
    text.seek(0)
    first, _, rest = head.lstrip().partition("\n")
    try:
        value = json.loads(first)
    except ValueError:
        # A first line that is longer than what was read is a line all the same; a document begins with a short one.
        return len(first) >= HEAD - 1 and first.startswith("{")
    return isinstance(value, dict) and (bool(rest.strip()) or not any(name in value for name in LISTS))


def _lines(text: TextIO) -> Iterator[Item]:
    for number, line in enumerate(text, 1):
        if line.strip():
            try:
                fields = json.loads(line)
            except ValueError as error:
                raise Unreadable(f"Line {number} is not JSON: {error}") from error
            yield _item(f"line {number}", fields)


def _document(text: TextIO) -> Iterator[Item]:
    try:
        document = json.load(text)
    except json.JSONDecodeError as error:
        raise Unreadable(f"Line {error.lineno} is not JSON: {error.msg}") from error
    yield from items_of_document(document)


def _rows(text: TextIO) -> Iterator[Item]:
    rows = csv.DictReader(text)
    for row in rows:
        # A cell that is empty says nothing; one that holds JSON is a list or an object.
        given = {name: _cell(value) for name, value in row.items() if name and value}
        yield Item(f"line {rows.line_num}", given)


def _cell(value: str) -> Any:
    if value[0] in "[{":
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value


def _item(place: str, fields: Any) -> Item:
    if not isinstance(fields, dict):
        raise Unreadable(f"{place.capitalize()} is no JSON object.")
    return Item(place, fields)
