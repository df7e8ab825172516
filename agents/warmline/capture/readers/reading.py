"""Reading a transcript as it grows: each time what is new since the last."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

from warmline.capture.events import Event, Transcript, Used
from warmline.capture.readers import aider, claude_code, cline, codex, gemini, opencode, swe_agent


class Reader(Protocol):
    """Reads one transcript."""

    def read(self) -> Transcript:
        """Read on. The answer has the events since the last time, and may have some of before again."""
        ...


class Rows(Protocol):
    """Takes the rows of a file one after another; ``found`` is what they hold."""

    found: Transcript

    def feed(self, row: Mapping[str, Any], number: int) -> None:
        """Read one row, which has this number in the file, from 0."""
        ...


@dataclass(frozen=True)
class Tool:
    """A coding agent: how it is called, where its transcripts are, and how one is read."""

    title: str
    find: Callable[[Path, Path], list[Path]]
    """The transcripts of a folder, for the home of a person."""
    open: Callable[[Path], Reader]


class Growing:
    """Reads a file of JSON Lines from where the last reading ended."""

    def __init__(self, path: Path, rows: Callable[[Path], Rows]) -> None:
        self._path, self._make = path, rows
        self._begin()

    def _begin(self) -> None:
        self._rows, self._offset, self._number = self._make(self._path), 0, 0

    def read(self) -> Transcript:
        """Read the lines that were finished since the last time."""
        with self._path.open("rb") as file:
            # A file that is shorter than before was written anew.
            if file.seek(0, 2) < self._offset:
                self._begin()
            file.seek(self._offset)
            self._rows.found.events = []
            for line in file:
                # The last line may be half written: it is read when its end is there.
                if not line.endswith(b"\n"):
                    break
                self._offset += len(line)
                self._feed(line)
        return _below_its_folder(self._rows.found)

    def _feed(self, line: bytes) -> None:
        number, self._number = self._number, self._number + 1
        try:
            row = json.loads(line)
        except ValueError:
            row = None
        if isinstance(row, dict):
            self._rows.feed(row, number)
        elif line.strip():
            self._rows.found.skip("unreadable rows")


class Whole:
    """Reads a file that is written anew, all of it."""

    def __init__(self, path: Path, read: Callable[[Path], Transcript]) -> None:
        self._path, self._read = path, read
        self._last: Transcript | None = None

    def read(self) -> Transcript:
        """Read all of it. While it is being written, the answer is that of the last time."""
        try:
            self._last = _below_its_folder(self._read(self._path))
        except ValueError:
            if self._last is None:
                raise
        return self._last


def _below_its_folder(found: Transcript) -> Transcript:
    """A transcript whose files are named as they are in its folder: whoever goes on may have it in another place."""
    if found.folder:
        found.events = [_below(event, f"{found.folder.rstrip('/')}/") for event in found.events]
    return found


def _below(event: Event, folder: str) -> Event:
    path = event.arguments.get("path") if isinstance(event, Used) else None
    if not isinstance(event, Used) or not isinstance(path, str) or not path.startswith(folder):
        return event
    return replace(event, arguments={**event.arguments, "path": path.removeprefix(folder)})


def _growing(rows: Callable[[Path], Rows]) -> Callable[[Path], Reader]:
    return lambda path: Growing(path, rows)


def _whole(read: Callable[[Path], Transcript]) -> Callable[[Path], Reader]:
    return lambda path: Whole(path, read)


TOOLS: Mapping[str, Tool] = {
    claude_code.TOOL: Tool("Claude Code", claude_code.find, _growing(claude_code.Rows)),
    codex.TOOL: Tool("Codex", codex.find, _growing(codex.Rows)),
    cline.TOOL: Tool("Cline", cline.find, _whole(cline.read)),
    aider.TOOL: Tool("Aider", aider.find, _whole(aider.read)),
    opencode.TOOL: Tool("OpenCode", opencode.find, _whole(opencode.read)),
    gemini.TOOL: Tool("Gemini CLI", gemini.find, _whole(gemini.read)),
    swe_agent.TOOL: Tool("SWE-agent", swe_agent.find, _whole(swe_agent.read)),
}
"""The coding agents by the names that commands take."""


def open_reader(tool: str, path: Path) -> Reader:
    """Open the transcript of a tool. A folder of Cline's, and a database of OpenCode's, stand for what is in them."""
    if tool == cline.TOOL and path.is_dir():
        path = path / cline.FILE
    if tool == opencode.TOOL and path.is_file():
        path = opencode.sessions(path)[-1]
    return TOOLS[tool].open(path)
