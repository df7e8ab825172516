"""``warmline hooks``: coding agents begin with what was handed off, are captured by themselves, and know `/handoff`."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from warmline.capture import TOOLS, transcripts
from warmline.cli.coding.capture import NamespaceOption
from warmline.cli.coding.on_demand import connect_on_demand
from warmline.cli.coding.places import PLACES, Place
from warmline.cli.coding.resume import begun
from warmline.cli.coding.starting import STARTED
from warmline.cli.mcp.commands import command_beside
from warmline.cli.mcp.hosts import Change, HostFileUnreadable
from warmline.cli.output import note, show_text
from warmline.errors import WarmlineError

app = typer.Typer(help="Have coding agents keep and hand off their sessions by themselves.", no_args_is_help=True)

MARK = "hook run"
"""By these words a hook is known for ours."""
MOST_CHARS = 9_500
"""Claude Code takes at most 10,000 characters of a hook."""
ROOM = (
    "This session's context was just cut down to a summary. Where much is left to do, you may propose to the person to"
    " hand off to a new session; they decide, and the handoff skill is how."
)
"""What an agent is told when its context ran full."""
CAPTURING = ("Stop", "PreCompact", "SessionEnd", "AfterAgent", "PreCompress")
ToolArgument = Annotated[str, typer.Argument(metavar="TOOL", help=f"One of {', '.join(PLACES)}.")]
ProjectOption = Annotated[bool, typer.Option("--project", help="For this folder's project, instead of for you.")]
YesOption = Annotated[bool, typer.Option("--yes", "-y", help="Write without asking.")]


@app.command(epilog="Example:  warmline hooks install claude-code")
def install(tool: ToolArgument, project: ProjectOption = False, yes: YesOption = False) -> None:
    """Have a coding agent's sessions begin with what was handed off, and be captured; show the change first."""
    place = _place(tool)
    changes = [_hooks(place, project, command_beside()), _change(place.skill_file(project), place.skill())]
    _write(
        changes,
        yes,
        f"{place.title} begins with what was handed off. Start it anew; its `{place.call} GOAL` hands off.",
    )


@app.command(epilog="Example:  warmline hooks uninstall claude-code")
def uninstall(tool: ToolArgument, project: ProjectOption = False, yes: YesOption = False) -> None:
    """Take the hooks out again, and the skill; show the change first. What else is in the files stays."""
    place = _place(tool)
    changes = [_hooks(place, project, None)]
    # A skill that somebody changed is theirs.
    if _text(place.skill_file(project)) == place.skill():
        changes.append(_change(place.skill_file(project), ""))
    _write(changes, yes, f"The hooks are gone from {place.title}.")


@app.command(hidden=True)
def run(context: typer.Context, tool: ToolArgument, namespace: NamespaceOption = None) -> None:
    """Answer a hook, whose event comes as JSON on stdin. It never hinders the agent: where it fails it says nothing."""
    try:
        event = json.load(sys.stdin)
        if event.get("hook_event_name") == "SessionStart":
            with connect_on_demand(context) as client:
                started = os.environ.get(STARTED)
                text = begun(client, _folder(event), tool, event.get("session_id"), namespace, started)
            told = "\n\n".join(filter(None, [text, ROOM if event.get("source") == "compact" else ""]))
            if told:
                typer.echo(json.dumps(_context(told)))
        elif event.get("hook_event_name") in CAPTURING and (path := _transcript(tool, event)):
            _capture(tool, path)
    except (WarmlineError, ValueError, OSError, AttributeError) as error:
        sys.stderr.write(f"warmline: {error}\n")


def _folder(event: dict[str, Any]) -> Path:
    return Path(event.get("cwd") or Path.cwd())


def _transcript(tool: str, event: dict[str, Any]) -> str | None:
    """The transcript of an event's session: as the event names it, else as the tool keeps it."""
    if event.get("transcript_path"):
        return str(event["transcript_path"])
    found = transcripts(tool, _folder(event)) if tool in TOOLS else []
    return next((str(path) for path in found if path.name == event.get("session_id")), None)


def _context(text: str) -> dict[str, Any]:
    shown = text if len(text) <= MOST_CHARS else f"{text[:MOST_CHARS].rsplit(maxsplit=1)[0]} …"
    return {"hookSpecificOutput": {"hookEventName": "SessionStart", "additionalContext": shown}}


def _capture(tool: str, path: str) -> None:
    """Capture in a process of its own: the agent waits for none, and may end its own at any time."""
    command = [sys.executable, "-c", "from warmline.cli import main; main()", "capture", tool, path]
    quiet = subprocess.DEVNULL
    subprocess.Popen(command, stdin=quiet, stdout=quiet, stderr=quiet, start_new_session=True)  # noqa: S603


def _place(tool: str) -> Place:
    if tool not in PLACES:
        raise typer.BadParameter(f"{tool!r} is none of {', '.join(PLACES)}", param_hint="TOOL")
    return PLACES[tool]


def _hooks(place: Place, project: bool, warmline: str | None) -> Change:
    """The file with our hooks, or without them where there is no command."""
    path = place.hooks_file(project)
    before = _text(path)
    if place.program:
        return Change(path, before, place.written(warmline) if warmline else "")
    try:
        whole = json.loads(before) if before.strip() else {}
        hooks = dict(whole.get("hooks") or {})
        kept = {name: _of_others(groups) for name, groups in hooks.items()}
    except (ValueError, AttributeError, TypeError) as error:
        raise HostFileUnreadable(f"{path} is no plain JSON with hooks ({error}). It was left as it is.") from error
    if warmline is not None:
        command = f"{warmline} {MARK} {place.tool}"
        ours = {"hooks": [{"type": "command", "command": command, "timeout": place.seconds}]}
        for name in place.events:
            kept[name] = [*kept.get(name, []), ours]
    # What had nothing but ours is as it was before.
    kept = {name: groups for name, groups in kept.items() if groups or not _has_ours(hooks.get(name, []))}
    after = {**whole, "hooks": kept}
    if not kept and hooks:
        del after["hooks"]
    return Change(path, before, before if after == whole else json.dumps(after, indent=2, ensure_ascii=False) + "\n")


def _of_others(groups: Any) -> list[Any]:
    return [group for group in groups if not _has_ours([group])]


def _has_ours(groups: Any) -> bool:
    commands = (hook.get("command", "") for group in groups for hook in group.get("hooks", []))
    return any("warmline" in command and MARK in command for command in commands)


def _change(path: Path, after: str) -> Change:
    return Change(path, _text(path), after)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8") if path.exists() else ""
    except (OSError, UnicodeDecodeError) as error:
        raise HostFileUnreadable(f"{path} cannot be read: {error}.") from error


def _write(changes: list[Change], yes: bool, done: str) -> None:
    wanted = [change for change in changes if change.changes_something]
    if not wanted:
        return note("It is like that already.")
    for change in wanted:
        show_text(change.shown())
    if not (yes or typer.confirm("Write this?", err=True)):
        return note("Nothing was written.")
    for change in wanted:
        change.write()
        if not change.after:
            change.path.unlink()
    return note(done)
