"""Files: which ones were written, edited and deleted, with verbs, below the folder of the work."""

import re
from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath
from uuid import UUID

from warmline_memory.language.words import label_of
from warmline_memory.reading import runs
from warmline_memory.reading.calls import ToolCall
from warmline_schemas.memories import Outcome

WROTE, EDITED, DELETED = "written", "edited", "deleted"
REMOVES = re.compile(r"(?:^|&&|;|\|\|)\s*(?:git\s+)?rm\s+((?:-\w+\s+)*[^;&|\n]+)")
PARTS = {"src", "lib", "test", "tests", "app", "pkg", "internal", "cmd", "docs"}
"""Folders that belong to a project: what is above them is its own folder."""
RELATIVE = re.compile(r"(?<![\w./~$-])([\w.-]+)/[\w.-]")
"""The first folder of a relative path."""
WRITES = re.compile(r"\b(?:write|create|new|add)\b")


def folder_of(calls: Sequence[ToolCall], said: Sequence[str] = ()) -> str:
    """The folder of the work, by the absolute paths of its files; empty where they have none.

    All files are in it, and what was typed or ``said`` names folders below it: who types `tests/dates` stands where
    `tests` is.
    """
    paths = [PurePosixPath(path) for call in calls if not call.command for path in runs.paths(call)]
    parents = [path.parent for path in paths if path.is_absolute()]
    if not parents:
        return ""
    shared = parents[0]
    for parent in parents[1:]:
        while shared not in (parent, *parent.parents):
            shared = shared.parent
    named = {name for text in (*said, *(call.command for call in calls)) for name in RELATIVE.findall(text)}
    known = next((one.parent for one in (shared, *shared.parents) if one.name in named), None)
    while known is None and shared.name in PARTS:
        shared = shared.parent
    folder = str(known or shared)
    return "" if folder == "/" else folder


def changed(calls: Sequence[ToolCall], folder: str) -> Mapping[str, Mapping[str, tuple[UUID, ...]]]:
    """For each verb the files, the latest first, with the calls that show it. What was written and deleted again is
    among the deleted."""
    verbs: dict[str, tuple[str, tuple[UUID, ...]]] = {}
    for call in calls:
        if call.outcome is Outcome.FAILED:
            continue
        for path, verb in _changes(call):
            name = path.removeprefix(f"{folder}/") if folder else path
            before, ids = verbs.pop(name, (verb, ()))
            verbs[name] = (WROTE if before is WROTE and verb is EDITED else verb, (*ids, call.memory_id))
    found: dict[str, dict[str, tuple[UUID, ...]]] = {WROTE: {}, EDITED: {}, DELETED: {}}
    for name, (verb, ids) in reversed(verbs.items()):
        found[verb][name] = ids[-3:]
    return found


def _changes(call: ToolCall) -> list[tuple[str, str]]:
    if call.command:
        targets = [target for hit in REMOVES.findall(call.command) for target in hit.split()]
        return [(target.rstrip("/"), DELETED) for target in targets if not target.startswith("-")]
    name = label_of(call.name)
    if not runs.writes_files(call):
        return []
    if re.search(r"\bdelete\b|\bremove\b", name):
        verb = DELETED
    elif call.changes or WRITES.search(name):
        verb = WROTE if WRITES.search(name) else EDITED
    else:
        return []
    return [(path, verb) for path in runs.paths(call) if path]
