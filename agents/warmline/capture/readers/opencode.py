"""OpenCode: one SQLite database for all sessions. A session's path is that of the database, and the session's id."""

import json
import os
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

from warmline.capture import cutting, harness
from warmline.capture.actions import Call, kept
from warmline.capture.events import Said, Speaker, Transcript, moment

TOOL = "opencode"
FILE = "opencode.db"
OVER = {"completed", "error"}


def find(folder: Path, home: Path) -> list[Path]:
    """The sessions of a folder, sub-agents' own left out; the oldest first."""
    root = Path(os.environ.get("XDG_DATA_HOME") or home / ".local" / "share") / "opencode"
    return sessions(root / FILE, folder) if (root / FILE).is_file() else []


def sessions(database: Path, folder: Path | None = None) -> list[Path]:
    """The sessions of a database, or those of a folder; the oldest first."""
    with closing(_open(database)) as db:
        rows = db.execute("SELECT id, directory FROM session WHERE parent_id IS NULL ORDER BY time_updated").fetchall()
    return [database / str(own_id) for own_id, where in rows if folder is None or Path(where) == folder]


def read(path: Path) -> Transcript:
    """Read a session as it is now."""
    found = Transcript(TOOL, path.name)
    with closing(_open(path.parent)) as db:
        about = db.execute("SELECT directory, time_created FROM session WHERE id = ?", (path.name,)).fetchone()
        if about:
            found.folder, found.started = about[0], moment(about[1])
        rows = db.execute(
            "SELECT p.id, p.data, m.data FROM part p JOIN message m ON m.id = p.message_id WHERE m.session_id = ?"
            " ORDER BY m.id, p.id",
            (path.name,),
        ).fetchall()
    for own_id, part, message in rows:
        _part(found, str(own_id), json.loads(part), json.loads(message))
    return found


def _open(database: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{database}?mode=ro", uri=True)


def _part(found: Transcript, own_id: str, part: Mapping[str, Any], message: Mapping[str, Any]) -> None:
    kind, at = part.get("type"), moment((message.get("time") or {}).get("created"))
    if kind == "text":
        said = str(part.get("text") or "").strip()
        is_person = message.get("role") == "user"
        # `opencode run` puts quotation marks around the whole prompt.
        said = said[1:-1].strip() if is_person and len(said) > 1 and said[0] == said[-1] == '"' else said
        said = harness.words_of_the_person(said) if is_person else said
        if part.get("synthetic") or part.get("ignored") or not said:
            return found.skip("harness")
        speaker = Speaker.PERSON if is_person else Speaker.MODEL
        return found.events.append(Said(own_id, speaker, cutting.shortened(said, cutting.MOST_SAID), at))
    state = part.get("state")
    if kind != "tool" or not isinstance(state, Mapping) or state.get("status") not in OVER:
        return found.skip("thoughts" if kind == "reasoning" else "bookkeeping")
    call = Call(str(part.get("callID") or own_id), str(part.get("tool")), state.get("input") or {}, at)
    failed = state["status"] == "error"
    result: Any = state.get("error") if failed else state.get("output")
    exit_code = (state.get("metadata") or {}).get("exit")
    if isinstance(exit_code, int):
        result = {"output": result, "exit_code": exit_code}
    events = list(kept(call, result, failed, at))
    return found.events.extend(events) if events else found.skip("looks at files")
