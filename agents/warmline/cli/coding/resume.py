"""``warmline resume``: begin with the brief that was left for this folder and branch."""

from itertools import islice
from pathlib import Path
from typing import Annotated

import typer

from warmline.capture import GIT, TRANSCRIPT, code_was, facts, place_of
from warmline.cli.coding.capture import NamespaceOption
from warmline.cli.coding.on_demand import connect_on_demand
from warmline.cli.coding.starting import accepted, start
from warmline.cli.output import JsonFlag, note, show_json, show_text
from warmline.client import Warmline
from warmline_schemas.handoffs import AcceptMode, Handoff, HandoffState
from warmline_schemas.sessions import Session

MOST_LOOKED_AT = 20


def resume(
    context: typer.Context,
    handoff: Annotated[
        str | None, typer.Argument(metavar="[HANDOFF]", help="A handoff; else the newest that waits here.")
    ] = None,
    tool: Annotated[str, typer.Option("--tool", help="The coding agent that goes on.")] = "claude-code",
    mode: Annotated[
        AcceptMode,
        typer.Option(
            "--mode",
            help="With a HANDOFF that was taken over: `branch` starts beside it, `rollback` starts again from it.",
        ),
    ] = AcceptMode.CONTINUE,
    begin: Annotated[
        bool, typer.Option("--start", help="Start the tool with it as first message, instead of printing it.")
    ] = False,
    namespace: NamespaceOption = None,
    any_branch: Annotated[
        bool, typer.Option("--any-branch", help="Also a handoff of another branch of the code.")
    ] = False,
    as_json: JsonFlag = False,
) -> None:
    """Take over the newest handoff of this folder and branch, and print the prompt to begin with.

    It ends with where the code was, and what became of it since.
    """
    with connect_on_demand(context) as client:
        place = place_of(Path.cwd(), tool, namespace)
        chosen = handoff or _newest(client, place.namespace, tool, Path.cwd(), any_branch)
        if chosen and begin:
            return start(client, chosen, tool, mode)
        text = accepted(client, chosen, tool, Path.cwd(), mode)[1] if chosen else ""
    if as_json:
        return show_json({"prompt": text or None})
    return show_text(text) if text else note("Nothing was handed off for this folder and branch.")


def begun(
    client: Warmline,
    folder: Path,
    tool: str,
    transcript_id: str | None,
    namespace: str | None = None,
    started: str | None = None,
) -> str:
    """The text that a session of a tool begins with; empty where nothing was left for it.

    A session that began with a handoff gets its brief again, as after a compaction; one that is known otherwise gets
    nothing, for it has work of its own. ``started`` is the session for which the tool was started: its brief is the
    first message already.
    """
    place = place_of(folder, tool, namespace)
    name = f"{tool}:{transcript_id}"
    known = list(client.sessions.list(namespace=place.namespace, metadata={TRANSCRIPT: name})) if transcript_id else []
    if started and _is_first_of(client, started, name):
        return ""
    if known:
        return next((_again(client, session, folder) for session in known if session.handoff_id), "")
    chosen = _newest(client, place.namespace, tool, folder)
    return accepted(client, chosen, tool, folder, transcript=transcript_id)[1] if chosen else ""


def _is_first_of(client: Warmline, started: str, transcript: str) -> bool:
    """Whether a transcript is that of a session that was started just now; if so, the session says so from here on."""
    session = client.sessions.get(started)
    noted = session.metadata.get(TRANSCRIPT)
    if noted is None:
        client.sessions.resume(started, {TRANSCRIPT: transcript})
    # What the tool itself starts has the same variable, and is another session.
    return noted in (None, transcript) and not list(islice(client.memories.list(session_id=started), 1))


def _newest(client: Warmline, namespace: str, tool: str, folder: Path, any_branch: bool = False) -> str | None:
    """The newest handoff that waits in a namespace for this tool and was made on this folder's branch."""
    found = facts(folder)
    for handoff in _waiting(client, namespace, tool):
        git = client.sessions.get(handoff.source_session_id).metadata.get(GIT)
        if any_branch or _is_of(git, found.branch if found else None):
            return str(handoff.id)
    return None


def _waiting(client: Warmline, namespace: str, tool: str) -> list[Handoff]:
    """The handoffs that wait in a namespace for this tool, the newest first."""
    return list(islice(client.handoffs.list(namespace=namespace, state=HandoffState.READY, to=tool), MOST_LOOKED_AT))


def _again(client: Warmline, session: Session, folder: Path) -> str:
    handoff = client.handoffs.get(str(session.handoff_id))
    source = client.sessions.get(handoff.source_session_id)
    brief = handoff.brief.text if handoff.brief else ""
    return "\n\n".join(filter(None, [brief, code_was(source.metadata.get(GIT), folder)]))


def _is_of(git: object, branch: str | None) -> bool:
    """Whether a handoff is of this branch; one that names none is of every."""
    noted = git.get("branch") if isinstance(git, dict) else None
    return noted is None or branch is None or noted == branch
