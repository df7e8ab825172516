"""Actions: every tool call, whether it changes anything, and what is known of its outcome."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from warmline_memory.language.one_reading import read_once
from warmline_memory.language.values import ValueKind, kind_of
from warmline_memory.language.verbs import CHANGES, READS
from warmline_memory.language.words import label_of, word_set
from warmline_memory.source_memory import SourceMemory
from warmline_schemas.memories import Outcome, Role

ROW_END = "; "
CALL_KINDS = word_set("type mode action operation kind intent method")
TRIALS = frozenset({"dry run", "preview", "simulate", "check only", "validate only", "test"})
# Tools rarely return a field for the outcome, so it is read from the words of a result: failure first, for `could not
# be cancelled` holds a word of success too. What neither pattern finds stays unknown, and a brief says so.
FAILED = re.compile(
    r"\b(?:fail(?:ed|ure|s)?|errors?|exception|traceback|unavailable|not available|denied"
    r"|declined|rejected|invalid|unable|"
    r"cannot|can't|could not|couldn't|conflict\w*|not found|unsuccessful|must provide|timed? ?out|exceeded|forbidden|"
    r"unauthori[sz]ed|refused|not (?:allowed|permitted|possible)|does not exist|insufficient"
    r"|no (?:\w+ ){1,2}(?:available|left))\b",
    re.I,
)
SUCCEEDED = re.compile(
    r"\b(?:success\w*|succeeded|confirmed|completed|approved|accepted"
    r"|(?<!not )(?:been )?(?:booked|scheduled|created|updated|"
    r"cancell?ed|submitted|sent|saved|deleted|refunded|shipped|reserved|purchased|paid|applied"
    r"|merged|deployed)|done|ok)\b",
    re.I,
)
# A call without any result failed only where the agent apologised right afterwards.
SORRY = re.compile(
    r"\b(?:sorry|unfortunately|unable|fail(?:ed|ure)?|not successful|unsuccessful|couldn't|could not|error)\b", re.I
)
# A result that says so makes a change of a call whose name does not: `query` answers `Your ride was booked`.
CHANGED = re.compile(
    r"\b(?:been|is|was|your) (?:\w+ )?(?:booked|scheduled|created|updated|cancell?ed|changed"
    r"|submitted|reserved|purchased"
    r"|refunded|registered)\b|\bsubmitted successfully\b",
    re.I,
)
# Only what stands under such a key says how a call went. Other fields hold texts of anybody, such as a product called
# `Error 404`.
STATUS_KEY = re.compile(r"\b(?:status|message|error|errors|reason|detail|outcome|result|confirmation|success|ok)\b")


@dataclass(frozen=True, slots=True)
class Deed:
    """A tool call as a brief tells it. `position` is its memory's place in the session."""

    name: str
    arguments: Mapping[str, Any]
    result: Any
    outcome: Outcome
    changes: bool
    position: int
    memory_id: UUID
    mode: str = ""
    """How it was called where that makes a lookup of it: `check`, `preview`, `dry run`."""

    @property
    def subject(self) -> str:
        """What the tool is about."""
        return subject(self.name)

    @property
    def has_subject(self) -> bool:
        """Whether the tool's name says what it is about: `think` and `calculate` do not."""
        return not word_set(self.subject) <= READS | CHANGES

    @property
    def topic(self) -> frozenset[str]:
        """The words of what the tool is about."""
        return frozenset(self.subject.split())

    @property
    def spoken(self) -> str:
        """The tool's name in words; `table check` where `book_table` was only asked to check."""
        return f"{self.subject} {self.mode}" if self.mode else label_of(self.name)


def read(memories: Sequence[SourceMemory]) -> list[Deed]:
    """The tool calls of a session, oldest first. An outcome that the caller gave is kept."""
    deeds = []
    for position, memory in enumerate(memories):
        action = memory.action
        if action is None:
            continue
        result = parsed(action.result)
        mode = looking_mode(action.arguments)
        changes = not mode and (is_change(action.name) or any(map(CHANGED.search, status_texts(result))))
        outcome = action.outcome
        if outcome is Outcome.UNKNOWN:
            outcome = infer(result, changes, _next_words(memories, position))
        deeds.append(Deed(action.name, action.arguments, result, outcome, changes, position, memory.id, mode))
    return deeds


def looking_mode(arguments: Mapping[str, Any]) -> str:
    """The argument that makes a lookup of a call, whatever its tool can do: one that names a kind of call and is a verb
    of looking (`request_type: Check`), or a raised flag for trying out (`dry_run: true`). Empty where there is none."""
    for name, value in arguments.items():
        label = label_of(name)
        if label.split()[-1] in CALL_KINDS and str(value).lower() in READS:
            return str(value).lower()
        if label in TRIALS and str(value).lower() in ("true", "yes", "1"):
            return label
    return ""


def is_change(name: str) -> bool:
    """Whether a tool of this name changes something: by its verb, the first or the last word that is one."""
    words = label_of(name).split()
    for word in (*words[:1], *words[-1:], *words):
        if word in READS:
            return False
        if word in CHANGES:
            return True
    return False


@read_once
def subject(name: str) -> str:
    """What a tool or a target of this name is about: the last three of its words that are no verbs, in the singular."""
    words = label_of(name).split()
    nouns = ([word for word in words if word not in READS and word not in CHANGES] or words)[-3:]
    return " ".join(word[:-1] if word.endswith("s") and not word.endswith("ss") else word for word in nouns)


def infer(result: Any, changes: bool, next_words: str) -> Outcome:
    """What a result says of an outcome. A missing result is a failure only where the agent then said so."""
    said = " ; ".join(status_texts(result))
    if result is None:
        return Outcome.FAILED if SORRY.search(next_words) else Outcome.UNKNOWN
    if said and FAILED.search(said):
        return Outcome.FAILED
    if changes and ((said and SUCCEEDED.search(said)) or _flagged(result)):
        return Outcome.CONFIRMED
    return Outcome.UNKNOWN


def status_texts(result: Any) -> list[str]:
    """The parts of a result that say how it went: a bare string, or what stands under a key such as `status`."""
    if isinstance(result, str):
        return [result] if len(result) <= 300 else [result[:300]]
    if isinstance(result, Mapping):
        return [str(value) for key, value in result.items() if STATUS_KEY.search(label_of(str(key))) and _plain(value)]
    return []


def parsed(result: Any) -> Any:
    """A result that is JSON in a string, as JSON; anything else as it is."""
    if isinstance(result, str) and result.lstrip()[:1] in ("{", "["):
        try:
            return json.loads(result)
        except ValueError:
            return result
    return result


def leaves(tree: Any, name: str = "") -> Iterable[tuple[str, str]]:
    """The plain values of a JSON value with the name each stands under, in order."""
    if _plain(tree):
        if said := str(tree).strip():
            yield name, said
    elif isinstance(tree, Mapping):
        for key, value in tree.items():
            yield from leaves(value, str(key))
    elif isinstance(tree, list | tuple):
        for item in tree:
            yield from leaves(item, name)


def stated(arguments: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    """What a call's arguments state, each value with its name. Things in a list stay together, for what is true of one
    is not true of the next: `Mei Brown 1990-02-01; Raj Silva 1988-07-05`. Identifiers in a list stand for themselves.
    """
    for name, value in arguments.items():
        if isinstance(value, Mapping):
            yield from stated(value)
        elif isinstance(value, list) and not all(map(_is_identifier, value)):
            rows = [" ".join(text for _, text in leaves(item)) for item in value]
            yield str(name), ROW_END.join(filter(None, rows))
        else:
            yield from leaves(value, str(name))


def _is_identifier(item: Any) -> bool:
    return _plain(item) and kind_of(str(item)) is ValueKind.IDENTIFIER


def _next_words(memories: Sequence[SourceMemory], position: int) -> str:
    following = memories[position + 1 : position + 2]
    return following[0].content if following and following[0].role is Role.AGENT else ""


def _flagged(result: Any) -> bool:
    return isinstance(result, Mapping) and any(
        result.get(key) is True for key in ("ok", "success", "succeeded", "confirmed")
    )


def _plain(value: Any) -> bool:
    return isinstance(value, str | int | float | bool)
