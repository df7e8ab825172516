"""Coding sessions in a short form, written down as the transcripts of several tools.

A session is a text: its first line names the tool, and each line after it begins with a mark. `>` is the person, `<`
the agent, `$` a command, `|` what it printed, `=` its exit code where that is not 0, `+`, `~` and `-` a file that is
written, edited and deleted, `* [x]` the steps of a plan, `#` a commit that the tool itself makes. An empty line ends a
step.
"""

import json
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import groupby
from pathlib import Path
from typing import Any
from uuid import UUID

from tests.builders.transcripts import FOLDER, ClaudeCode, lines
from warmline.capture import as_messages, open_reader
from warmline_memory import briefs
from warmline_memory.briefs.templates import BUILT_IN
from warmline_memory.briefs.work_types import detect
from warmline_memory.memories import pairing, transcribing
from warmline_memory.source_memory import SourceMemory
from warmline_schemas.briefs import Brief
from warmline_schemas.messages import Message

START = datetime(2026, 3, 2, tzinfo=UTC)
STATES = {"x": "completed", ">": "in_progress", " ": "pending"}


@dataclass(frozen=True)
class Step:
    """What somebody said or did: the mark, the text, and of a command what it printed and its exit code."""

    mark: str
    text: str
    printed: str = ""
    code: int = 0


def steps_of(text: str) -> tuple[str, list[Step]]:
    """The tool of a session in the short form, and its steps."""
    first, _, rest = text.partition("\n")
    found: list[Step] = []
    for block in rest.split("\n\n"):
        rows = [(line[:1], line[2:]) for line in block.splitlines() if line.strip()]
        for mark, group in groupby(rows, key=lambda row: row[0]):
            said = [line for _, line in group]
            if mark in "><$*":
                found.append(Step(mark, "\n".join(said)))
            elif mark in "|=":
                last = found[-1]
                printed, code = ("\n".join(said), 0) if mark == "|" else (last.printed, int(said[0]))
                found[-1] = Step(last.mark, last.text, printed, code)
            else:
                found += [Step(mark, one) for one in said]
    return first.removeprefix("tool ").strip(), found


def plan_of(step: Step) -> list[dict[str, str]]:
    """The steps of a plan, as tools of plans take them."""
    return [{"content": line[4:], "status": STATES[line[1]]} for line in step.text.splitlines()]


def written(folder: Path, text: str) -> tuple[str, Path]:
    """Write a session in the form of its tool; answers the tool and the transcript."""
    tool, steps = steps_of(text)
    return tool, WRITERS[tool](folder, steps)


def memories_of(tool: str, path: Path) -> list[SourceMemory]:
    """A transcript as the memories of its session, as capture sends them."""
    events = open_reader(tool, path).read().events
    messages = [Message.model_validate(one) for event in events for one in as_messages(event, tool)]
    asks = [planned.ask for planned in pairing.plan(transcribing.transcribed(messages, UUID(int=9)), {})]
    return [
        SourceMemory(
            id=UUID(int=number),
            role=ask.role,
            kind=ask.kind,
            content=ask.content or "",
            importance=0.5,
            event_time=ask.event_time or START + timedelta(seconds=number),
            action=ask.action,
            agent=tool,
            metadata=ask.metadata,
        )
        for number, ask in enumerate(asks, 1)
    ]


def brief_of(tool: str, path: Path) -> Brief:
    """The brief of a transcript, in the template that its work speaks for."""
    memories = memories_of(tool, path)
    request = briefs.BriefRequest(source_agent=tool, to="coding-agent", reason="Context is full", namespace="code/x")
    template = BUILT_IN[detect(memories, list(BUILT_IN.values()))]
    return briefs.write(briefs.BriefSource(memories=memories, request=request, cut_at=START, template=template))


def _claude_code(folder: Path, steps: Sequence[Step]) -> Path:
    made = ClaudeCode()
    rows: list[dict[str, Any]] = []
    for number, step in enumerate(steps):
        own, path = f"t-{number}", {"file_path": f"{FOLDER}/{step.text}"}
        if step.mark == ">":
            rows.append(made.row("user", step.text))
        elif step.mark == "<":
            rows.append(made.says(step.text))
        elif step.mark == "$":
            shown = f"Exit code {step.code}\n{step.printed}" if step.code else step.printed
            rows += made.uses(own, "Bash", {"command": step.text}, shown, failed=bool(step.code))
        elif step.mark == "*":
            rows += made.uses(own, "TodoWrite", {"todos": plan_of(step)}, "Todos have been modified successfully.")
        else:
            name = "Write" if step.mark == "+" else "Edit"
            rows += made.uses(own, name, {**path, "content": "…"} if step.mark == "+" else path, "ok")
    return _file(folder / "s-1.jsonl", lines(rows))


def _codex(folder: Path, steps: Sequence[Step]) -> Path:
    def item(**payload: Any) -> dict[str, Any]:
        return {"timestamp": "2026-03-02T09:00:00.000Z", "type": "response_item", "payload": payload}

    def said(role: str, text: str) -> dict[str, Any]:
        return item(type="message", role=role, content=[{"type": "input_text", "text": text}])

    def called(own: str, name: str, given: Any, shown: str) -> list[dict[str, Any]]:
        call = item(type="function_call", name=name, arguments=json.dumps(given), call_id=own)
        return [call, item(type="function_call_output", call_id=own, output=shown)]

    rows = [{"timestamp": "2026-03-02T09:00:00.000Z", "type": "session_meta", "payload": {"id": "c", "cwd": FOLDER}}]
    for number, step in enumerate(steps):
        own = f"k-{number}"
        if step.mark in "><":
            rows.append(said("user" if step.mark == ">" else "assistant", step.text))
        elif step.mark == "$":
            shown = f"Chunk ID: 1\nProcess exited with code {step.code}\nOutput:\n{step.printed}"
            rows += called(own, "exec_command", {"cmd": step.text}, shown)
        elif step.mark == "*":
            plan = [{"step": one["content"], "status": one["status"]} for one in plan_of(step)]
            rows += called(own, "update_plan", {"plan": plan}, "Plan updated")
        else:
            what = {"+": "Add", "~": "Update", "-": "Delete"}[step.mark]
            patch = f"*** Begin Patch\n*** {what} File: {step.text}\n+…\n*** End Patch"
            rows += [
                item(type="custom_tool_call", name="apply_patch", input=patch, call_id=own),
                item(type="custom_tool_call_output", call_id=own, output="Success. Updated the following files:"),
            ]
    return _file(folder / "rollout-1.jsonl", lines(rows))


def _cline(folder: Path, steps: Sequence[Step]) -> Path:
    at = iter(range(1_772_442_000_000, 1_772_443_000_000))

    def row(kind: str, name: str, text: str) -> dict[str, Any]:
        return {"ts": next(at), "type": kind, kind: name, "text": text}

    rows = []
    for number, step in enumerate(steps):
        if step.mark == ">":
            rows.append(row("say", "user_feedback" if number else "task", step.text))
        elif step.mark == "<":
            rows.append(row("say", "text", step.text))
        elif step.mark == "$":
            rows += [row("say", "command", step.text), row("ask", "command_output", step.printed)]
        elif step.mark == "*":
            boxes = [f"- [{'x' if line[1] == 'x' else ' '}] {line[4:]}" for line in step.text.splitlines()]
            rows.append(row("say", "task_progress", "\n".join(boxes)))
        else:
            what = "newFileCreated" if step.mark == "+" else "editedExistingFile"
            rows.append(row("say", "tool", json.dumps({"tool": what, "path": step.text, "content": "…"})))
    rows.append(row("say", "checkpoint_created", ""))
    return _file(folder / "ui_messages.json", json.dumps(rows))


def _gemini(folder: Path, steps: Sequence[Step]) -> Path:
    def used(number: int, name: str, given: Any, shown: str) -> dict[str, Any]:
        result = [{"functionResponse": {"response": {"output": shown}}}]
        call = {"id": f"g-{number}", "name": name, "args": given, "status": "success", "result": result}
        return {"id": f"m-{number}", "type": "gemini", "content": "", "toolCalls": [call]}

    rows: list[dict[str, Any]] = [{"sessionId": "g-1", "startTime": "2026-03-02T09:00:00Z", "kind": "main"}]
    for number, step in enumerate(steps):
        if step.mark in "><":
            speaker = "user" if step.mark == ">" else "gemini"
            rows.append({"id": f"m-{number}", "type": speaker, "content": step.text})
        elif step.mark == "$":
            shown = f"Output: {step.printed}\nExit Code: {step.code}"
            rows.append(used(number, "run_shell_command", {"command": step.text}, shown))
        elif step.mark == "*":
            todos = [{"description": one["content"], "status": one["status"]} for one in plan_of(step)]
            rows.append(used(number, "write_todos", {"todos": todos}, "ok"))
        else:
            name = "write_file" if step.mark == "+" else "replace"
            rows.append(used(number, name, {"file_path": f"{FOLDER}/{step.text}"}, "ok"))
    return _file(folder / "session-1.jsonl", lines(rows))


def _aider(folder: Path, steps: Sequence[Step]) -> Path:
    rows = ["# aider chat started at 2026-03-02 09:00:00", ""]
    for step in steps:
        if step.mark == ">":
            rows += [f"#### {line}" for line in step.text.splitlines()]
        elif step.mark == "<":
            rows.append(step.text)
        elif step.mark == "$":
            rows += [f"#### /run {step.text}", "", *(f"> {line}" for line in step.printed.splitlines())]
        else:
            rows.append(f"> {'Commit' if step.mark == '#' else 'Applied edit to'} {step.text}")
        rows.append("")
    return _file(folder / ".aider.chat.history.md", "\n".join(rows) + "\n")


def _swe_agent(folder: Path, steps: Sequence[Step]) -> Path:
    prompt = "\n(Open file: n/a)\n(Current directory: /repo)\nbash-$"
    trajectory: list[dict[str, Any]] = []
    thought = ""
    for step in steps[1:]:
        if step.mark == "<":
            thought = f"{thought}\n{step.text}".strip()
            continue
        action = f"create {step.text}" if step.mark == "+" else step.text if step.mark == "$" else "edit 1:1\n…"
        state = {"open_file": step.text, "working_dir": "/repo"}
        seen = step.printed + prompt
        trajectory.append({"thought": thought, "action": action, "observation": seen, "state": state})
        thought = ""
    trajectory.append({"thought": thought, "action": "", "observation": "", "state": {}})
    history = [{"role": "user", "content": f"<pr_description>\n{steps[0].text}\n</pr_description>"}]
    return _file(folder / "run.traj", json.dumps({"history": history, "trajectory": trajectory, "info": {}}))


def _opencode(folder: Path, steps: Sequence[Step]) -> Path:
    database = folder / "opencode.db"
    with closing(sqlite3.connect(database)) as db, db:
        db.execute("CREATE TABLE session (id, parent_id, directory, time_created, time_updated)")
        db.execute("CREATE TABLE message (id, session_id, data)")
        db.execute("CREATE TABLE part (id, message_id, data)")
        db.execute("INSERT INTO session VALUES ('ses_1', NULL, ?, 1772442000000, 1)", (FOLDER,))
        for number, step in enumerate(steps):
            about = {"role": "user" if step.mark == ">" else "assistant", "time": {"created": 1_772_442_000_000}}
            db.execute("INSERT INTO message VALUES (?, 'ses_1', ?)", (f"m{number:03}", json.dumps(about)))
            part = {"type": "text", "text": step.text} if step.mark in "><" else _opencode_part(number, step)
            db.execute("INSERT INTO part VALUES (?, ?, ?)", (f"p{number:03}", f"m{number:03}", json.dumps(part)))
    return database / "ses_1"


def _opencode_part(number: int, step: Step) -> dict[str, Any]:
    state: dict[str, Any] = {"status": "completed", "output": "ok"}
    if step.mark == "$":
        name, given = "bash", {"command": step.text}
        state |= {"output": step.printed, "metadata": {"exit": step.code}}
    elif step.mark == "*":
        name, given = "todowrite", {"todos": plan_of(step)}
    else:
        name, given = "write" if step.mark == "+" else "edit", {"filePath": f"{FOLDER}/{step.text}"}
    return {"type": "tool", "tool": name, "callID": f"o-{number}", "state": state | {"input": given}}


def _file(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


WRITERS: dict[str, Callable[[Path, Sequence[Step]], Path]] = {
    "claude-code": _claude_code,
    "codex": _codex,
    "cline": _cline,
    "gemini": _gemini,
    "aider": _aider,
    "swe-agent": _swe_agent,
    "opencode": _opencode,
}


def plain(text: str) -> str:
    """A text in small letters, without marks of Markdown and with single blanks: what keys are looked for in."""
    return " ".join(text.replace("`", "").replace("*", "").casefold().split())


def missing(needs: Sequence[Sequence[str]], text: str) -> Iterator[Sequence[str]]:
    """Of what a session must find, that of which no alternative stands in a text."""
    seen = plain(text)
    return (one for one in needs if not any(plain(alternative) in seen for alternative in one))
