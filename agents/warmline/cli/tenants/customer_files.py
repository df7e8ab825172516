"""``warmline customers export`` and ``import``: customers as JSON Lines, each as ``make`` takes them."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError
from rich.progress import MofNCompleteColumn

from warmline.cli.connection import connect
from warmline.cli.files import open_to_read, open_to_write, stop_because
from warmline.cli.output import JsonFlag, complain, note, progress_bar, show_fields, show_json
from warmline.errors import ProblemError
from warmline_schemas.customers.customers import MakeCustomer

MOST_FAULTS = 20
"""So many lines that are wrong are told at once."""
FIELDS = set(MakeCustomer.model_fields)
PAGE = 200


def export(
    context: typer.Context,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="The file to write. Without it, the lines are printed on stdout."),
    ] = None,
    as_json: JsonFlag = False,
) -> None:
    """Export all customers as JSON Lines: names, ids, languages, time zones, and whose namespace it is."""
    if as_json and output is None:
        raise typer.BadParameter("--json reports what was written to a file: give --output, too", param_hint="--json")
    count = 0
    with connect(context) as client, _output_of(output) as write, progress_bar(MofNCompleteColumn()) as progress:
        task = progress.add_task("exporting", total=None)
        for one in client.customers.list(page_size=PAGE):
            kept = MakeCustomer.model_validate(one.model_dump(include=FIELDS))
            write(kept.model_dump_json(exclude_none=True) + "\n")
            count += 1
            progress.advance(task)
    if as_json:
        show_json({"file": str(output), "customers": count})
    elif output is not None:
        note(f"Written to {output}: {count} customers.")


def import_(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A file that `warmline customers export` wrote.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check it and count, and store nothing.")] = False,
    as_json: JsonFlag = False,
) -> None:
    """Import customers from JSON Lines. Who is known gets what is missing; to import the same again adds nothing."""
    if file.is_fifo():
        raise typer.BadParameter("it is read twice, so give a file and no pipe", param_hint="FILE")
    total = _checked(file)
    if not dry_run:
        with connect(context) as client, progress_bar(MofNCompleteColumn()) as progress:
            task = progress.add_task("importing", total=total)
            for number, ask in _read(file, lambda number, error: stop_because(error, _told(file, number, error))):
                try:
                    client.customers.make(**ask.model_dump(exclude_none=True))
                except ProblemError as error:
                    stop_because(
                        error,
                        f"Line {number} of {file}: {error}",
                        "The lines before it were imported. Correct it, and import the file again.",
                    )
                progress.advance(task)
    if as_json:
        return show_json({"customers": total})
    if dry_run:
        note("This would be imported; nothing was stored.")
    return show_fields({"customers": total})


def _checked(file: Path) -> int:
    """How many customers a file holds, all of whose lines are right; else the command ends with what is wrong."""
    faults: list[str] = []
    read = _read(file, lambda number, error: faults.append(_told(file, number, error)))
    count = sum(1 for _ in read)
    for fault in islice(faults, MOST_FAULTS):
        complain(fault)
    if faults:
        complain(f"Nothing was imported: {len(faults)} lines are wrong. Correct them, or take them out of the file.")
        raise typer.Exit(1)
    return count


def _read(file: Path, wrong: Callable[[int, ValidationError], object]) -> Iterator[tuple[int, MakeCustomer]]:
    """The customers of a file with the numbers of their lines, line by line, since it may be of any length."""
    with open_to_read(file) as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                yield number, MakeCustomer.model_validate_json(line)
            except ValidationError as error:
                wrong(number, error)


def _told(file: Path, number: int, error: ValidationError) -> str:
    fault = error.errors()[0]
    field, why = ".".join(map(str, fault["loc"])), fault["msg"].removeprefix("Value error, ")
    return f"Line {number} of {file}: {f'{field}: ' if field else ''}{why}"


@contextmanager
def _output_of(output: Path | None) -> Iterator[Callable[[str], object]]:
    if output is None:
        yield sys.stdout.write
        return
    with open_to_write(output) as file:
        yield file.write
