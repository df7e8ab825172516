"""``warmline replay``: play recorded conversations through the platform."""

import statistics
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.progress import MofNCompleteColumn

from warmline.cli.connection import connect
from warmline.cli.files import open_to_write
from warmline.cli.output import JsonFlag, complain, progress_bar, show_json
from warmline.replay import Played, Unplayed, a_run_id, play_all, read_cases


def replay(
    context: typer.Context,
    cases_file: Annotated[Path, typer.Argument(metavar="CASES", help="The file of cases, one JSON object a line.")],
    out: Annotated[Path, typer.Option("--out", "-o", help="The file for the briefs, one JSON object a line.")],
    limit: Annotated[int | None, typer.Option("--limit", min=1, help="Play only the first N cases.")] = None,
    concurrency: Annotated[
        int, typer.Option("--concurrency", min=1, max=64, help="How many cases are played at the same time.")
    ] = 4,
    as_json: JsonFlag = False,
) -> None:
    """Play recorded conversations through the platform as agents would, and write the briefs of their handoffs to a
    file.
    """
    cases = read_cases(cases_file, limit)
    played: list[Played] = []
    errors = 0
    started = time.perf_counter()
    with connect(context) as client, open_to_write(out) as briefs, progress_bar(MofNCompleteColumn()) as progress:
        task = progress.add_task("replaying", total=len(cases))
        for result in play_all(client, cases, run=a_run_id(), concurrency=concurrency):
            if isinstance(result, Unplayed):
                errors += 1
                complain(f"case {result.case_id}: {result.problem}")
            else:
                played.append(result)
                briefs.write(result.to_line())
            progress.advance(task)
    summary = _summary(played, errors, time.perf_counter() - started)
    show_json(summary) if as_json else typer.echo(_sentence(summary))
    # Scripts must notice that cases are missing, although the other briefs were written.
    if errors:
        raise typer.Exit(1)


def _summary(played: Sequence[Played], errors: int, seconds: float) -> dict[str, Any]:
    return {
        "cases": len(played) + errors,
        "errors": errors,
        "seconds": round(seconds, 1),
        "ready_p50_ms": _median_ms([case.ready_seconds for case in played]),
        "warm_start_p50_ms": _median_ms([case.start_seconds for case in played]),
    }


def _median_ms(seconds: Sequence[float]) -> float | None:
    return round(statistics.median(seconds) * 1000, 1) if seconds else None


def _sentence(summary: dict[str, Any]) -> str:
    return (
        f"{summary['cases']} cases, {summary['errors']} errors, {summary['seconds']} s; "
        f"request → ready p50 {summary['ready_p50_ms']} ms, warm start p50 {summary['warm_start_p50_ms']} ms"
    )
