"""Figures: what a benchmark measured, as JSON lines on stdout for programs and as tables on stderr for people."""

import json
import math

from rich.console import Console
from rich.table import Table

Value = str | int | float | bool | None


class Figures:
    """Prints each line as soon as it is known, and all of them as tables at the end."""

    def __init__(self) -> None:
        self._lines: list[dict[str, Value]] = []

    def add(self, **line: Value) -> None:
        """Print a line; numbers are rounded to three digits."""
        rounded_line = {name: rounded(value) if isinstance(value, float) else value for name, value in line.items()}
        self._lines.append(rounded_line)
        print(json.dumps(rounded_line), flush=True)

    def print_tables(self) -> None:
        """Print a table for each sort of line: lines with the same names in the same order."""
        # Lines with the same names make one table, so that a program may add its figures in any order.
        sorts: dict[tuple[str, ...], list[dict[str, Value]]] = {}
        for line in self._lines:
            sorts.setdefault(tuple(line), []).append(line)
        console = Console(stderr=True)
        for names, lines in sorts.items():
            table = Table(*names)
            for line in lines:
                table.add_row(*(_shown(line[name]) for name in names))
            console.print(table)


def rounded(value: float) -> float:
    """A number with three significant digits, and with no more than four decimals."""
    if value == 0 or not math.isfinite(value):
        return value
    # A benchmark repeats to about two digits; a third shows that, and more would only look exact.
    return round(value, min(4, max(0, 2 - math.floor(math.log10(abs(value))))))


def _shown(value: Value) -> str:
    return f"{value:,}" if isinstance(value, int | float) and not isinstance(value, bool) else str(value)
