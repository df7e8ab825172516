"""Codex: a JSON Lines file a session under `~/.codex/sessions`, which grows; old ones have rows without envelopes."""

import json
import os
import re
from collections.abc import Mapping
from itertools import islice
from pathlib import Path
from typing import Any

from warmline.capture import cutting, harness
from warmline.capture.actions import Call, kept, text_of
from warmline.capture.events import Said, Speaker, Transcript, moment

TOOL = "codex"
MOST_LOOKED_AT, FIRST_ROWS = 300, 8
CWD = re.compile(r"<cwd>([^<]+)</cwd>")
CALLS = {"function_call", "custom_tool_call", "local_shell_call"}
RESULTS = {"function_call_output", "custom_tool_call_output", "local_shell_call_output"}
RUNNING = re.compile(r"Process running with session ID (\S+)")


def find(folder: Path, home: Path) -> list[Path]:
    """The transcripts of a folder and of what is in it, among the newest of all."""
    root = Path(os.environ.get("CODEX_HOME") or home / ".codex") / "sessions"
    newest = sorted(root.glob("**/rollout-*.jsonl"), key=lambda path: path.name, reverse=True)[:MOST_LOOKED_AT]
    return [path for path in newest if _is_of(path, folder)]


def _is_of(path: Path, folder: Path) -> bool:
    reader = Rows(path)
    try:
        with path.open(encoding="utf-8", errors="replace") as lines:
            for number, line in enumerate(islice(lines, FIRST_ROWS)):
                reader.feed(json.loads(line), number)
    except (OSError, ValueError):
        return False
    return reader.found.folder is not None and Path(reader.found.folder).is_relative_to(folder)


class Rows:
    """Reads the rows of one transcript as they come."""

    def __init__(self, path: Path) -> None:
        self.found = Transcript(TOOL, path.stem.removeprefix("rollout-")[-36:])
        self._calls: dict[str, Call] = {}
        self._running: dict[str, Call] = {}

    def feed(self, row: Mapping[str, Any], number: int) -> None:
        """Read a row. What later versions add is skipped."""
        kind, inside = row.get("type"), row.get("payload")
        at = row.get("timestamp")
        if kind == "session_meta" and isinstance(inside, Mapping):
            return self._begin(inside, at)
        if kind is None and number == 0 and "id" in row:
            return self._begin(row, at)
        if kind == "response_item" and isinstance(inside, Mapping):
            return self._item(inside, number, at)
        if inside is None and kind in {"message", *CALLS, *RESULTS}:
            return self._item(row, number, at)
        return self.found.skip("thoughts" if kind == "reasoning" else "bookkeeping")

    def _begin(self, meta: Mapping[str, Any], at: Any) -> None:
        self.found.id = str(meta.get("id") or self.found.id)
        self.found.folder = meta.get("cwd")
        self.found.started = moment(meta.get("timestamp") or at)

    def _item(self, item: Mapping[str, Any], number: int, at: Any) -> None:
        kind = item.get("type")
        if kind == "message":
            self._message(item, str(item.get("id") or f"row-{number}"), at)
        elif kind in CALLS:
            call = Call(str(item.get("call_id") or item.get("id")), str(item.get("name") or "shell"), _given(item),
                        moment(at))  # fmt: skip
            self._calls[call.id] = call
        elif kind in RESULTS:
            self._result(item, at)
        else:
            self.found.skip("thoughts" if kind == "reasoning" else "bookkeeping")

    def _message(self, item: Mapping[str, Any], own_id: str, at: Any) -> None:
        text = text_of(item.get("content"))
        if self.found.folder is None and (hit := CWD.search(text)):
            self.found.folder = hit.group(1)
        speaker = {"user": Speaker.PERSON, "assistant": Speaker.MODEL}.get(str(item.get("role")))
        said = text.strip() if speaker is Speaker.MODEL else harness.words_of_the_person(text)
        if speaker is None or not said or (speaker is Speaker.PERSON and not _is_from_the_person(item)):
            return self.found.skip("harness")
        said = cutting.shortened(said, cutting.MOST_SAID)
        return self.found.events.append(Said(own_id, speaker, said, moment(at)))

    def _result(self, item: Mapping[str, Any], at: Any) -> None:
        call = self._calls.pop(str(item.get("call_id")), None)
        if call is None:
            return self.found.skip("results without a call")
        result = item.get("output")
        if call.name == "write_stdin":
            # What a command says that runs on is the result of whoever looks at it last.
            started = self._running.get(str(call.arguments.get("session_id")))
            call = Call(call.id, "shell", started.arguments, call.at) if started else call
        text = text_of(result)
        if hit := RUNNING.search(text[:400]):
            self._running[hit.group(1)] = call
            return self.found.skip("commands that ran on")
        failed = None if "exit" in text[:400] else _failed(text)
        events = list(kept(call, result, failed, moment(at)))
        if not events:
            return self.found.skip("looks at files")
        return self.found.events.extend(events)


def _failed(text: str) -> bool | None:
    """Whether a tool that states no exit code says that it failed."""
    if text.startswith(("Success", "Plan updated")):
        return False
    return True if re.match(r"(?:apply_patch verification failed|failed|error|execution error)", text, re.I) else None


def _given(item: Mapping[str, Any]) -> Mapping[str, Any]:
    given = item.get("arguments", item.get("input", item.get("action")))
    if isinstance(given, str):
        try:
            given = json.loads(given) if given.lstrip().startswith("{") else {"input": given}
        except ValueError:
            given = {"input": given}
    return given if isinstance(given, Mapping) else {}


def _is_from_the_person(item: Mapping[str, Any]) -> bool:
    """Whether newer versions name the person as the origin of a message; older ones name nobody."""
    passed = item.get("internal_chat_message_metadata_passthrough")
    parts = passed.get("content_item_metadata") if isinstance(passed, Mapping) else None
    origins = [
        one["provenance"].get("type")
        for one in (parts if isinstance(parts, list) else [])
        if isinstance(one, Mapping) and isinstance(one.get("provenance"), Mapping)
    ]
    return not origins or "user" in origins
