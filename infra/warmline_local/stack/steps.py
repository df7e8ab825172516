"""What a person sees while the stack starts and stops: one line for each step, with the time it took."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.text import Text


class Steps:
    """Shows steps on a console: alive on a terminal, one plain line when each is done elsewhere."""

    def __init__(self, console: Console | None = None) -> None:
        self.console = console or Console(quiet=True)

    @contextmanager
    def step(self, name: str, done: str = "ready") -> Iterator[None]:
        """Show a step while the block runs, and that it failed where the block raises."""
        began = time.monotonic()
        try:
            with self._alive(name):
                yield
        except KeyboardInterrupt:
            self._line("✗", "yellow", name, "interrupted", began)
            raise
        # Whatever it is, the line must not look as if the step were still going on.
        except BaseException:
            self._line("✗", "red", name, "failed", began)
            raise
        self._line("✓", "green", name, done, began)

    def say(self, sentence: str) -> None:
        """Show a sentence, as it is."""
        self.console.print(sentence, soft_wrap=True, highlight=False, markup=False)

    @contextmanager
    def _alive(self, name: str) -> Iterator[None]:
        if not self.console.is_terminal:
            yield
            return
        columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
        with Progress(*columns, console=self.console, transient=True) as progress:
            progress.add_task(name)
            yield

    def _line(self, mark: str, style: str, name: str, outcome: str, began: float) -> None:
        seconds = f"({time.monotonic() - began:.1f} s)"
        if self.console.is_terminal:
            self.console.print(Text.assemble((mark, style), f" {name} {outcome} ", (seconds, "dim")))
        else:
            self.console.print(f"{name} {outcome} {seconds}", soft_wrap=True, highlight=False, markup=False)
