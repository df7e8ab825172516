"""Evidence: the record of a chain as passages that a statement can rest on, and what of them a statement is about."""

import json
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from uuid import UUID

import numpy as np

from warmline_memory.briefs import exact_values, stances
from warmline_memory.briefs.exact_values import Exact, Key
from warmline_memory.salience import Vectors, vectors
from warmline_memory.source_memory import SourceMemory
from warmline_schemas.memories import Action, Outcome, Role

SENTENCE = re.compile(r"(?<=[.!?…])\s+|(?<=[。！？؟।])\s*|\s*\n\s*")
WORD = re.compile(r"[^\W\d_]+")
MOST_LEAVES = 60
"""Of an action with more values than this the first are read."""
MOST_CHARS, MOST_SENTENCES, MOST_VALUES = 20_000, 300, 500
"""Of a memory with more signs or sentences than this the beginning is read sentence by sentence."""
MOST_READ = 40
"""So many passages at most are compared with a statement by meaning: those that share most with it."""
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
    """A sentence, a named value, or a call with its result: what one place of the record says."""

    memory: SourceMemory
    place: int
    text: str
    action: Action | None = None
    call: str = ""
    """For a record of a result: what was asked for."""

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
        """The beginnings of its words."""
        return stems(f"{self.text} {self.call}")

    @property
    def is_ours(self) -> bool:
        """Whether the customer did not say it: an agent, a tool or a note did."""
        return self.memory.role is not Role.USER

    @property
    def is_a_run(self) -> bool:
        """Whether it is a call whose result reads like that of a test run or a build."""
        return self.action is not None and bool(RUN_FAILED.search(self._result) or RUN_PASSED.search(self._result))

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


def stems(text: str) -> frozenset[str]:
    """The words of a text by their first five letters, so that forms of one word agree; of scripts without blanks the
    pairs of signs."""
    found: set[str] = set()
    for hit in WORD.finditer(text):
        word = hit.group().casefold()
        if word[0] > "\u2e7f":
            found.update(word[place : place + 2] for place in range(max(1, len(word) - 1)))
        elif len(word) > 2:
            found.add(word[:5])
    return frozenset(found)


@dataclass(eq=False)
class Record:
    """The memories of a chain, oldest first, as passages; made once and asked for every statement."""

    memories: Sequence[SourceMemory]
    passages: list[Passage] = field(init=False)

    def __post_init__(self) -> None:
        self.passages = [passage for place, memory in enumerate(self.memories) for passage in _passages(memory, place)]

    @cached_property
    def with_key(self) -> dict[Key, list[int]]:
        """The passages that state a value, by its keys."""
        found: dict[Key, list[int]] = defaultdict(list)
        for number, passage in enumerate(self.passages):
            for key in passage.keys:
                found[key].append(number)
        return found

    @cached_property
    def squeezed(self) -> str:
        """All letters and digits of the record, to look for identifiers however they are written."""
        return re.sub(r"[\W_]", "", "\n".join(passage.text for passage in self.passages).casefold())

    @cached_property
    def words(self) -> frozenset[str]:
        """All words of the record, in small letters."""
        return frozenset(word.casefold() for passage in self.passages for word in WORD.findall(passage.text))

    @cached_property
    def outdated(self) -> dict[Key, Passage]:
        """The keys of values of slots that a newer value of the slot replaced, with the passage that did."""
        newest: dict[str, Passage] = {}
        for passage in self.passages:
            if passage.memory.slot is not None and passage.action is None:
                newest[passage.memory.slot.name.casefold()] = passage
        held = {key for passage in newest.values() for key in passage.keys}
        return {
            key: newest[passage.memory.slot.name.casefold()]
            for passage in self.passages
            if passage.memory.slot is not None
            for value in exact_values.find(exact_values.plain(passage.memory.slot.value))
            for key in value.keys - held
        }

    def near(self, stem: frozenset[str], keys: frozenset[Key], cited: Sequence[UUID]) -> list[int]:
        """The passages to compare a statement with: cited ones, those that share most with it, and the newest."""
        scores = np.array([len(stem & p.stems) / (4 + len(p.stems)) ** 0.5 + len(keys & p.keys) for p in self.passages])
        best = np.argsort(-scores, kind="stable")[:MOST_READ].tolist()
        asked = [number for number, passage in enumerate(self.passages) if passage.memory.id in set(cited)]
        return sorted({*asked[:MOST_READ], *best, *range(max(0, len(self.passages) - 10), len(self.passages))})

    def likely(self, stem: frozenset[str]) -> list[Passage]:
        """The first passages of the three memories that have most of these words."""
        shared = {passage.place: (len(stem & all_of), passage) for passage, all_of in self._said}
        return [passage for count, passage in sorted(shared.values(), key=lambda one: -one[0])[:3] if count]

    def nearest(self, first: Passage, stem: frozenset[str]) -> Passage:
        """Of the passages of one memory the one that has most of these words."""
        same = [passage for passage in self.passages if passage.place == first.place and passage.action is None]
        return max(same, key=lambda passage: len(passage.stems & stem))

    def said_in(self, passage: Passage) -> str:
        """The words of the memory that a passage is of, the first 5,000 signs."""
        return exact_values.plain(passage.memory.content[:5_000])

    @cached_property
    def _said(self) -> list[tuple[Passage, frozenset[str]]]:
        firsts = {passage.place: passage for passage in reversed(self.passages) if passage.action is None}
        return [(passage, stems(self.said_in(passage))) for _, passage in sorted(firsts.items())]

    def meanings(self, numbers: Sequence[int]) -> Vectors:
        """The embeddings of passages."""
        known = self._known
        new = [number for number in numbers if number not in known]
        for number, row in zip(new, vectors([self.passages[number].text for number in new]), strict=True):
            known[number] = row
        return np.stack([known[number] for number in numbers]) if numbers else vectors([])

    def stances(self, numbers: Sequence[int]) -> Vectors:
        """What passages claim (``stances``)."""
        return stances.of(self.meanings(numbers))

    @cached_property
    def _known(self) -> dict[int, Any]:
        return {}


def _passages(memory: SourceMemory, place: int) -> Iterator[Passage]:
    action, slot = memory.action, memory.slot
    if slot is not None:
        yield Passage(memory, place, exact_values.plain(f"{_spoken(slot.name)}: {slot.value}"))
    if action is not None:
        said = exact_values.plain("; ".join(f"{name}: {value}" for name, value in _leaves(action.arguments)))
        yield Passage(memory, place, f"{_spoken(action.name)} ({said})", action)
        for group in _groups(action.result):
            yield Passage(memory, place, exact_values.plain(f"{_spoken(action.name)}: {group}"), action, said)
    if action is None or not memory.content.startswith(action.name):
        for sentence in SENTENCE.split(exact_values.plain(memory.content[:MOST_CHARS]), maxsplit=MOST_SENTENCES):
            if sentence.strip():
                yield Passage(memory, place, sentence.strip())


def _groups(result: Any) -> Iterator[str]:
    """A result as one text for each of its records: what stands in one object belongs together."""
    if isinstance(result, str):
        try:
            result = json.loads(result)
        except ValueError:
            yield from (line for line in result.splitlines()[:MOST_LEAVES] if line.strip())
            return
    rows = result if isinstance(result, list) else [result]
    for row in rows[:MOST_LEAVES]:
        said = "; ".join(f"{name}: {value}" if name else value for name, value in _leaves(row))
        if said:
            yield said


def _leaves(tree: Any, name: str = "") -> list[tuple[str, str]]:
    """The values of a JSON value with their names, the first 60."""
    found: list[tuple[str, str]] = []
    todo: list[tuple[str, Any]] = [(name, tree)]
    while todo and len(found) < MOST_LEAVES:
        name, one = todo.pop(0)
        if isinstance(one, dict):
            todo = [*((_spoken(str(key)), value) for key, value in one.items()), *todo]
        elif isinstance(one, list):
            todo = [*((name, value) for value in one), *todo]
        elif one is not None and one != "":
            found.append((name, str(one)))
    return found


def _spoken(name: str) -> str:
    """A name such as `cancel_order` or `StartTime` as words."""
    return " ".join(re.findall(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+|[^\W\d_A-Za-z]+", name)).lower() or name
