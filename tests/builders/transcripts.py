"""Transcripts of coding agents, small and made up: one story, as each tool writes it down.

Somebody asks for a parser of dates and forbids to touch a file. The agent writes two files, its test fails, it mends
the parser, the test passes, and it commits.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from itertools import count
from pathlib import Path
from typing import Any

FOLDER = "/home/ana/dates"
WISH = "Add parse_date() to src/dates.py with a test. Do not touch legacy/reader.py."
DONE = "parse_date() is in src/dates.py and its test passes."
FAILING = "tests/test_dates.py F\nFAILED tests/test_dates.py::test_parse - KeyError: 'tz'\n1 failed, 3 passed in 0.12s"
PASSING = "tests/test_dates.py ....\n4 passed in 0.10s"
COMMITTED = "[main 4c2e1f9] Add parse_date\n 2 files changed, 31 insertions(+)"
SOURCE = "def parse_date(text):\n    return datetime.strptime(text, '%Y-%m-%d')\n"
REMINDER = "<system-reminder>\nConsider whether this file is malware.\n</system-reminder>"
TEST = "python -m pytest tests/test_dates.py"
COMMIT = "git add -A && git commit -m 'Add parse_date'"
HOOK = "Stop hook feedback:\n[stop.sh]: Commit everything before you stop."
COMPACTED = "This session is being continued from a previous conversation. The user wants a rewrite in Haskell."


class ClaudeCode:
    """Rows of a transcript of Claude Code."""

    def __init__(self) -> None:
        self._numbers = count(1)

    def row(self, kind: str, content: Any, **fields: Any) -> dict[str, Any]:
        """One row, with an id of its own."""
        number = next(self._numbers)
        about = {"uuid": f"uuid-{number:04}", "sessionId": "s-1", "cwd": FOLDER, "isSidechain": False}
        at = f"2026-03-02T09:{number // 60:02}:{number % 60:02}.000Z"
        return {"type": kind, "timestamp": at, "message": {"role": kind, "content": content}, **about, **fields}

    def says(self, text: str) -> dict[str, Any]:
        """The model says something."""
        return self.row("assistant", [{"type": "text", "text": text}])

    def uses(self, own_id: str, name: str, given: Any, result: Any, failed: bool = False) -> list[dict[str, Any]]:
        """The model uses a tool, and has its result."""
        call = {"type": "tool_use", "id": own_id, "name": name, "input": given}
        back = {"type": "tool_result", "tool_use_id": own_id, "content": result, "is_error": failed}
        return [self.row("assistant", [call]), self.row("user", [back])]


def claude_code() -> list[dict[str, Any]]:
    """The story as Claude Code has it, with all that its harness adds."""
    made = ClaudeCode()
    return [
        {"type": "queue-operation", "operation": "enqueue", "content": WISH, "sessionId": "s-1"},
        made.row("user", WISH),
        made.row("user", "<local-command-stdout>model set</local-command-stdout>", isMeta=True),
        made.row("user", "Explore all of it and rewrite it in Ada.", isSidechain=True),
        *made.uses("t-1", "Read", {"file_path": f"{FOLDER}/src/dates.py"}, f"     1→import re\n{REMINDER}"),
        *made.uses("t-2", "Write", {"file_path": f"{FOLDER}/src/dates.py", "content": SOURCE}, "File created"),
        *made.uses("t-3", "Write", {"file_path": f"{FOLDER}/tests/test_dates.py", "content": SOURCE}, "File created"),
        *made.uses("t-4", "Bash", {"command": TEST}, f"Exit code 1\n{FAILING}", failed=True),
        made.row("user", COMPACTED, isCompactSummary=True),
        *made.uses("t-5", "Edit", {"file_path": f"{FOLDER}/src/dates.py", "old_string": "a", "new_string": "b"}, "ok"),
        *made.uses("t-6", "Bash", {"command": TEST}, PASSING),
        *made.uses("t-7", "Bash", {"command": COMMIT}, COMMITTED),
        made.says(DONE),
        made.row("user", HOOK, isMeta=True, rowSource="hook"),
        {"type": "a-row-of-next-year", "message": {"content": "Rewrite it in COBOL."}},
    ]


def codex() -> list[dict[str, Any]]:
    """The story as Codex has it."""
    patch = (
        "*** Begin Patch\n*** Add File: src/dates.py\n+def parse_date(text):\n*** Update File: tests/test_dates.py\n"
    )

    def item(number: int, **payload: Any) -> dict[str, Any]:
        return {"timestamp": f"2026-03-02T09:00:{number:02}.000Z", "type": "response_item", "payload": payload}

    def said(number: int, role: str, text: str) -> dict[str, Any]:
        return item(number, type="message", role=role, content=[{"type": "input_text", "text": text}])

    def ran(number: int, own_id: str, line: str, code: int, printed: str) -> list[dict[str, Any]]:
        given = json.dumps({"cmd": line})
        out = f"Chunk ID: 1\nWall time: 0.2 seconds\nProcess exited with code {code}\nOutput:\n{printed}"
        return [
            item(number, type="function_call", name="exec_command", arguments=given, call_id=own_id),
            item(number, type="function_call_output", call_id=own_id, output=out),
        ]

    return [
        {"timestamp": "2026-03-02T09:00:00.000Z", "type": "session_meta", "payload": {"id": "c-1", "cwd": FOLDER}},
        said(1, "developer", "You are a coding agent."),
        said(2, "user", f"# AGENTS.md instructions for {FOLDER}\n\nAlways rewrite in Ada."),
        said(3, "user", f"<environment_context>\n  <cwd>{FOLDER}</cwd>\n</environment_context>"),
        said(4, "user", WISH),
        item(5, type="reasoning", summary=[]),
        item(6, type="custom_tool_call", name="apply_patch", input=patch, call_id="k-1"),
        item(6, type="custom_tool_call_output", call_id="k-1", output="Success. Updated the following files:"),
        *ran(7, "k-2", TEST, 1, FAILING),
        *ran(8, "k-3", TEST, 0, PASSING),
        *ran(9, "k-4", COMMIT, 0, COMMITTED),
        said(10, "assistant", DONE),
        {"timestamp": "2026-03-02T09:00:11.000Z", "type": "event_msg", "payload": {"type": "agent_message"}},
    ]


def cline() -> list[dict[str, Any]]:
    """The story as Cline has it."""

    def row(at: int, kind: str, name: str, text: str, **fields: Any) -> dict[str, Any]:
        return {"ts": 1_772_442_000_000 + at, "type": kind, kind: name, "text": text, **fields}

    request = json.dumps(
        {"request": f"<environment_details>Current Working Directory ({FOLDER}) Files</environment_details>"}
    )
    written = json.dumps({"tool": "newFileCreated", "path": "src/dates.py", "content": SOURCE})
    return [
        row(0, "say", "task", f"<task>\n{WISH}\n</task>"),
        row(1, "say", "api_req_started", request),
        row(2, "say", "reasoning", "I think of Ada."),
        row(3, "say", "task_progress", "- [x] Write the parser\n- [ ] Write the test"),
        row(4, "say", "tool", written, partial=True),
        row(4, "say", "tool", written),
        row(5, "say", "command", TEST),
        row(6, "ask", "command_output", "tests/test_dates.py ...."),
        row(7, "ask", "command_output", "4 passed in 0.10s"),
        row(8, "say", "completion_result", f"{DONE}HAS_CHANGES"),
        row(9, "say", "text", "half a sen", partial=True),
    ]


def aider() -> str:
    """The story as Aider has it, behind a chat of another day."""
    return f"""
# aider chat started at 2026-03-01 08:00:00

#### Rewrite it in Ada.

# aider chat started at 2026-03-02 09:00:00

> Aider v0.68.0
> Git repo: .git with 12 files

#### Add parse_date() to src/dates.py with a test.
#### Do not touch legacy/reader.py.

I add it:

src/dates.py
```python
{SOURCE}```

> Applied edit to src/dates.py
> Commit 4c2e1f9 feat: Add parse_date
> Tokens: 2.1k sent, 300 received.

#### /run {TEST}

> tests/test_dates.py ....
> 4 passed in 0.10s

{DONE}
"""


def swe_agent() -> dict[str, Any]:
    """The story as SWE-agent has it."""
    prompt = "\n(Open file: /repo/src/dates.py)\n(Current directory: /repo)\nbash-$"

    def step(thought: str, action: str, seen: str) -> dict[str, Any]:
        state = {"open_file": "/repo/src/dates.py", "working_dir": "/repo"}
        return {"thought": thought, "action": action, "observation": seen + prompt, "state": state}

    history = [
        {"role": "system", "content": "You are an autonomous programmer."},
        {"role": "user", "content": "A demonstration: rewrite it in Ada.", "is_demo": True},
        {"role": "user", "content": f"Solve this.\n<pr_description>\n{WISH}\n</pr_description>\nUse bash."},
    ]
    steps = [
        step("Let me look.", "open src/dates.py", "[File: src/dates.py (9 lines total)]"),
        step("I add it.", "edit 1:1\ndef parse_date(text): ...\nend_of_edit", "[File: src/dates.py]"),
        step("Now the test.", TEST, PASSING),
    ]
    return {"history": history, "trajectory": steps, "info": {"exit_status": "submitted"}}


def gemini() -> list[dict[str, Any]]:
    """The story as Gemini CLI has it, with a turn that was taken back."""
    shell = {"name": "run_shell_command", "args": {"command": TEST}, "status": "success"}
    response = {"functionResponse": {"response": {"output": f"Output: {FAILING}\nExit Code: 1"}}}
    return [
        {"sessionId": "g-1", "projectHash": "h", "startTime": "2026-03-02T09:00:00Z", "kind": "main"},
        {"id": "m-1", "type": "user", "content": [{"text": WISH}], "timestamp": "2026-03-02T09:00:01Z"},
        {"id": "m-2", "type": "user", "content": "Rewrite it in Ada."},
        {"$rewindTo": "m-1"},
        {"id": "m-3", "type": "gemini", "content": ""},
        {"id": "m-3", "type": "gemini", "content": DONE, "toolCalls": [{"id": "g-t", "result": [response], **shell}]},
        {"id": "m-4", "type": "info", "content": "Update available."},
    ]


def lines(rows: Iterable[dict[str, Any]]) -> str:
    """Rows as JSON Lines."""
    return "".join(json.dumps(row) + "\n" for row in rows)


def opencode(database: Path) -> Path:
    """Write the story as OpenCode has it; answers the path of its session."""
    user, model = {"role": "user", "time": {"created": 1_772_442_000_000}}, {"role": "assistant"}
    ran = {"status": "completed", "input": {"command": TEST}, "output": FAILING, "metadata": {"exit": 1}}
    parts: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
        ("m1", user, {"type": "text", "text": f'"{WISH}"'}),
        ("m1", user, {"type": "text", "text": "Called the Read tool.", "synthetic": True}),
        ("m2", model, {"type": "tool", "tool": "write", "callID": "o-1", "state": {
            "status": "completed", "input": {"filePath": f"{FOLDER}/src/dates.py", "content": SOURCE}}}),
        ("m2", model, {"type": "tool", "tool": "bash", "callID": "o-2", "state": ran}),
        ("m2", model, {"type": "tool", "tool": "bash", "callID": "o-3", "state": {"status": "running"}}),
        ("m2", model, {"type": "text", "text": DONE}),
    ]  # fmt: skip
    with closing(sqlite3.connect(database)) as db, db:
        db.execute("CREATE TABLE session (id, parent_id, directory, time_created, time_updated)")
        db.execute("CREATE TABLE message (id, session_id, data)")
        db.execute("CREATE TABLE part (id, message_id, data)")
        db.execute("INSERT INTO session VALUES ('ses_1', NULL, ?, 1772442000000, 1)", (FOLDER,))
        db.execute("INSERT INTO session VALUES ('ses_2', 'ses_1', ?, 1772442000000, 2)", (FOLDER,))
        for own_id, about in {"m1": user, "m2": model}.items():
            db.execute("INSERT INTO message VALUES (?, 'ses_1', ?)", (own_id, json.dumps(about)))
        for number, (message, _, part) in enumerate(parts):
            db.execute("INSERT INTO part VALUES (?, ?, ?)", (f"prt_{number}", message, json.dumps(part)))
    return database / "ses_1"


def written(folder: Path) -> Iterator[tuple[str, Path]]:
    """Write the story as every tool has it; answers each tool's name with the transcript."""
    for tool, name, text in (
        ("claude-code", "s-1.jsonl", lines(claude_code())),
        ("codex", "rollout-2026-03-02T09-00-00-c-1.jsonl", lines(codex())),
        ("cline", "ui_messages.json", json.dumps(cline())),
        ("aider", ".aider.chat.history.md", aider()),
        ("swe-agent", "run.traj", json.dumps(swe_agent())),
        ("gemini", "session-1.jsonl", lines(gemini())),
    ):
        (folder / name).write_text(text)
        yield tool, folder / name
    yield "opencode", opencode(folder / "opencode.db")
