"""What commands print: one JSON document, a table on a terminal, or tab-separated lines into a pipe."""

import json
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any, TypeVar

import typer
from pydantic import BaseModel
from rich.console import Console
from rich.progress import BarColumn, Progress, ProgressColumn, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from warmline_schemas.wire import Versioned

Item = TypeVar("Item", bound=BaseModel)

JsonFlag = Annotated[bool, typer.Option("--json", help="Print one JSON document, and nothing else.")]
QuietFlag = Annotated[bool, typer.Option("--quiet", "-q", help="Print only ids, one a line.")]
LimitOption = Annotated[int, typer.Option("--limit", min=1, help="How many to show at most.")]

# These columns may be shortened to 28 characters. Ids are never shortened, because people copy them.
NAMES = {"agent", "namespace", "from", "to", "from → to"}
LONGEST_NAME = 28
# These columns get the room that is left, and wrap in it.
SENTENCES = {"reason", "content"}
# In fewer characters than this, a table of ids and names leaves no room for a sentence.
NARROWEST = 120
# What acts on a terminal: the C0 and C1 control characters except tab and LF, the separators U+2028 and U+2029, the
# marks that change the direction of text (Unicode bidi), with which a content could hide or fake what is shown, and
# what takes no room, with which it could hide in what is copied. Joiners of letters and of emoji stay.
CONTROL = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\U000e0000-\U000e00ff]"
)
STYLES = {
    "open": "green",
    "ended": "dim",
    "requested": "yellow",
    "drafted": "yellow",
    "ready": "cyan",
    "claimed": "magenta",
    "accepted": "green",
    "closed": "dim",
    "cancelled": "dim",
    "failed": "bold red",
}


def show_found(
    items: Sequence[Item], columns: Mapping[str, Callable[[Item], object]], *, as_json: bool, quiet: bool = False
) -> None:
    """Print the items that a command found, in the form that was asked for: JSON, ids only, or rows."""
    if as_json:
        show_json(items)
    elif quiet:
        show_ids(items)
    else:
        show_list(items, columns)


def show_json(value: BaseModel | Sequence[BaseModel] | Mapping[str, Any]) -> None:
    """Print one JSON document. On a terminal, what could act on it is written as JSON's escapes of the same meaning."""
    tree: Any = value
    if isinstance(value, BaseModel):
        tree = value.model_dump(mode="json") | (version_of(value) if isinstance(value, Versioned) else {})
    elif not isinstance(value, Mapping):
        tree = [item.model_dump(mode="json") for item in value]
    document = json.dumps(tree, indent=2, ensure_ascii=False)
    typer.echo(CONTROL.sub(lambda hit: json.dumps(hit.group())[1:-1], document) if sys.stdout.isatty() else document)


def show_list(items: Sequence[Item], columns: Mapping[str, Callable[[Item], object]]) -> None:
    """Print rows: as a table on a terminal, and elsewhere as tab-separated lines without a heading."""
    rows = [[column(item) for column in columns.values()] for item in items]
    # A pipe gets stable fields without a heading or colours; tabs and line ends in a cell would break them.
    if not sys.stdout.isatty():
        for row in rows:
            typer.echo("\t".join(" ".join(_words(cell).split()) for cell in row))
        return None
    if not rows:
        return note("Nothing was found.")
    return console().print(_table(list(columns), rows), soft_wrap=True)


def show_ids(items: Sequence[Any]) -> None:
    """Print only ids, one a line."""
    for item in items:
        typer.echo(item.id)


def show_fields(fields: Mapping[str, object]) -> None:
    """Print one thing, one field a line. Fields without a value are left out."""
    width = max(map(len, fields))
    for name, value in fields.items():
        if value is not None:
            console().print(Text.assemble((f"{name:<{width}}  ", "bold"), _cell(value)), soft_wrap=True)


def version_of(shown: Versioned) -> dict[str, Any]:
    """The version of a thing that was read alone, as a field to show; `--if-version` takes it."""
    return {} if shown.version is None else {"version": shown.version.strip('"')}


def show_done(facts: Mapping[str, Any], sentence: str, *, as_json: bool) -> None:
    """Report that a command did its work: with ``facts`` as JSON on stdout, or with a sentence on stderr."""
    show_json(facts) if as_json else note(sentence)


def show_text(text: str) -> None:
    """Print a text as it is. On a terminal, control characters are replaced."""
    typer.echo(plain(text) if sys.stdout.isatty() else text, nl=not text.endswith("\n"))


def note(sentence: str) -> None:
    """Print a sentence that is not part of the answer, on stderr."""
    _stderr().print(Text(plain(sentence)), soft_wrap=True)


def complain(sentence: str) -> None:
    """Print what went wrong, on one line of stderr."""
    _stderr().print(Text.assemble(("warmline: ", "bold red"), " ".join(plain(sentence).split())), soft_wrap=True)


def plain(text: str) -> str:
    """Replace the characters that could control a terminal with U+FFFD. Line ends and tabs stay."""
    return CONTROL.sub("\N{REPLACEMENT CHARACTER}", text)


def console() -> Console:
    """Return the console for answers to people. It has no colours where NO_COLOR is set."""
    # Contents are data: numbers are not coloured, and ``:smile:`` is not replaced.
    return Console(highlight=False, emoji=False)


def progress_bar(amount: ProgressColumn) -> Progress:
    """Build a progress bar on stderr: what is done, a bar, ``amount``, and the time since the start."""
    return Progress(
        TextColumn("{task.description}"), BarColumn(), amount, TimeElapsedColumn(), console=Console(stderr=True)
    )


def _table(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> Table:
    """Build a table: numbers, ids and states keep their width, names are shortened, and sentences are wrapped.

    On a terminal with fewer than 120 columns, the terminal wraps the rows, so that nothing is cut off.
    """
    cells = [[_cell(value) for value in row] for row in rows]
    table = Table(box=None, header_style="bold", pad_edge=False, width=max(console().width, NARROWEST))
    for name, column in zip(columns, zip(*cells, strict=True), strict=True):
        widest = max(cell.cell_len for cell in column)
        if name in SENTENCES:
            table.add_column(name, overflow="fold", ratio=1)
        else:
            width = min(widest, LONGEST_NAME) if name in NAMES else widest
            table.add_column(name, no_wrap=True, overflow="ellipsis", width=max(width, len(name)))
    for row in cells:
        table.add_row(*row)
    return table


def _stderr() -> Console:
    return Console(stderr=True, highlight=False, emoji=False)


def _cell(value: object) -> Text:
    words = _words(value, local=True)
    return Text(words, style=STYLES.get(words, ""))


def _words(value: object, local: bool = False) -> str:
    if isinstance(value, datetime):
        return f"{value.astimezone():%Y-%m-%d %H:%M}" if local else value.isoformat()
    if isinstance(value, float):
        # Three digits are enough for scores and shares, and keep columns narrow.
        return f"{value:.3g}"
    return "" if value is None else plain(str(value))
