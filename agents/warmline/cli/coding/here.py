"""``warmline handoffs here`` and ``import``: hand off the work of this folder, and take a file with one in."""

import re
import sys
from pathlib import Path
from typing import Annotated

import typer

from warmline.capture import GIT, TOOLS, Keeper, NoTranscript, facts, open_reader, place_of, transcripts
from warmline.cli.coding.capture import AgentOption, NamespaceOption, read_on
from warmline.cli.coding.on_demand import connect_on_demand
from warmline.cli.coding.starting import can_start, start
from warmline.cli.files import read_text
from warmline.cli.handoffs import reviews
from warmline.cli.handoffs.accounts import read_account
from warmline.cli.output import JsonFlag, note, show_fields, show_json
from warmline.client import Warmline
from warmline.errors import WarmlineError
from warmline_schemas.drafts import Draft
from warmline_schemas.handoffs import HandoffState
from warmline_schemas.sessions import Session

REASON = "The work goes on in another session"
IMPORTED = "handoff-file"
"""The agent of a session that was taken in from a file."""
WAIT_SECONDS = 60.0
MOST_CHARS = 8_000
"""A part of a file is one memory of at most so many characters."""
# What an exported brief says of its own making: its footnotes and its last line.
OF_THE_EXPORT = re.compile(
    r"^\[\^\d+\]: memory [0-9a-f-]{36}$| (?:\[\^\d+\])+$|^_[^\n]+, from \d+ memories, cut at \S+\._$", re.M
)
# Code, where a backslash is one, or else a backslash that takes the meaning from the sign behind it.
CODE_OR_ESCAPED = re.compile(
    r"(?<!`)(?P<code>(?P<ticks>`+)(?!`)[^`].*?(?<!`)(?P=ticks)(?!`))|\\([!-/:-@\[-`{-~])", re.S
)


class NothingToHandOff(WarmlineError):
    """The transcript of this folder holds nothing that is kept."""


def here(
    context: typer.Context,
    words: Annotated[
        list[str] | None, typer.Argument(metavar="[GOAL]", help="What the next session should do.")
    ] = None,
    goal: Annotated[str | None, typer.Option("--goal", help="The same as the words behind the command.")] = None,
    to: Annotated[str | None, typer.Option("--to", help="Who goes on; without it, the same tool.")] = None,
    tool: Annotated[
        str | None, typer.Option("--tool", help="The coding agent; without it, the one that worked here last.")
    ] = None,
    transcript: Annotated[Path | None, typer.Option("--transcript", help="Its transcript; else the newest.")] = None,
    account: Annotated[
        Path | None,
        typer.Option("--account", allow_dash=True, help="What the agent says of its work: a file, or `-` for stdin."),
    ] = None,
    namespace: NamespaceOption = None,
    agent: AgentOption = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Confirm the draft without asking.")] = False,
    begin: Annotated[
        bool | None,
        typer.Option(
            "--start/--no-start",
            help="When it is confirmed, start the tool with the brief as first message; so it is on a terminal.",
        ),
    ] = None,
    as_json: JsonFlag = False,
) -> None:
    """Hand off the work of this folder: capture the session up to now, show the draft, and confirm or cancel it.

    On a terminal it asks, and starts the new session. Elsewhere it shows the draft and leaves it, to be confirmed with
    `warmline handoffs review`.
    A draft that is cancelled leaves the session as it was.
    """
    name, path = _last_worked(tool, transcript)
    aim = goal or " ".join(words or []) or None
    with connect_on_demand(context) as client:
        session = captured(client, name, path, namespace, agent)
        handoff = client.handoffs.request(
            session.id, to=to or name, reason=REASON, goal=aim, review=True, account=read_account(account)
        )
        client.handoffs.wait(handoff.id, timeout=WAIT_SECONDS)
        draft = client.handoffs.draft(handoff.id)
        if as_json and not yes:
            return show_json(draft)
        if not as_json:
            reviews.show(client.handoffs.get(handoff.id), draft)
        _decide(client, draft, yes)
        now = client.handoffs.get(handoff.id)
        if as_json:
            show_json(now)
        if now.state is HandoffState.READY:
            if begin or (begin is None and not yes and _is_asked() and can_start(to or name)):
                return start(client, str(handoff.id), to or name)
            note("Handed off. The next session here begins with it: `warmline resume`.")
    return None


def import_handoff(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A handoff in Markdown, such as HANDOFF.md.")],
    to: Annotated[str, typer.Option("--to", help="Who goes on.")] = "claude-code",
    goal: Annotated[str | None, typer.Option("--goal", help="What the next session should do.")] = None,
    namespace: NamespaceOption = None,
    as_json: JsonFlag = False,
) -> None:
    """Make a handoff of a Markdown file, ours or written by hand, so that a session on this machine starts from it."""
    text = read_text(file)
    place = place_of(Path.cwd(), IMPORTED, namespace)
    found = facts(Path.cwd())
    with connect_on_demand(context) as client:
        metadata = {"file": file.name, **({GIT: found.as_metadata()} if found else {})}
        session = client.sessions.start(place.namespace, place.agent, metadata)
        for part in _parts(_as_read(text)):
            client.memories.remember(part, session_id=session.id, kind="note", metadata={"captured": IMPORTED})
        reason = f"Goes on from {file.name}"
        handoff = client.handoffs.request(session.id, to=to, reason=reason, goal=goal, account=text)
        ready = client.handoffs.wait(handoff.id, timeout=WAIT_SECONDS)
    if as_json:
        return show_json(ready)
    show_fields({"handoff": ready.id, "state": ready.state, "to": ready.to, "namespace": ready.namespace})
    return note("The next session here begins with it: `warmline resume`.")


def captured(client: Warmline, tool: str, path: Path, namespace: str | None, agent: str | None) -> Session:
    """Capture a transcript up to now, and answer its session. Raises ``NothingToHandOff``."""
    transcript = read_on(open_reader(tool, path), path)
    folder = Path(transcript.folder or Path.cwd())
    place = place_of(folder if folder.is_dir() else Path.cwd(), tool, namespace, agent)
    keeper = Keeper(client, place, transcript)
    keeper.keep(transcript)
    if keeper.session is None:
        raise NothingToHandOff(f"{path} holds nothing that was not handed off yet.")
    keeper.note_git(transcript)
    return keeper.session


def _last_worked(tool: str | None, path: Path | None) -> tuple[str, Path]:
    """The tool and its transcript: those that are named, or else the newest of this folder. Raises ``NoTranscript``."""
    if tool is not None and tool not in TOOLS:
        raise typer.BadParameter(f"{tool!r} is none of {', '.join(TOOLS)}", param_hint="--tool")
    if path is not None:
        if tool is None:
            raise typer.BadParameter("say with --tool whose transcript it is", param_hint="--transcript")
        return tool, path
    found = [(name, one) for name in ([tool] if tool else TOOLS) for one in transcripts(name, Path.cwd())[:1]]
    if not found:
        raise NoTranscript(f"No coding agent has a transcript of {Path.cwd()}: name one with --tool and --transcript.")
    return max(found, key=lambda one: (one[1] if one[1].exists() else one[1].parent).stat().st_mtime)


def _decide(client: Warmline, draft: Draft, yes: bool) -> None:
    if yes:
        client.handoffs.confirm(draft.handoff_id, revision=draft.revision)
    elif _is_asked():
        reviews.ask(client, draft)
    else:
        note(
            f"It waits as a draft: `warmline handoffs review {draft.handoff_id} --confirm` hands it off, "
            f"`--cancel` leaves everything as it was."
        )


def _is_asked() -> bool:
    """Whether a person is there to be asked."""
    return sys.stdin.isatty() and sys.stdout.isatty()


def _as_read(text: str) -> str:
    """A file as its reader sees it: what is not code is without backslashes, so that `a\\_b` is remembered as `a_b`."""
    return CODE_OR_ESCAPED.sub(lambda hit: hit["code"] or hit[3], OF_THE_EXPORT.sub("", text))


def _parts(text: str) -> list[str]:
    """A file in parts: each heading with what stands below it."""
    parts: list[str] = []
    for line in text.splitlines(keepends=True):
        if not parts or line.startswith("#") or len(parts[-1]) + len(line) > MOST_CHARS:
            parts.append("")
        parts[-1] += line[:MOST_CHARS]
    return [part.strip() for part in parts if part.strip()]
