"""Starting a coding agent's program with what a session begins with as the person's first message."""

import os
import shutil
import subprocess
import uuid
from pathlib import Path
from typing import Any

from warmline.capture import GIT, TRANSCRIPT, code_was, facts
from warmline.cli.output import note
from warmline.client import Warmline
from warmline_schemas.handoffs import AcceptMode

PROGRAMS = {
    "claude-code": ["claude"],
    "codex": ["codex"],
    "gemini": ["gemini", "-i"],
    "opencode": ["opencode", "--prompt"],
}
"""How a tool is started with a first message of the person, which comes last."""
STARTED = "WARMLINE_SESSION"
"""The variable in which a tool that is started here finds its session, for its hook to say which transcript it has."""


def accepted(
    client: Warmline,
    handoff: str,
    tool: str,
    folder: Path,
    mode: AcceptMode = AcceptMode.CONTINUE,
    transcript: str | None = None,
) -> tuple[str, str]:
    """Take a handoff over for a tool. Answers the session's id, and the text that it begins with: the prompt, and where
    the code was."""
    found = facts(folder)
    metadata: dict[str, Any] = {GIT: found.as_metadata()} if found else {}
    if transcript:
        metadata[TRANSCRIPT] = f"{tool}:{transcript}"
    warm = client.handoffs.accept(handoff, agent=tool, mode=mode, metadata=metadata)
    source = client.sessions.get(warm.handoff.source_session_id)
    text = "\n\n".join(filter(None, [warm.prompt, code_was(source.metadata.get(GIT), folder)]))
    return str(warm.session.id), text


def can_start(tool: str) -> bool:
    """Whether the tool's program is on this machine."""
    return tool in PROGRAMS and shutil.which(PROGRAMS[tool][0]) is not None


def start(client: Warmline, handoff: str, tool: str, mode: AcceptMode = AcceptMode.CONTINUE) -> None:
    """Take a handoff over and start the tool in this folder, until the person ends it."""
    if not can_start(tool):
        return note(f"{tool} cannot be started from here. Start it yourself: `warmline resume` has the brief.")
    # Claude Code lets others choose a session's id; of the others the hook says it.
    own_id = str(uuid.uuid4()) if tool == "claude-code" else None
    session, text = accepted(client, handoff, tool, Path.cwd(), mode, own_id)
    program, *arguments = PROGRAMS[tool]
    named = ["--session-id", own_id] if own_id else []
    environment = {**os.environ, STARTED: session}
    subprocess.run([program, *named, *arguments, text], env=environment, check=False)  # noqa: S603 (the person's own tool)
    return None
