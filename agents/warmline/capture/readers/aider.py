"""Aider: one Markdown file in the repository, to which every chat is added."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path

from warmline.capture import cutting
from warmline.capture.actions import EDIT, SHELL
from warmline.capture.events import Said, Speaker, Transcript, Used, moment
from warmline_schemas.memories import Outcome

TOOL = "aider"
FILE = ".aider.chat.history.md"
START = re.compile(r"^# aider chat started at (.+?)\s*$", re.M)
EDITED = re.compile(r"^Applied edit to (.+?)\s*$")
COMMITTED = re.compile(r"^Commit ([0-9a-f]{7,40}) (.+?)\s*$")
FENCE = re.compile(r"^(`{3,}|~{3,})[^\n]*\n.*?(?:^\1\s*$|\Z)", re.S | re.M)
FILE_NAME = re.compile(r"^[\w./-]+\.\w+\s*$", re.M)
TYPED = re.compile(r"^(?:/(?:run|test|git)\s+|!)(.+)", re.S)
ASKED = re.compile(r"^/(?:ask|code|architect|help)\s+(.+)", re.S)


@dataclass
class _Chat:
    found: Transcript
    ran: str = ""
    ran_id: str = ""
    printed: list[str] = field(default_factory=list)


def find(folder: Path, home: Path) -> list[Path]:  # noqa: ARG001 (every tool is asked alike)
    """The transcript of a folder."""
    path = folder / FILE
    return [path] if path.is_file() else []


def read(path: Path) -> Transcript:
    """Read the newest chat of the file."""
    text = path.read_text(encoding="utf-8", errors="replace")
    starts = list(START.finditer(text))
    begin = starts[-1] if starts else None
    at = begin.group(1) if begin else "unknown"
    started = moment(at.replace(" ", "T"))
    chat = _Chat(Transcript(TOOL, re.sub(r"\W+", "-", at), str(path.parent.resolve()), started))
    # The last line may be half written.
    lines = text[begin.end() if begin else 0 :].splitlines(keepends=True)
    numbered = [(number, line.rstrip("\n")) for number, line in enumerate(lines) if line.endswith("\n")]
    groups = [(kind, list(group)) for kind, group in groupby(numbered, key=lambda one: _kind(one[1]))]
    for kind, group in groups:
        own_id, said = f"line-{group[0][0]}", [line for _, line in group]
        if kind == "person":
            _person(chat, own_id, "\n".join(line[5:] for line in said).strip())
        elif kind == "tool":
            _tool(chat, own_id, [line[1:].strip() for line in said])
        else:
            _model(chat, own_id, "\n".join(said))
    _flush(chat)
    return chat.found


def _kind(line: str) -> str:
    return "person" if line.startswith("####") else "tool" if line.startswith(">") else "model"


def _person(chat: _Chat, own_id: str, said: str) -> None:
    _flush(chat)
    if typed := TYPED.match(said):
        chat.ran, chat.ran_id = typed.group(1).strip(), own_id
    elif asked := ASKED.match(said):
        chat.found.events.append(Said(own_id, Speaker.PERSON, asked.group(1).strip()))
    elif said and not said.startswith("/"):
        chat.found.events.append(Said(own_id, Speaker.PERSON, cutting.shortened(said, cutting.MOST_SAID)))
    else:
        chat.found.skip("bookkeeping")


def _tool(chat: _Chat, own_id: str, lines: list[str]) -> None:
    for number, line in enumerate(lines):
        if edited := EDITED.match(line):
            path = {"path": edited.group(1)}
            chat.found.events.append(Used(f"{own_id}/{number}", EDIT, path, None, Outcome.CONFIRMED))
        elif committed := COMMITTED.match(line):
            chat.found.events.extend(_commit(f"{own_id}/{number}", *committed.groups()))
        elif line.startswith("Running ") and not chat.ran:
            chat.ran, chat.ran_id = line.removeprefix("Running ").strip(), f"{own_id}/{number}"
        elif chat.ran:
            chat.printed.append(line)
        else:
            chat.found.skip("harness")


def _commit(own_id: str, sha: str, message: str) -> Iterator[Used]:
    shown = {"output": f"[aider {sha}] {message}", "exit_code": 0}
    yield Used(own_id, SHELL, {"command": f'git commit -m "{message}"'}, shown, Outcome.CONFIRMED)


def _model(chat: _Chat, own_id: str, text: str) -> None:
    """What the model said, without the files and the edits in it."""
    if not (said := FILE_NAME.sub("", FENCE.sub("", text)).strip()):
        return
    _flush(chat)
    chat.found.events.append(Said(own_id, Speaker.MODEL, cutting.shortened(said, cutting.MOST_SAID)))


def _flush(chat: _Chat) -> None:
    """A command that was typed, with what it printed."""
    if chat.ran:
        shown = {"output": cutting.output("\n".join(chat.printed))}
        chat.found.events.append(Used(chat.ran_id, SHELL, {"command": cutting.command(chat.ran)}, shown))
    chat.ran, chat.printed = "", []
