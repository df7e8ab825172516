"""Cline: a folder a task with `ui_messages.json`, which is written anew as the task goes on."""

import json
import os
import re
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from warmline.capture import cutting, harness
from warmline.capture.actions import PLAN, SHELL, Call, kept
from warmline.capture.events import Said, Speaker, Transcript, Used, moment
from warmline_schemas.memories import Outcome

TOOL = "cline"
FILE = "ui_messages.json"
EDITORS = ("Code", "Code - Insiders", "VSCodium", "Cursor", "Windsurf")
EXTENSION = "User/globalStorage/saoudrizwan.claude-dev/tasks"
HEAD = 400_000
"""Where a task works stands in its first request to the model, within so many bytes."""
BOX = re.compile(r"^\s*[-*] \[([ xX])\]\s+(.+)$", re.M)
PERSON = {"task", "user_feedback"}
MODEL = {"text", "completion_result"}
MARK = re.compile(r"HAS_CHANGES\s*$")


def find(folder: Path, home: Path) -> list[Path]:
    """The transcripts of a folder, in any order."""
    settings = _settings(home)
    roots = [settings / editor / EXTENSION for editor in EDITORS] + [home / ".cline" / "data" / "tasks"]
    return [path for root in roots for path in root.glob(f"*/{FILE}") if _is_of(path, folder)]


def _settings(home: Path) -> Path:
    if sys.platform == "darwin":
        return home / "Library" / "Application Support"
    if sys.platform == "win32":
        return Path(os.environ.get("APPDATA", home / "AppData" / "Roaming"))
    return Path(os.environ.get("XDG_CONFIG_HOME") or home / ".config")


def _is_of(path: Path, folder: Path) -> bool:
    # It stands in JSON within JSON, with each backslash four times.
    with path.open(encoding="utf-8", errors="replace") as file:
        head = file.read(HEAD).replace("\\", "/")
    return re.search(re.escape(re.sub(r"/+", "/", str(folder).replace("\\", "/"))) + r"(?![\w.-])",
                     re.sub(r"/+", "/", head)) is not None  # fmt: skip


def read(path: Path) -> Transcript:
    """Read a task as it is now."""
    found = Transcript(TOOL, path.parent.name)
    rows = _whole(json.loads(path.read_text(encoding="utf-8", errors="replace")))
    found.started = moment(rows[0].get("ts")) if rows else None
    plan = ""
    for place, row in enumerate(rows):
        kind, text = str(row.get("say") or row.get("ask")), str(row.get("text") or "")
        own_id = f"{row.get('ts')}:{kind}"
        if kind == "task_progress":
            if text != plan:
                found.events.extend(_plan(own_id, text, row))
            plan = text
        elif kind == "command":
            _command(found, own_id, rows, place)
        elif kind == "tool":
            _tool(found, own_id, row, text)
        elif kind in PERSON | MODEL:
            _say(found, own_id, row, kind, text)
        else:
            found.skip("thoughts" if kind == "reasoning" else "bookkeeping")
    return found


def _whole(rows: Sequence[Any]) -> list[Mapping[str, Any]]:
    """The rows that are finished: a row comes again while it is written, and the last of them is whole."""
    known = [row for row in rows if isinstance(row, Mapping)]
    last = {(row.get("ts"), row.get("say") or row.get("ask")): place for place, row in enumerate(known)}
    kept_places = set(last.values())
    return [row for place, row in enumerate(known) if place in kept_places and not row.get("partial")]


def _say(found: Transcript, own_id: str, row: Mapping[str, Any], kind: str, text: str) -> None:
    # What newer versions call `text` is the task where no request to the model came before it.
    is_person = kind in PERSON or (row.get("say") == "text" and row.get("conversationHistoryIndex") == -1)
    said = harness.words_of_the_person(text) if is_person else MARK.sub("", text).strip()
    speaker = Speaker.PERSON if is_person else Speaker.MODEL
    last = found.events[-1] if found.events else None
    if not said or (isinstance(last, Said) and last.text == said and last.by is speaker):
        return found.skip("bookkeeping")
    said = cutting.shortened(said, cutting.MOST_SAID)
    return found.events.append(Said(own_id, speaker, said, moment(row.get("ts"))))


def _plan(own_id: str, text: str, row: Mapping[str, Any]) -> list[Used]:
    steps = [
        {"content": said.strip(), "status": "pending" if mark.isspace() else "completed"}
        for mark, said in BOX.findall(text)
    ]
    if not steps:
        return []
    return [Used(own_id, PLAN, {"steps": steps}, None, Outcome.CONFIRMED, moment(row.get("ts")))]


def _tool(found: Transcript, own_id: str, row: Mapping[str, Any], text: str) -> None:
    try:
        given = json.loads(text)
    except ValueError:
        return found.skip("bookkeeping")
    call = Call(own_id, str(given.pop("tool", "")), given, moment(row.get("ts")))
    events = list(kept(call, None, False))
    if not events:
        return found.skip("looks at files")
    return found.events.extend(events)


def _command(found: Transcript, own_id: str, rows: Sequence[Mapping[str, Any]], place: int) -> None:
    """A command with all pieces of its output; one that may still run is left for later."""
    pieces, at = [], place + 1
    while at < len(rows) and (rows[at].get("say") or rows[at].get("ask")) in ("command_output", "checkpoint_created"):
        pieces.append(str(rows[at].get("text") or ""))
        at += 1
    if at == len(rows) and not rows[place].get("commandCompleted"):
        return None
    line = str(rows[place].get("text") or "")
    if cutting.only_shows(line):
        return found.skip("looks at files")
    shown = {"output": cutting.output("\n".join(filter(None, pieces)))}
    at_time = moment(rows[place].get("ts"))
    return found.events.append(Used(own_id, SHELL, {"command": cutting.command(line)}, shown, at=at_time))
