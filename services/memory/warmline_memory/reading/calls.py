"""Calls: every use of a tool, whether it changes anything, and what its result says of the outcome."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any
from uuid import UUID

import numpy as np
from pydantic_core import from_json

from warmline_memory import salience
from warmline_memory.language.trees import is_plain, leaves
from warmline_memory.language.words import label_of
from warmline_memory.source_memory import SourceMemory
from warmline_schemas.memories import Outcome

# What tools are called that change something, and that only look. Our own words, of many trades; the embedder carries
# them to other words and languages: of 61 names in nine languages that were not among them, it sorts 56 right.
CHANGES = [
    "create booking",
    "cancel order",
    "update address",
    "update reservation",
    "send email",
    "refund payment",
    "delete user",
    "transfer money",
    "schedule appointment",
    "reserve table",
    "buy tickets",
    "change password",
    "edit file",
    "write file",
    "apply patch",
    "git commit",
    "restart server",
    "close ticket",
    "submit report",
    "activate card",
    "block account",
    "assign task",
    "rename branch",
    "order spare part",
    "set temperature",
]
LOOKS = [
    "search hotels",
    "find restaurants",
    "get user details",
    "get booking details",
    "list orders",
    "check availability",
    "read file",
    "look up weather",
    "grep",
    "show status",
    "query database",
    "calculate total",
    "fetch page",
    "view history",
    "describe table",
    "track shipment",
    "think",
    "open page",
    "run agent",
    "explore code",
    "verify identity",
    "count rows",
    "get directions",
    "diagnose",
    "preview",
    "balance",
    "read sensor",
]
# The verbs of REST and CRUD for what reads and leaves all as it is, as programs put them at the head of a name whatever
# their language. The embedder takes `get order` for an order.
LOOKING = re.compile(r"(?:get|list|find|search|fetch|read|query|show|view|lookup|describe|count)\b(?!.* and )")
NEAREST = 3
"""A name is judged by its mean similarity to this many of the nearest examples of each sort."""
# Keys under which a result says how a call went. Other keys hold texts of anybody, such as a film called `Error 404`.
STATUS_KEYS = re.compile(r"\b(?:status|state|success|succeeded|ok|error|errors|message|outcome|result|confirmation)$")
EXIT_KEYS = ("exit_code", "exitCode", "exit_status", "returncode", "exit")
OUTPUT_KEYS = ("output", "stdout", "aggregated_output", "content", "text")
# Failure is looked for first: `could not be cancelled` holds a word of success too. These words are what programs write
# into such fields, in English whatever the customer's language; what holds none stays unknown, and a brief says so.
FAILED = re.compile(
    r"\b(?:fail(?:ed|ure)?|error|exception|denied|declined|rejected|invalid|unavailable|not available|unable|cannot"
    r"|could not|not found|time(?:d )?out|forbidden|unauthori[sz]ed|refused|not permitted|not allowed"
    r"|conflict(?:s|ing)?|insufficient|false)\b",
    re.I,
)
SUCCEEDED = re.compile(
    r"\b(?:success(?:ful(?:ly)?)?|succeeded|confirmed|completed|approved|accepted|booked|scheduled|created|updated"
    r"|cancell?ed|submitted|sent|saved|deleted|refunded|reserved|done|ok|true)\b",
    re.I,
)
# How Claude Code and Codex begin the output of a command that failed.
EXIT_LINE = re.compile(r"^(?:Error: )?(?:Exit code|Process exited with code) (\d+)", re.M)
LONGEST_STATUS = 300
"""Only so many signs of a text are searched for how a call went: what is longer is content."""
# How programs name the arguments that say which one is meant, or who. Values under other names belong to a call.
IDENTIFYING = re.compile(
    r"(?:^|\b)(?:id|ids|number|no|nr|ref|reference|code|e ?mail|mail|phone|mobile|account|username|customer|patient"
    r"|name)$"
)
ROW_END = "; "
DEEPEST, CUT = 20, "…"
"""What is nested deeper says nothing to a reader, and whoever goes down thousands of levels runs out of stack."""


@dataclass(frozen=True, slots=True)
class ToolCall:
    """A use of a tool. `position` is its memory's place among all; `changes` is whether the tool is one that changes
    something; `command` is what a shell was given, empty for other tools; `output` is what it printed."""

    name: str
    arguments: Mapping[str, Any]
    result: Any
    outcome: Outcome
    changes: bool
    position: int
    memory_id: UUID
    command: str = ""
    output: str = ""

    @property
    def spoken(self) -> str:
        """The tool's name in words."""
        return label_of(self.name)


@dataclass(frozen=True, slots=True)
class Changed:
    """An argument of a tool that was called again for the same thing with another value, first at ``position``;
    ``memory_id`` is the memory of the call with the newest value."""

    name: str
    old: str
    new: str
    position: int
    memory_id: UUID

    @property
    def shown(self) -> str:
        """The change as a reader sees it, such as `city: Bergen → Oslo`."""
        return f"{self.name}: {self.old} → {self.new}"


def read(memories: Sequence[SourceMemory]) -> list[ToolCall]:
    """The uses of tools, oldest first. An outcome that the caller gave is kept."""
    called = [(place, memory) for place, memory in enumerate(memories) if memory.action is not None]
    names = list(dict.fromkeys(memory.action.name for _, memory in called if memory.action))
    changing = dict(zip(names, are_changes(names), strict=True))
    return [_call(memory, place, changing) for place, memory in called]


def changed(calls: Sequence[ToolCall], replies: Sequence[int]) -> list[Changed]:
    """The arguments that had another value before, each old value with the newest one. ``replies`` are the places of
    the customer's messages.

    A call is about the same thing as the one of its tool before it where that changed nothing and at least as many of
    their arguments are equal as differ. Which one a lookup is about is no change: two orders can both count. So can two
    days that are looked up in a row, and nobody said anything in between.
    """
    last: dict[str, ToolCall] = {}
    found: dict[tuple[str, str], list[Changed]] = {}
    for call in calls:
        before, last[call.name] = last.get(call.name), call
        if before is None or (before.changes and before.outcome is Outcome.CONFIRMED):
            continue
        if not call.changes and bisect_left(replies, before.position) == bisect_left(replies, call.position):
            continue
        ours, theirs = dict(stated(before.arguments)), dict(stated(call.arguments))
        shared = ours.keys() & theirs
        other = [name for name in ours if name in shared and ours[name] != theirs[name]]
        if len(shared) < 2 * len(other):
            continue
        for name in other:
            if not _is_kind_of_request(label_of(name)) and (before.changes or not IDENTIFYING.search(label_of(name))):
                change = Changed(label_of(name), ours[name], theirs[name], call.position, call.memory_id)
                found.setdefault((call.name, name), []).append(change)
    return [one for of_argument in found.values() for one in _with_the_newest(of_argument)]


def _with_the_newest(changes: Sequence[Changed]) -> Iterable[Changed]:
    """The changes of one argument, each with the value that the argument has in the end."""
    new, memory_id = changes[-1].new, changes[-1].memory_id
    return (replace(one, new=new, memory_id=memory_id) for one in changes if one.old != new)


def are_changes(names: Sequence[str]) -> list[bool]:
    """Whether tools of these names change something, by the names alone, in any language that the embedder knows."""
    if not names:
        return []
    labels = [label_of(name) for name in names]
    alike = salience.vectors(labels) @ _examples().T
    changes, looks = alike[:, : len(CHANGES)], alike[:, len(CHANGES) :]
    changing: list[bool] = (_nearest(changes) > _nearest(looks)).tolist()
    return [one and not LOOKING.match(label) for one, label in zip(changing, labels, strict=True)]


def parsed(result: Any) -> Any:
    """A result that is JSON in a string, as JSON, also where its end was cut off; anything else as it is.

    What is nested too deep is cut.
    """
    if isinstance(result, str) and result.lstrip()[:1] in ("{", "[", '"'):
        try:
            result = from_json(result, allow_partial=True)
        except ValueError:
            return result
    return cut(result)


def cut(tree: Any, deepest: int = DEEPEST) -> Any:
    """A JSON value without what is nested deeper than so many levels."""
    if isinstance(tree, Mapping | list | tuple) and deepest == 0:
        return CUT
    if isinstance(tree, Mapping):
        return {key: cut(value, deepest - 1) for key, value in tree.items()}
    return [cut(item, deepest - 1) for item in tree] if isinstance(tree, list | tuple) else tree


def stated(arguments: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    """What a call's arguments state, each value with its name. What belongs together in a list stays together, for what
    is true of one thing is not true of the next: `Mei Brown 1990-02-01; Raj Silva 1988-07-05`."""
    for name, value in arguments.items():
        if isinstance(value, Mapping):
            yield from stated(value)
        elif isinstance(value, list | tuple):
            rows = [" ".join(text for _, text in leaves(item)) for item in value]
            yield str(name), ROW_END.join(filter(None, rows))
        elif said := str(value).strip() if is_plain(value) else "":
            yield str(name), said


def status_texts(result: Any) -> list[str]:
    """The parts of a result that say how a call went: a bare text, or what stands under a key such as `status`."""
    if isinstance(result, str):
        return [result[:LONGEST_STATUS]]
    if isinstance(result, Mapping):
        found = [(label_of(str(key)), value) for key, value in result.items() if is_plain(value)]
        return [str(value)[:LONGEST_STATUS] for key, value in found if STATUS_KEYS.search(key)]
    return []


def _call(memory: SourceMemory, place: int, changing: Mapping[str, bool]) -> ToolCall:
    action = memory.action
    assert action is not None  # noqa: S101 (the caller chose memories of calls)
    result, command = parsed(action.result), _command(action.arguments)
    outcome = action.outcome if action.outcome is not Outcome.UNKNOWN else _outcome(result, command)
    changes = changing[action.name] and not _only_tries(action.arguments)
    output = _output(result) if command else ""
    return ToolCall(action.name, action.arguments, result, outcome, changes, place, memory.id, command, output)


@cache
def _examples() -> np.ndarray:
    """The vectors of the examples, which hold nothing of a conversation: made once a process."""
    return salience.vectors([*CHANGES, *LOOKS])


def _nearest(alike: np.ndarray) -> np.ndarray:
    nearest: np.ndarray = np.sort(alike, axis=1)[:, -NEAREST:].mean(axis=1)
    return nearest


def _outcome(result: Any, command: str) -> Outcome:
    code = _exit_code(result)
    if code is not None:
        return Outcome.FAILED if code else Outcome.CONFIRMED
    # What a command printed is content; only its exit code says how it went.
    said = "" if command else " ; ".join(status_texts(result))
    errors = _errors(result)
    if any(errors) or (said and FAILED.search(said) and not errors):
        return Outcome.FAILED
    return Outcome.CONFIRMED if said and SUCCEEDED.search(said) else Outcome.UNKNOWN


def _errors(result: Any) -> list[Any]:
    """What a result's fields for errors hold, nothing where they say that there was none."""
    fields = result.items() if isinstance(result, Mapping) else ()
    held = [value for key, value in fields if label_of(str(key)) in ("error", "errors", "is error")]
    return [None if str(value).strip().casefold() in ("none", "null", "false", "no", "0") else value for value in held]


def _exit_code(result: Any) -> int | None:
    """The exit code that a result states: under a key of its own, or in the first line that a harness writes."""
    if isinstance(result, Mapping):
        for held in (result, result.get("metadata")):
            for key in EXIT_KEYS:
                if isinstance(held, Mapping) and isinstance(held.get(key), int):
                    return int(held[key])
    hit = EXIT_LINE.search(_output(result)[:LONGEST_STATUS])
    return int(hit.group(1)) if hit else None


def _output(result: Any) -> str:
    if isinstance(result, Mapping):
        return next((str(result[key]) for key in OUTPUT_KEYS if isinstance(result.get(key), str)), "")
    return result if isinstance(result, str) else ""


def _command(arguments: Mapping[str, Any]) -> str:
    """What a shell was given. A list such as `["bash", "-lc", "make test"]` is the command that its last part holds."""
    given = arguments.get("command", arguments.get("cmd"))
    if isinstance(given, list) and given and all(isinstance(part, str) for part in given):
        return str(given[-1]) if len(given) > 1 and given[-2].startswith("-") else " ".join(given)
    # A tool whose `command` is one word, such as an editor's `str_replace`, has no shell behind it.
    return given if isinstance(given, str) and (" " in given.strip() or len(arguments) == 1) else ""


def _is_kind_of_request(label: str) -> bool:
    """Whether an argument says what the tool is to do, and nothing of what the customer wants."""
    return label.endswith(("request type", "mode"))


def _only_tries(arguments: Mapping[str, Any]) -> bool:
    """Whether a call was only to try out: a flag such as `dry_run`, or a kind of request that is to check."""
    for name, value in arguments.items():
        label, said = label_of(str(name)), str(value).casefold()
        if label in ("dry run", "preview", "simulate", "check only", "validate only") and said in ("true", "yes", "1"):
            return True
        if _is_kind_of_request(label) and said in ("check", "preview", "dry run", "dry_run", "validate"):
            return True
    return False
