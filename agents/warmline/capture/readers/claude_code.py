"""Claude Code: a JSON Lines file a session under `~/.claude/projects`, which grows."""

import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from warmline.capture import cutting, harness
from warmline.capture.actions import PLAN, Call, kept
from warmline.capture.events import Event, Said, Speaker, Transcript, Used, moment
from warmline.capture.readers.turns import Turns
from warmline_schemas.memories import Outcome

TOOL = "claude-code"
TASK_ID = re.compile(r"#(\d+)")


def find(folder: Path, home: Path) -> list[Path]:
    """The transcripts of a folder, in any order."""
    root = Path(os.environ.get("CLAUDE_CONFIG_DIR") or home / ".claude") / "projects"
    return list((root / re.sub(r"[^A-Za-z0-9]", "-", str(folder))).glob("*.jsonl"))


class Rows:
    """Reads the rows of one transcript as they come."""

    def __init__(self, path: Path) -> None:
        self.found = Transcript(TOOL, path.stem)
        self._calls: dict[str, Call] = {}
        self._seen: set[str] = set()
        self._tasks: dict[str, dict[str, str]] = {}
        self._turns = Turns()

    def feed(self, row: Mapping[str, Any], number: int) -> None:
        """Read a row. What later versions add is skipped."""
        kind, uuid = row.get("type"), str(row.get("uuid") or f"row-{number}")
        if kind not in ("user", "assistant", "attachment"):
            self._turns.place(uuid, row)
            return self.found.skip("bookkeeping")
        if uuid in self._seen:
            return self.found.skip("repeated rows")
        self._seen.add(uuid)
        self.found.folder = self.found.folder or row.get("cwd")
        self.found.started = self.found.started or moment(row.get("timestamp"))
        if row.get("isSidechain"):
            return self.found.skip("side chains")
        self._follow(row, uuid)
        if kind == "attachment":
            return self._attachment(row, uuid)
        if row.get("isMeta") or row.get("isCompactSummary") or row.get("isVisibleInTranscriptOnly"):
            return self.found.skip("harness")
        return self._message(row, uuid)

    def _follow(self, row: Mapping[str, Any], uuid: str) -> None:
        """Note the turn of a row. Where the person went back, what they left did not happen."""
        if not _begins_a_turn(row):
            self._turns.place(uuid, row)
        elif left := self._turns.begin(uuid, row):
            self.found.take_back(left)

    def _attachment(self, row: Mapping[str, Any], uuid: str) -> None:
        """Of what the harness attaches only a message is the person's that they typed while the model worked."""
        attached = row.get("attachment")
        if isinstance(attached, Mapping) and attached.get("type") == "queued_command":
            return self._say(uuid, Speaker.PERSON, str(attached.get("prompt") or ""), row)
        return self.found.skip("harness")

    def _message(self, row: Mapping[str, Any], uuid: str) -> None:
        content = (row.get("message") or {}).get("content")
        blocks = [{"type": "text", "text": content}] if isinstance(content, str) else content or []
        for place, block in enumerate(blocks):
            if isinstance(block, Mapping):
                self._block(block, f"{uuid}/{place}" if place else uuid, row)

    def _block(self, block: Mapping[str, Any], own_id: str, row: Mapping[str, Any]) -> None:
        kind = block.get("type")
        if kind == "text":
            speaker = Speaker.PERSON if row["type"] == "user" else Speaker.MODEL
            self._say(own_id, speaker, str(block.get("text") or ""), row)
        elif kind == "tool_use":
            given = block.get("input")
            call = Call(str(block.get("id")), str(block.get("name")), given if isinstance(given, Mapping) else {},
                        moment(row.get("timestamp")))  # fmt: skip
            self._calls[call.id] = call
        elif kind == "tool_result":
            self._result(block, row)
        else:
            self.found.skip("thoughts" if kind in ("thinking", "redacted_thinking") else "pictures")

    def _say(self, own_id: str, speaker: Speaker, text: str, row: Mapping[str, Any]) -> None:
        said = harness.words_of_the_person(text) if speaker is Speaker.PERSON else text.strip()
        if not said:
            return self.found.skip("harness")
        said = cutting.shortened(said, cutting.MOST_SAID)
        return self._add([Said(own_id, speaker, said, moment(row.get("timestamp")))])

    def _result(self, block: Mapping[str, Any], row: Mapping[str, Any]) -> None:
        call = self._calls.pop(str(block.get("tool_use_id")), None)
        if call is None:
            return self.found.skip("results without a call")
        at = moment(row.get("timestamp"))
        if call.name in ("TaskCreate", "TaskUpdate"):
            return self._add(list(self._task(call, str(block.get("content")))))
        whole = row.get("toolUseResult")
        told = whole if call.name == "AskUserQuestion" else block.get("content")
        events = list(kept(call, told, bool(block.get("is_error")), at))
        if not events:
            return self.found.skip("looks at files")
        return self._add(events)

    def _add(self, events: list[Event]) -> None:
        self._turns.add([event.id for event in events])
        self.found.events.extend(events)

    def _task(self, call: Call, said: str) -> Iterator[Used]:
        """The list of tasks after one was added or changed: the tool states one task at a time."""
        given = call.arguments
        hit = TASK_ID.search(said)
        number = str(given.get("taskId") or (hit.group(1) if hit else len(self._tasks) + 1))
        before = self._tasks.get(number, {"content": "", "status": "pending"})
        status = str(given.get("status") or before["status"])
        self._tasks[number] = {"content": str(given.get("subject") or before["content"]), "status": status}
        steps = [task for task in self._tasks.values() if task["content"] and task["status"] != "deleted"]
        yield Used(call.id, PLAN, {"steps": [dict(step) for step in steps]}, None, Outcome.CONFIRMED, call.at)


def _begins_a_turn(row: Mapping[str, Any]) -> bool:
    """Whether a row is a message that the person sent; results of tools have the same type."""
    content = (row.get("message") or {}).get("content")
    is_result = isinstance(content, list) and any(
        isinstance(block, Mapping) and block.get("type") == "tool_result" for block in content
    )
    marks = ("isMeta", "isCompactSummary", "isVisibleInTranscriptOnly")
    return row.get("type") == "user" and not is_result and not any(row.get(mark) for mark in marks)
