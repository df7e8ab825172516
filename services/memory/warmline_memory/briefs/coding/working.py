"""Working: the turns of a coding session, from one word of the person to the next, and whether a session is one."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from warmline_memory.language.words import label_of
from warmline_memory.reading.calls import ToolCall
from warmline_memory.reading.record import Record, Said
from warmline_memory.salience import Speaker
from warmline_memory.source_memory import SourceMemory

# How tools that change files are called, and the arguments that name the file.
CHANGES_FILES = re.compile(r"\b(?:write|edit|create|insert|replace|patch|delete|str replace)\b.*\b(?:file|editor)?\b")
PATH_KEYS = ("path", "file path", "filepath", "notebook path", "target file")
COMMAND_KEYS = ("command", "cmd")


@dataclass
class Turn:
    """What the person said, and all that the agent said and did until they said more. The first may have no person."""

    person: Said | None
    agent: list[Said] = field(default_factory=list)
    calls: list[ToolCall] = field(default_factory=list)


def works_on_code(memories: Sequence[SourceMemory]) -> bool:
    """Whether files change or commands run in a session: whatever else is said there, it is work on code."""
    return any(any(deed(memory)) for memory in memories)


def deed(memory: SourceMemory) -> tuple[str, str]:
    """The command that a memory's call ran, or the file that it changed; the other is empty, and both where it did
    neither."""
    action = memory.action
    if action is None:
        return "", ""
    given = {label_of(name): value for name, value in action.arguments.items()}
    typed = next((given[key] for key in COMMAND_KEYS if isinstance(given.get(key), str | list)), None)
    if typed is not None and _is_shell(action.name):
        return typed if isinstance(typed, str) else " ".join(map(str, typed)), ""
    path = next((given[key] for key in PATH_KEYS if isinstance(given.get(key), str)), "")
    return "", path if CHANGES_FILES.search(label_of(action.name)) else ""


def _is_shell(name: str) -> bool:
    return re.search(r"\b(?:shell|bash|exec|terminal|command|run)\b", label_of(name)) is not None


def turns(record: Record) -> list[Turn]:
    """The turns of a session, oldest first."""
    found = [Turn(None)]
    calls = list(record.calls)
    for said in record.said:
        while calls and calls[0].position < said.position:
            found[-1].calls.append(calls.pop(0))
        if said.speaker is Speaker.CUSTOMER:
            found.append(Turn(said))
        elif said.speaker is Speaker.AGENT:
            found[-1].agent.append(said)
    found[-1].calls.extend(calls)
    return [turn for turn in found if turn.person or turn.agent or turn.calls]
