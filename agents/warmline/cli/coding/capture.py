"""``warmline capture``: keep what a coding agent did, from its transcript."""

import sqlite3
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer

from warmline.capture import (
    TOOLS,
    Event,
    Keeper,
    Reader,
    Said,
    Speaker,
    Transcript,
    newest,
    open_reader,
    place_of,
    transcripts,
    work_of,
)
from warmline.cli.coding.on_demand import connect_on_demand
from warmline.cli.files import stop_because
from warmline.cli.output import JsonFlag, note, plain, show_fields, show_json, show_text
from warmline.client import Warmline
from warmline.errors import Busy, ConnectionFailed, OutcomeUnknown, RateLimited, TimedOut, Unavailable

ToolArgument = Annotated[str, typer.Argument(metavar="TOOL", help=f"One of {', '.join(TOOLS)}.")]
NamespaceOption = Annotated[
    str | None,
    typer.Option(
        "--namespace", "-n", envvar="WARMLINE_NAMESPACE", help="Whose memories they become; else `code/PROJECT`."
    ),
]
AgentOption = Annotated[str | None, typer.Option("--agent", "-a", help="The agent's name; else the tool's.")]
PASSING = (Busy, ConnectionFailed, OutcomeUnknown, RateLimited, TimedOut, Unavailable)
"""What keeps events from being stored for a while. Whoever follows tries again."""
PAUSE_SECONDS = 1.0
SHOWN_CHARS = 110


def capture(
    context: typer.Context,
    tool: ToolArgument,
    path: Annotated[
        Path | None, typer.Argument(metavar="PATH", help="A transcript. Without it, the newest of this folder.")
    ] = None,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Go on as it grows, until Ctrl-C.")] = False,
    every: Annotated[bool, typer.Option("--all", help="All transcripts of this folder.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would be kept, and keep nothing.")] = False,
    namespace: NamespaceOption = None,
    agent: AgentOption = None,
    as_json: JsonFlag = False,
) -> None:
    """Keep a coding agent's transcript as a session: what was said and done, each once however often you run it.

    File contents, diffs and the harness's own words are not kept, and secrets are hidden before anything is stored.
    """
    if follow and (every or dry_run):
        raise typer.BadParameter("one transcript is followed, and it is kept: leave out --all and --dry-run")
    paths = chosen_paths(tool, path, every)
    if dry_run:
        for one in paths:
            _show(read_on(open_reader(tool, one), one), as_json)
        return
    with connect_on_demand(context) as client:
        for one in paths:
            run = _Run(client, tool, one, namespace, agent)
            try:
                for kept in run.rounds(follow):
                    if kept and follow:
                        note(f"{kept} more kept in session {run.keeper.started().id}.")
            except KeyboardInterrupt:
                note("No longer followed. What was read is kept.")
            run.report(as_json)


def chosen_paths(tool: str, path: Path | None, every: bool = False) -> list[Path]:
    """The transcripts that are meant: the one that is named, or else the folder's. Raises ``NoTranscript``."""
    if tool not in TOOLS:
        raise typer.BadParameter(f"{tool!r} is none of {', '.join(TOOLS)}", param_hint="TOOL")
    if path is not None:
        return [path]
    first = newest(tool, Path.cwd())
    return transcripts(tool, Path.cwd()) if every else [first]


class _Run:
    """One transcript on its way into its session."""

    def __init__(self, client: Warmline, tool: str, path: Path, namespace: str | None, agent: str | None) -> None:
        self._reader, self._path = open_reader(tool, path), path
        self._transcript = read_on(self._reader, path)
        folder = Path(self._transcript.folder or Path.cwd())
        place = place_of(folder if folder.is_dir() else Path.cwd(), tool, namespace, agent)
        self.keeper = Keeper(client, place, self._transcript)
        self._kept = 0

    def rounds(self, follow: bool) -> Iterator[int]:
        """Keep what is there, and while it is followed what is added. Each round says how many events were new."""
        while True:
            try:
                new = self.keeper.keep(self._transcript)
                if new:
                    self.keeper.note_git(self._transcript)
                self._kept += new
                yield new
                if follow:
                    self._transcript = read_on(self._reader, self._path)
            # What could not be sent is sent when the platform is there again.
            except PASSING:
                if not follow:
                    raise
            if not follow:
                return
            time.sleep(PAUSE_SECONDS)

    def report(self, as_json: bool) -> None:
        """Say what was kept."""
        session = self.keeper.session
        result = {
            "session": session and str(session.id),
            "namespace": session and session.namespace,
            "kept": self._kept,
            **{f"not kept: {what}": count for what, count in sorted(self._transcript.skipped.items())},
        }
        show_json(result) if as_json else show_fields(result)


def read_on(reader: Reader, path: Path) -> Transcript:
    """Read of a transcript what is new of its work. One that cannot be read ends the command."""
    try:
        transcript = reader.read()
        work = work_of(transcript.events)
        # Words may have been kept before it was known that they decide about a draft, such as *Confirm it*.
        none = {event.id for event in transcript.events} - {event.id for event in work}
        return replace(transcript, events=work, taken_back=transcript.taken_back | none)
    except (OSError, sqlite3.Error) as error:
        stop_because(error, f"{path} cannot be read: {error}.")
    except (ValueError, AttributeError, TypeError, IndexError) as error:
        stop_because(error, f"{path} is no transcript of this tool: {error}")


def _show(transcript: Transcript, as_json: bool) -> None:
    skipped = {f"not kept: {what}": count for what, count in sorted(transcript.skipped.items())}
    if as_json:
        return show_json({"transcript": transcript.id, "kept": [_row(one) for one in transcript.events], **skipped})
    rows = [_row(one) for one in transcript.events]
    lines = [plain(" ".join(f"{row['what']}: {row['kept']}".split())) for row in rows]
    show_text("\n".join(line[:SHOWN_CHARS] for line in lines))
    return show_fields({"transcript": transcript.id, "kept": len(rows), **skipped})


def _row(event: Event) -> dict[str, Any]:
    if isinstance(event, Said):
        return {"id": event.id, "what": "person" if event.by is Speaker.PERSON else "model", "kept": event.text}
    said = " ".join(str(value) for value in event.arguments.values())
    printed = event.result.get("output") if isinstance(event.result, dict) else event.result
    kept = f"{said} → {event.outcome}{f': {printed}' if printed else ''}"
    return {"id": event.id, "what": event.name, "kept": kept}
