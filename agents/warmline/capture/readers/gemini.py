"""Gemini CLI: a file a session below `~/.gemini/tmp`, of JSON Lines, or of one JSON in older versions."""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from warmline.capture import cutting, harness
from warmline.capture.actions import Call, kept, text_of
from warmline.capture.events import Said, Speaker, Transcript, moment

TOOL = "gemini"
FAILED = {"error", "cancelled"}
OVER = {"success", *FAILED}
ABOUT = "Error|Exit Code|Signal|Background PIDs|Process Group PGID"
PRINTED = re.compile(rf"^(?:Output|Stdout): ?(.*?)(?:\n(?:{ABOUT}): [^\n]*)*\s*\Z", re.S | re.M)
"""What a command printed, before the lines that say how it ran."""


def find(folder: Path, home: Path) -> list[Path]:
    """The transcripts of a folder, in any order."""
    root = home / ".gemini" / "tmp"
    # Older versions name the folder by a hash of the path, newer ones by the project's name.
    names = (hashlib.sha256(str(folder).encode()).hexdigest(), folder.name)
    return [path for name in names for path in (root / name / "chats").glob("session-*.json*")]


def read(path: Path) -> Transcript:
    """Read a session as it is now. What was rewound is void."""
    found = Transcript(TOOL, path.stem)
    messages: dict[str, Mapping[str, Any]] = {}
    for row in _rows(path):
        found.id = str(row.get("sessionId") or found.id)
        found.started = found.started or moment(row.get("startTime"))
        if back_to := row.get("$rewindTo"):
            known = list(messages)
            for gone in known[known.index(back_to) + 1 if back_to in messages else 0 :]:
                found.take_back({gone, *(str(one.get("id")) for one in messages.pop(gone).get("toolCalls") or ())})
        elif row.get("id") and row.get("type"):
            # A message comes again with more in it.
            messages[str(row["id"])] = row
    for message in messages.values():
        _message(found, message)
    return found


def _rows(path: Path) -> Iterator[Mapping[str, Any]]:
    text = path.read_text(encoding="utf-8", errors="replace")
    if path.suffix == ".json":
        whole = json.loads(text)
        yield {name: value for name, value in whole.items() if name != "messages"}
        yield from (one for one in whole.get("messages", []) if isinstance(one, Mapping))
        return
    # The last line may be half written.
    for line in text.splitlines(keepends=True):
        try:
            row = json.loads(line) if line.endswith("\n") else None
        except ValueError:
            continue
        if isinstance(row, Mapping):
            yield row


def _message(found: Transcript, message: Mapping[str, Any]) -> None:
    kind, at, own_id = message.get("type"), moment(message.get("timestamp")), str(message["id"])
    text = text_of(message.get("content")).strip()
    if kind == "user":
        said = harness.words_of_the_person(text_of(message.get("displayContent")) or text)
        speaker = Speaker.PERSON
    elif kind == "gemini":
        said, speaker = text, Speaker.MODEL
    else:
        return found.skip("bookkeeping")
    if said:
        found.events.append(Said(own_id, speaker, cutting.shortened(said, cutting.MOST_SAID), at))
    for one in message.get("toolCalls") or ():
        if one.get("status") in OVER:
            _tool(found, one, at)
    return None


def _tool(found: Transcript, one: Mapping[str, Any], at: Any) -> None:
    call = Call(str(one.get("id")), str(one.get("name")), one.get("args") or {}, at)
    shown = _output(one.get("result"))
    # A command that failed is a tool that worked: its exit code stands in the text.
    code = next((int(line[11:]) for line in shown.splitlines() if line.startswith("Exit Code: ") and
                 line[11:].strip("-").isdigit()), None)  # fmt: skip
    result = {"output": _printed(shown), "exit_code": code} if code is not None else shown
    events = list(kept(call, result, one["status"] in FAILED or None, at))
    found.events.extend(events) if events else found.skip("looks at files")


def _printed(shown: str) -> str:
    """What a command printed, without the lines in which the tool says how it ran."""
    printed = PRINTED.search(shown)
    return printed.group(1) if printed else shown


def _output(result: Any) -> str:
    for one in result if isinstance(result, list) else ():
        response = (one.get("functionResponse") or {}).get("response") if isinstance(one, Mapping) else None
        if isinstance(response, Mapping):
            return text_of(response.get("output", response.get("error", "")))
    return text_of(result)
