"""Calls: every use of a tool, what it was given, and whether it changes anything."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any
from uuid import UUID

import numpy as np

from warmline_memory import salience
from warmline_memory.language.trees import is_plain, leaves
from warmline_memory.language.values import ValueKind, kind_of
from warmline_memory.language.words import label_of, squeezed
from warmline_memory.reading import results
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
    "join waiting list",
    "add guest",
    "page engineer",
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
    "opening hours",
    "exchange rate",
    "diagnose",
    "preview",
    "balance",
    "read sensor",
]
# The verbs of REST and CRUD for what reads and leaves all as it is, as programs put them at the head of a name whatever
# their language, and the same ones in those languages of briefs whose speakers name tools in their own words: names in
# other scripts than Latin and Cyrillic are left to the embedder. It takes `get order` for an order. `get or create`,
# `find and replace` do more than look.
LOOKING = re.compile(
    r"(?:get|list|find|search|fetch|read|query|show|view|lookup|describe|count"
    r"|such[en]*|find[en]+|hole?n?|les[en]+|zeigen?|abfragen?|auflisten"
    r"|chercher|trouver|obtenir|lire|consulter|lister|afficher|voir|compter"
    r"|buscar|encontrar|obtener|obter|leer|ler|consultar|listar|mostrar|ver|contar"
    r"|cerca|cercare|trova|trovare|ottieni|ottenere|leggi|leggere|consulta|elenca|mostra|vedi"
    r"|zoek|zoeken|vind|haal|lees|toon|bekijk|szukaj|znajd[zź]|pobierz|odczytaj|sprawd[zź]|poka[zż]|wy[sś]wietl"
    r"|ara|bul|getir|oku|sorgula|listele|g[oö]ster|найти|искать|получить|прочитать|показать|список|запросить"
    r")(?![^\W_])(?!.* (?:and|or) )"
)
NEAREST = 3
"""A name is judged by its mean similarity to this many of the nearest examples of each sort."""
# How programs name the arguments that say which one is meant, or who. Values under other names belong to a call.
IDENTIFYING = re.compile(
    r"(?:^|\b)(?:id|ids|number|no|nr|ref|reference|code|e ?mail|mail|phone|mobile|account|username|customer|patient"
    r"|name)$"
)
ROW_END = "; "
TRIAL_FLAGS = ("dry run", "preview", "simulate", "check only", "validate only")
LEAST_IDENTIFIER, STEM = 3, 4
"""An identifier has so many signs at least; by so many of its first letters a word of a tool's name is known."""


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
    tried = _tried(calls, replies)
    last: dict[str, ToolCall] = {}
    found: dict[tuple[str, str], list[Changed]] = {}
    for call in calls:
        before, last[call.name] = last.get(call.name), call
        if before is None or (before.changes and before.outcome is Outcome.CONFIRMED):
            continue
        after = bisect_left(replies, call.position)
        if not call.changes and bisect_left(replies, before.position) == after:
            continue
        ours, theirs = dict(stated(before.arguments)), dict(stated(call.arguments))
        shared = ours.keys() & theirs
        other = [name for name in ours if name in shared and ours[name] != theirs[name]]
        if len(shared) < 2 * len(other):
            continue
        for name in other:
            if not call.changes and len(tried[call.name, name, after]) > 1:
                continue
            if not _is_kind_of_request(label_of(name)) and (before.changes or not IDENTIFYING.search(label_of(name))):
                change = Changed(label_of(name), ours[name], theirs[name], call.position, call.memory_id)
                found.setdefault((call.name, name), []).append(change)
    return [one for of_argument in found.values() for one in _with_the_newest(of_argument)]


def _tried(calls: Sequence[ToolCall], replies: Sequence[int]) -> dict[tuple[str, str, int], set[str]]:
    """The values that lookups tried for an argument between two of the customer's messages. Of several nobody knows
    which is wanted."""
    found: dict[tuple[str, str, int], set[str]] = {}
    for call in calls:
        for name, value in stated(call.arguments) if not call.changes else ():
            found.setdefault((call.name, name, bisect_left(replies, call.position)), set()).add(value)
    return found


def amended(calls: Sequence[ToolCall]) -> dict[UUID, list[Changed]]:
    """For each change, by its memory, the arguments that a later change of the same thing was given otherwise, each
    with its newest value.

    It is the same thing where the later call names what the earlier one brought, such as a booking's number, and the
    two tools' names have a word in common: what else is done for a new customer is no change of the customer.
    """
    things = _Things()
    found: dict[UUID, dict[str, Changed]] = {}
    for call in calls:
        if call.changes and not call.command and call.outcome is not Outcome.FAILED:
            earlier = things.of(call)
            for before in earlier if call.outcome is Outcome.CONFIRMED else ():
                found.setdefault(before.memory_id, {}).update(_given_anew(before, call))
            things.add(call, is_new=not earlier)
        things.see(call)
    return {memory_id: list(changes.values()) for memory_id, changes in found.items() if changes}


class _Things:
    """What changes brought, by the identifiers that their results gave it, with all changes of it so far."""

    def __init__(self) -> None:
        self._changes: dict[str, list[ToolCall]] = {}
        self._seen: set[str] = set()

    def of(self, call: ToolCall) -> list[ToolCall]:
        """The earlier changes of what a call names."""
        named = [one for value in _values(call.arguments) for one in self._changes.get(value, ())]
        return [one for one in named if _words(one.spoken) & _words(call.spoken)]

    def add(self, call: ToolCall, *, is_new: bool) -> None:
        """Keep a change with the identifiers that it brought, or of what was brought before."""
        if is_new:
            brought = {squeezed(value) for name, value in leaves(call.result) if _is_number_of_it(name, value)}
            self._changes |= {value: [call] for value in brought - self._seen - _values(call.arguments)}
        else:
            for value in _values(call.arguments) & self._changes.keys():
                self._changes[value].append(call)

    def see(self, call: ToolCall) -> None:
        """What a call gave or brought is nothing new any more."""
        self._seen |= _values(call.arguments) | _values(call.result)


def _is_number_of_it(name: str, value: str) -> bool:
    """Whether a value of a result says which one was made: a booking's number, but no day and no amount."""
    is_named = value.isdigit() and IDENTIFYING.search(label_of(name)) is not None
    return len(value) >= LEAST_IDENTIFIER and (is_named or kind_of(value) is ValueKind.IDENTIFIER)


def _values(tree: Any) -> set[str]:
    return {said for _, value in leaves(tree) if len(said := squeezed(value)) >= LEAST_IDENTIFIER}


def _words(name: str) -> set[str]:
    """The words of a tool's name, by how they begin: `reserve` and `reservation` are one."""
    return {word[:STEM] for word in name.split() if len(word) >= STEM}


def _given_anew(before: ToolCall, call: ToolCall) -> Iterable[tuple[str, Changed]]:
    """The arguments of a change that a later one was given otherwise; people name the new value `new_date` too."""
    old = {label_of(name): value for name, value in stated(before.arguments)}
    for name, value in stated(call.arguments):
        label = label_of(name).removeprefix("new ")
        if label in old and squeezed(old[label]) != squeezed(value) and not IDENTIFYING.search(label):
            yield label, Changed(label, old[label], value, call.position, call.memory_id)


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


def _call(memory: SourceMemory, place: int, changing: Mapping[str, bool]) -> ToolCall:
    action = memory.action
    assert action is not None  # noqa: S101 (the caller chose memories of calls)
    result, command = results.parsed(action.result), _command(action.arguments)
    changes = changing[action.name] and not only_tries(action.arguments)
    read = results.outcome(result, is_command=bool(command), changes=changes)
    outcome = action.outcome if action.outcome is not Outcome.UNKNOWN else read
    output = results.output(result) if command else ""
    return ToolCall(action.name, action.arguments, result, outcome, changes, place, memory.id, command, output)


@cache
def _examples() -> np.ndarray:
    """The vectors of the examples, which hold nothing of a conversation: made once a process."""
    return salience.vectors([*CHANGES, *LOOKS])


def _nearest(alike: np.ndarray) -> np.ndarray:
    nearest: np.ndarray = np.sort(alike, axis=1)[:, -NEAREST:].mean(axis=1)
    return nearest


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


def is_trial_of(one: ToolCall, change: ToolCall) -> bool:
    """Whether a call only tried what a later one did: the same tool was given the same, but for what said that it shall
    only be tried."""
    is_tried = one.name == change.name and only_tries(one.arguments) and not only_tries(change.arguments)
    return is_tried and _of_the_thing(one) == _of_the_thing(change)


def _of_the_thing(call: ToolCall) -> dict[str, str]:
    """What a call was given but for what says whether it only tries."""
    given = ((label_of(name), squeezed(value)) for name, value in stated(call.arguments))
    return {label: value for label, value in given if label not in TRIAL_FLAGS and not _is_kind_of_request(label)}


def only_tries(arguments: Mapping[str, Any]) -> bool:
    """Whether a call was only to try out: a flag such as `dry_run`, or a kind of request that is to check."""
    for name, value in arguments.items():
        label, said = label_of(str(name)), str(value).casefold()
        if label in TRIAL_FLAGS and said in ("true", "yes", "1"):
            return True
        if _is_kind_of_request(label) and said in ("check", "preview", "dry run", "dry_run", "validate"):
            return True
    return False
