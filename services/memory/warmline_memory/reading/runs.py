"""Runs: what commands printed that says where the work stands, the newest of each command."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from warmline_memory.language.words import clip, label_of
from warmline_memory.reading.calls import ToolCall
from warmline_schemas.memories import Outcome

# Programs of POSIX and git that only show what is there: what they print is content and no state of the work.
SHOWING = frozenset(
    [
        "awk",
        "cat",
        "cd",
        "cut",
        "diff",
        "du",
        "echo",
        "env",
        "false",
        "file",
        "find",
        "grep",
        "head",
        "jq",
        "less",
        "locate",
        "ls",
        "man",
        "more",
        "pwd",
        "rg",
        "sort",
        "stat",
        "tail",
        "test",
        "tree",
        "true",
        "uniq",
        "wc",
        "which",
    ]
)
SHOWING_GIT = frozenset(["blame", "branch", "diff", "log", "ls-files", "show", "status"])
# What stands before a program's name: settings of the environment, and programs that start others.
BEFORE = re.compile(r"^(?:[A-Z_][A-Z0-9_]*=\S+\s+|(?:sudo|time|nohup|env|xargs)\s+)+")
SEPARATOR = re.compile(r"&&|;|\|\||\n")
# It is anchored, for a search that may begin anywhere takes time that grows with the square of a line.
WITH_FIGURE = re.compile(r"^(?=.*\d)(?=.*[^\W\d_]{2})")
ABOUT_FAILURE = re.compile(r"error|fail|exception|denied|refused|not found|fatal", re.I)
LAST_LINES = 40
"""What a program says last says how it went; so many lines of its end are looked at."""
COMMAND_WORDS, LINE_WORDS = 12, 24


@dataclass(frozen=True, slots=True)
class Run:
    """The newest run of a command: the line of its output that says most, how it ended, and what it said before."""

    command: str
    line: str
    outcome: Outcome
    changes: bool
    memory_ids: tuple[UUID, ...]
    position: int
    was: str | None = None
    failed_before: bool = False


def read(calls: Sequence[ToolCall]) -> list[Run]:
    """The newest run of each command that does more than show something, in the order in which they ran."""
    newest: dict[str, Run] = {}
    for call in calls:
        if call.command and not _only_shows(call.command):
            run, before = _run(call), newest.pop(_key(call.command), None)
            if before and before.line != run.line:
                overcome = before.outcome is Outcome.FAILED and run.outcome is Outcome.CONFIRMED
                was = None if overcome or not WITH_FIGURE.search(before.line) else before.line
                run = replace(run, was=was, failed_before=overcome)
            newest[_key(call.command)] = run
    return list(newest.values())


def overtaken(calls: Sequence[ToolCall]) -> set[UUID]:
    """The memories of the runs that a newer run of the same command came after."""
    ran = [call for call in calls if call.command and not _only_shows(call.command)]
    return {call.memory_id for call in ran} - set({_key(call.command): call.memory_id for call in ran}.values())


def files(calls: Iterable[ToolCall]) -> dict[str, tuple[UUID, ...]]:
    """The files that calls of an editor wrote, with the memories that show it; the latest written last."""
    written: dict[str, tuple[UUID, ...]] = {}
    for call in calls:
        if call.command or call.outcome is Outcome.FAILED or not call.changes:
            continue
        for path in paths(call):
            written[path] = (*written.pop(path, ()), call.memory_id)
    return written


def writes_files(call: ToolCall) -> bool:
    """Whether a call is one of an editor, which its files tell."""
    # Whatever only looks at a file brings its lines; what tests or counts it reports in one, and is told.
    reports = not call.changes and isinstance(call.result, str) and 0 < len(call.result) <= LONGEST_REPORT
    return not call.command and bool(paths(call)) and not (reports and "\n" not in call.result)


LONGEST_REPORT = 120
PATH_KEYS = frozenset({"path", "file path", "filepath", "filename", "file", "notebook path", "target file"})
# How a patch of Codex and of git names the files that it changes.
PATCHED = re.compile(r"^(?:\*\*\* (?:Update|Add|Delete) File: |\+\+\+ b/)(\S+)", re.M)


def paths(call: ToolCall) -> list[str]:
    """The files that a call names."""
    named = [value for key, value in call.arguments.items() if label_of(key) in PATH_KEYS and isinstance(value, str)]
    patches = [value for key, value in call.arguments.items() if key in ("input", "patch") and isinstance(value, str)]
    return [*named, *(path for patch in patches for path in PATCHED.findall(patch))]


def _run(call: ToolCall) -> Run:
    line = clip(_telling_line(call), LINE_WORDS)
    command = clip(" ".join(call.command.split()), COMMAND_WORDS)
    return Run(command, line, call.outcome, call.changes, (call.memory_id,), call.position)


def _telling_line(call: ToolCall) -> str:
    """Of the last lines of an output the one that says most: of a failure the last that names it, else the last with a
    figure, else the last."""
    output = call.output if call.output else call.result if isinstance(call.result, str) else ""
    lines = [line.strip() for line in output.splitlines()[-LAST_LINES:] if line.strip()]
    wanted = [ABOUT_FAILURE, WITH_FIGURE] if call.outcome is Outcome.FAILED else [WITH_FIGURE]
    for pattern in wanted:
        if found := [line for line in lines if pattern.search(line)]:
            return found[-1]
    return lines[-1] if lines else ""


def _only_shows(command: str) -> bool:
    return all(_shows(part) for part in SEPARATOR.split(command) if part.strip())


def _shows(part: str) -> bool:
    words = BEFORE.sub("", part.strip()).split()
    program = words[0].rsplit("/", 1)[-1] if words else ""
    if program == "git":
        return next((word for word in words[1:] if not word.startswith("-")), "") in SHOWING_GIT
    return program in SHOWING or (program == "sed" and not any(word.startswith("-i") for word in words))


def _key(command: str) -> str:
    """What makes two commands one: their last part without what only changes the folder or the environment."""
    parts = [BEFORE.sub("", part.strip()) for part in SEPARATOR.split(command)]
    doing = [part for part in parts if part and not part.startswith("cd ")]
    return " ".join((doing[-1] if doing else command).split())
