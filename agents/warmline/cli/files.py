"""Files that a command reads or writes. Where one cannot be used, the command says why on stderr and exits with 1."""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO, NoReturn, TextIO, TypeVar

import typer
from pydantic import BaseModel, ValidationError

from warmline.cli.output import complain

Model = TypeVar("Model", bound=BaseModel)


def read_text(file: Path) -> str:
    """Read a file as UTF-8 text."""
    try:
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        stop_because(error, f"{file} cannot be read: it is not UTF-8 text.")
    except OSError as error:
        stop_because(error, f"{file} cannot be read: {error.strerror}.")


def read_shape(shape: type[Model], file: Path, load: Callable[[str], Any], format_name: str) -> Model:
    """Read a file into a shape. ``load`` makes a dict of its text, and raises ``ValueError`` where it cannot."""
    text = read_text(file)
    try:
        return shape.model_validate(load(text))
    except ValidationError as error:
        # Pydantic puts "Value error, " before the messages of our own checks.
        faults = [(".".join(map(str, fault["loc"])), fault["msg"]) for fault in error.errors()]
        stop_because(error, *(f"{file}: {field}: {fault.removeprefix('Value error, ')}" for field, fault in faults))
    except ValueError as error:
        stop_because(error, f"{file} is not {format_name}: {error}")


def read_messages(file: Path) -> list[Any]:
    """Read messages: a JSON list, an object with the list under ``messages``, or one object a line. ``-`` is stdin."""
    text = sys.stdin.read() if str(file) == "-" else read_text(file)
    try:
        whole = json.loads(text)
    except ValueError:
        return [_message(file, number, line) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    if isinstance(whole, dict) and isinstance(whole.get("messages"), list):
        whole = whole["messages"]
    return whole if isinstance(whole, list) else [whole]


def _message(file: Path, number: int, line: str) -> Any:
    try:
        return json.loads(line)
    except ValueError as error:
        stop_because(error, f"Line {number} of {file} is not JSON: {error}")


def open_to_read(file: Path) -> BinaryIO:
    """Open a file to read its bytes."""
    try:
        return file.open("rb")
    except OSError as error:
        stop_because(error, f"{file} cannot be read: {error.strerror}.")


def open_to_write(file: Path) -> TextIO:
    """Open a file to write UTF-8 text with LF line ends."""
    try:
        # Lines end with LF on every system: exports and briefs are compared and committed as bytes.
        return file.open("w", encoding="utf-8", newline="\n")
    except OSError as error:
        stop_because(error, f"{file} cannot be written: {error.strerror}.")


def stop_because(error: Exception, *sentences: str) -> NoReturn:
    """Print each sentence on a line of stderr, and leave with exit status 1."""
    for sentence in sentences:
        complain(sentence)
    raise typer.Exit(1) from error
