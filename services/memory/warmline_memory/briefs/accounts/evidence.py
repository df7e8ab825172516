"""Evidence: the record of a chain as passages that a statement can rest on, and what of them a statement is about."""

import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice, pairwise
from typing import Any
from uuid import UUID

import numpy as np

from warmline_memory.briefs.accounts import stances
from warmline_memory.briefs.accounts.polarity import LETTERS, stems, told_words, without_denials
from warmline_memory.language import exact_values
from warmline_memory.language.exact_values import Exact, Key
from warmline_memory.language.trees import leaves
from warmline_memory.language.words import label_of
from warmline_memory.reading.results import parsed
from warmline_memory.salience import Vectors, vectors
from warmline_memory.source_memory import SourceMemory
from warmline_schemas.memories import Action, Outcome, Role

# No sentence ends behind a sign, a day such as `12.` or `Dr.`.
SENTENCE = re.compile(
    r"(?<!\b\w\.)(?<!(?<![:.,])\b\d\d\.)(?<!\b[A-Z][a-z]\.)(?<=[.!?…])\s+|(?<=[。؟।])\s*|(?<=[!?])(?=[\u2e80-\u9fff])|\n\s*"
)
FIELD = re.compile(r"(?:^|[;:] )([^;:]{1,60})(?=: )")
LONGEST_NAME = 60
"""An argument of more signs is prose."""
MOST_LEAVES = 60
"""Of an action with more values than this the first are read."""
MOST_CHARS, MOST_SENTENCES, MOST_VALUES = 20_000, 300, 500
"""Of a memory with more signs or sentences than this the beginning is read sentence by sentence."""
SEVERAL = 3
"""With so many arguments two calls that share all but one are of the same thing."""
MOST_READ, NEWEST = 40, 10
"""So many passages at most are compared with a statement by meaning: those that share most with it, and the newest."""
# What test runners, compilers and shells write when a run has failed (pytest, jest, go, cargo, JUnit, Python, make);
# they write English whatever the language of the work.
RUN_FAILED = re.compile(
    r"\b[1-9]\d* (?:failed|failing|failures?|errors?)\b|\bFAIL(?:ED|URE)?\b|\bTraceback\b|\bfailures?: [1-9]"
    r"|\b(?:error|fatal|exception)\b\s*[:\[]|\bexit(?:ed)?(?: (?:with|code|status)){1,2}:? [1-9]|\bpanicked\b",
)
RUN_PASSED = re.compile(
    r"\b\d+ pass(?:ed|ing)\b|\btest result: ok\b|^ok\b|\bBUILD SUCCESS|\b0 (?:failed|failures|errors)\b"
)


@dataclass(eq=False)
class Passage:
    """A sentence, a named value, a call, or one record of its result: what one place of the record says."""

    memory: SourceMemory
    place: int
    text: str
    action: Action | None = None
    call: str = ""
    """For a record of a result: what was asked for, if anything."""
    is_row: bool = False
    """Whether it is a record or a line of a call's result."""
    after: str = ""
    """Of a sentence: the one behind it in the same message."""

    @cached_property
    def values(self) -> list[Exact]:
        """The exact values in it."""
        return exact_values.find(f"{self.text[:MOST_CHARS]}; {self.call}")[:MOST_VALUES]

    @cached_property
    def keys(self) -> frozenset[Key]:
        """The keys of all its values."""
        return frozenset(key for value in self.values for key in value.keys)

    @cached_property
    def stems(self) -> frozenset[str]:
        """The beginnings of its words; names of fields may also be written together, as in `startTime`."""
        names = FIELD.findall(self.text) if self.action else ()
        return stems(f"{self.text} {self.call} {' '.join(name.replace(' ', '') for name in names)}")

    @property
    def is_ours(self) -> bool:
        """Whether the customer did not say it: an agent, a tool or a note did."""
        return self.memory.role is not Role.USER

    @property
    def asks(self) -> bool:
        """Whether it ends with a question."""
        return asks(self.text)

    @property
    def is_a_run(self) -> bool:
        """Whether it is a call whose result reads like that of a test run or a build."""
        return bool(RUN_FAILED.search(self._result) or RUN_PASSED.search(self._result))

    @cached_property
    def _result(self) -> str:
        result = self.action.result if self.action else ""
        return result if isinstance(result, str) else json.dumps(result)

    @property
    def outcome(self) -> Outcome | None:
        """What is known of the effect of a call; a run that says that it failed has failed."""
        if self.action is None:
            return None
        if self.action.outcome is Outcome.FAILED or RUN_FAILED.search(self._result):
            return Outcome.FAILED
        return Outcome.CONFIRMED if RUN_PASSED.search(self._result) else self.action.outcome


def asks(text: str) -> bool:
    """Whether a text ends with a question."""
    return text.rstrip("”\"' ").endswith(("?", "？", "؟"))


@dataclass(eq=False)
class Record:
    """The memories of a chain, oldest first, as passages; made once and asked for every statement."""

    memories: Sequence[SourceMemory]
    passages: list[Passage] = field(init=False)
    _meanings: dict[int, Any] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.passages = [passage for place, memory in enumerate(self.memories) for passage in _passages(memory, place)]

    @cached_property
    def keys(self) -> frozenset[Key]:
        """The keys of all values of the record."""
        return frozenset[Key]().union(*(passage.keys for passage in self.passages))

    @cached_property
    def _squeezed(self) -> tuple[str, frozenset[int]]:
        """All letters and digits of the record, a line for each passage, and where in it words begin or end."""
        parts, at, ends = [], 0, set()
        for passage in self.passages:
            for word in re.findall(r"[^\W_]+", passage.text.casefold()):
                parts.append(word)
                ends |= {at, at + len(word)}
                at += len(word)
            parts.append("\n")
            at += 1
        return "".join(parts), frozenset(ends)

    def has_written(self, identifier: str) -> bool:
        """Whether an identifier stands in the record, whatever blanks and signs are between its letters and digits."""
        text, ends = self._squeezed
        place = text.find(identifier)
        while place >= 0:
            if place in ends and place + len(identifier) in ends:
                return True
            place = text.find(identifier, place + 1)
        return False

    @cached_property
    def words(self) -> frozenset[str]:
        """All words of the record, in small letters."""
        return frozenset(word.casefold() for passage in self.passages for word in LETTERS.findall(passage.text))

    @cached_property
    def units(self) -> set[str]:
        """The units that the record counts or names anything in."""
        counted = {value.unit for passage in self.passages for value in passage.values}
        return counted | exact_values.units_of(self.words)

    @cached_property
    def stems_of_calls(self) -> frozenset[str]:
        """What calls were and were given: the words of their names and short arguments, which may name a thing."""
        calls = [passage for passage in self.passages if passage.action is not None and not passage.is_row]
        parts = [part for passage in calls for part in passage.text.split(";") if len(part) <= LONGEST_NAME]
        return stems(" ".join(parts)) | self.stems_of_tools

    @cached_property
    def stems_of_tools(self) -> frozenset[str]:
        """The words of the names of tools."""
        return stems(" ".join(label_of(memory.action.name) for memory in self.memories if memory.action))

    @cached_property
    def rows(self) -> list[Passage]:
        """The records and lines of all results."""
        return [passage for passage in self.passages if passage.is_row]

    @cached_property
    def stems_of_rows(self) -> frozenset[str]:
        """The words of all records of results."""
        return frozenset[str]().union(*(row.stems for row in self.rows))

    @cached_property
    def repeated(self) -> frozenset[int]:
        """The places of calls that were made again later, with the same arguments and another result. What a search
        lists may be another page of the same."""
        newest: dict[str, Any] = {}
        return frozenset(
            place
            for place, action in self._single_calls()
            if newest.setdefault(_asked(action), action.result) != action.result
        )

    @cached_property
    def replaced(self) -> frozenset[int]:
        """The places of calls that were made again with one other argument of several, which then holds instead: the
        version of a service, the day of a booking."""
        newest: dict[str, Any] = {}
        found = set()
        for place, action in self._single_calls():
            for name, value in action.arguments.items() if len(action.arguments) >= SEVERAL else ():
                if action.outcome is Outcome.CONFIRMED and newest.setdefault(_asked(action, name), value) != value:
                    found.add(place)
        return frozenset(found)

    def _single_calls(self) -> Iterator[tuple[int, Action]]:
        """The calls that gave no list, with their places, the newest first."""
        for place, memory in reversed(list(enumerate(self.memories))):
            if memory.action is not None and not isinstance(parsed(memory.action.result), list):
                yield place, memory.action

    @cached_property
    def newest_run(self) -> list[Passage]:
        """The call of tests or of a build that was made last, with its result."""
        runs = [passage for passage in self.passages if passage.is_a_run]
        return [passage for passage in runs if passage.place == runs[-1].place]

    @cached_property
    def outdated(self) -> dict[Key, Passage]:
        """The keys of values of slots that a newer value of the slot replaced, with the passage that did."""
        slots = [passage for passage in self.passages if passage.memory.slot and passage.action is None]
        newest = {_slot(passage): passage for passage in slots}
        held = {key for passage in newest.values() for key in passage.keys}
        return {key: newest[_slot(passage)] for passage in slots for key in passage.keys - held}

    def near(self, stem: frozenset[str], keys: frozenset[Key], cited: Sequence[UUID]) -> list[int]:
        """The passages to compare a statement with: cited ones, those that share most with it, and the newest."""
        scores = np.array([len(stem & p.stems) / (4 + len(p.stems)) ** 0.5 + len(keys & p.keys) for p in self.passages])
        best = np.argsort(-scores, kind="stable")[:MOST_READ].tolist()
        asked = [number for number, passage in enumerate(self.passages) if passage.memory.id in set(cited)]
        return sorted({*asked[:MOST_READ], *best, *range(max(0, len(self.passages) - NEWEST), len(self.passages))})

    @cached_property
    def by_words(self) -> dict[tuple[str, ...], list[Passage]]:
        """The sentences of the record by their words but for what denies, oldest first."""
        found: dict[tuple[str, ...], list[Passage]] = defaultdict(list)
        for passage in self.passages:
            if passage.action is None:
                found[without_denials(told_words(passage.text))].append(passage)
        return found

    def meanings(self, numbers: Sequence[int]) -> Vectors:
        """The embeddings of passages."""
        new = [number for number in numbers if number not in self._meanings]
        texts = [self.passages[number].text for number in new]
        self._meanings.update(zip(new, vectors(texts), strict=True))
        return np.stack([self._meanings[number] for number in numbers]) if numbers else vectors([])

    def stances(self, numbers: Sequence[int]) -> Vectors:
        """What passages claim (``stances``)."""
        return stances.of(self.meanings(numbers))


def _asked(action: Action, but: str = "") -> str:
    """A call's name and arguments, without one of them."""
    arguments = {name: value for name, value in action.arguments.items() if name != but}
    return json.dumps([action.name, but, arguments], default=str, sort_keys=True)


def _slot(passage: Passage) -> str:
    return passage.memory.slot.name.casefold() if passage.memory.slot else ""


def _passages(memory: SourceMemory, place: int) -> Iterator[Passage]:
    action, slot = memory.action, memory.slot
    if slot is not None:
        yield Passage(memory, place, exact_values.plain(f"{label_of(slot.name)}: {slot.value}"))
    if action is not None:
        name, said = label_of(action.name), exact_values.plain(_stated(action.arguments))
        yield Passage(memory, place, f"{name} ({said})", action)
        for row in islice(_rows(parsed(action.result)), MOST_LEAVES):
            yield Passage(memory, place, exact_values.plain(f"{name}: {row}"), action, said, is_row=True)
    if action is None or not memory.content.startswith(action.name):
        split = SENTENCE.split(exact_values.plain(memory.content[:MOST_CHARS]), maxsplit=MOST_SENTENCES)
        sentences = [sentence.strip() for sentence in split if sentence.strip()]
        for sentence, after in pairwise((*sentences, "")):
            yield Passage(memory, place, sentence, after=after)


def _rows(result: Any) -> Iterator[str]:
    """A result as one text for each of its records or lines: what stands in one object belongs together, and with what
    is said of all in the object around it."""
    if isinstance(result, str):
        yield from (line for line in result.splitlines() if line.strip())
    elif isinstance(result, list):
        for row in result:
            yield from _rows(row)
    elif isinstance(result, Mapping):
        inner = [value for value in result.values() if isinstance(value, list) and value and _are_records(value)]
        of_all = _stated({name: value for name, value in result.items() if value not in inner})
        yield from filter(None, [of_all])
        yield from (f"{of_all}; {row}" if of_all else row for rows in inner for row in _rows(rows))
    elif result is not None:
        yield str(result)


def _are_records(rows: Sequence[Any]) -> bool:
    return all(isinstance(row, Mapping) for row in rows)


def _stated(tree: Any) -> str:
    """The values of a JSON value with their names."""
    named = islice(leaves(tree), MOST_LEAVES)
    return "; ".join(f"{label_of(name)}: {value}" if name else value for name, value in named)
