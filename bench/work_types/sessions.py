"""Short sessions of every work type, written for this measurement, as memories.

``= template language`` begins one; ``U:`` is a turn of a user, ``A:`` of an agent, ``N kind: …`` a note,
``S name value`` a slot, ``T name key=value … -> result`` a call.
"""

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

from warmline_memory.source_memory import SourceMemory
from warmline_schemas.memories import Action, Role, Slot

FILE = Path(__file__).with_name("sessions.txt")
START = datetime(2026, 3, 2, 9, tzinfo=UTC)
NOTE = re.compile(r"N ?([\w-]*): (.*)")


@dataclass(frozen=True, slots=True)
class Session:
    """A session with the template that a reader would choose for it."""

    template: str
    language: str
    memories: list[SourceMemory]


def read(path: Path = FILE) -> list[Session]:
    """All sessions of a file, in its order."""
    return list(_sessions(path.read_text("utf-8").split("\n= ")))


def _sessions(parts: list[str]) -> Iterator[Session]:
    for part in parts:
        head, *lines = part.removeprefix("= ").strip().splitlines()
        template, language = head.split()
        yield Session(template, language, [_memory(line, number) for number, line in enumerate(lines, 1)])


def _memory(line: str, number: int) -> SourceMemory:
    role, kind, content, action, slot = None, "note", line[3:], None, None
    if line[0] in "UA":
        role, kind = (Role.USER if line[0] == "U" else Role.AGENT), "message"
    elif line[0] == "N" and (hit := NOTE.match(line)):
        kind, content = hit.group(1) or "note", hit.group(2)
    elif line[0] == "S":
        name, value = line[2:].split(" ", 1)
        kind, content, slot = "fact", f"{name} is {value}", Slot(name=name, value=value)
    else:
        called, result = line[2:].split(" -> ")
        name, *given = shlex.split(called)
        action = Action(name=name, arguments=dict(one.split("=", 1) for one in given), result=result)
        role, kind, content = Role.TOOL, "action", f"{name}({', '.join(given)}) → {result}"
    return SourceMemory(
        id=UUID(int=number),
        role=role,
        kind=kind,
        content=content,
        importance=0.5,
        event_time=START + timedelta(minutes=number),
        slot=slot,
        action=action,
    )
