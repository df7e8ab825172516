"""Freshness: what was said earlier and is no longer so."""

import re
from collections.abc import Sequence
from dataclasses import replace

from warmline_memory.briefs.facts import Fact
from warmline_memory.briefs.moments import minutes
from warmline_memory.briefs.sources import SourceMemory, merged
from warmline_memory.briefs.values import Value, ValueKind, find
from warmline_memory.briefs.words import contains, count, squeezed
from warmline_schemas.memories import Role

WHEN = frozenset({ValueKind.DATE, ValueKind.TIME, ValueKind.WEEKDAY})
WHEN_WORDS = frozenset({"time", "date", "day", "when"})
NICKNAME_LETTERS = 3
NUMBER_WORDS = {
    "1": "one",
    "2": "two",
    "3": "three",
    "4": "four",
    "5": "five",
    "6": "six",
    "7": "seven",
    "8": "eight",
    "9": "nine",
}


def current(facts: Sequence[Fact], memories: Sequence[SourceMemory]) -> list[Fact]:
    """The facts without what was said in passing and a later call states in its own way; replaced times with the
    customer's wording beside the tool's."""
    last = max((fact.position for fact in facts if fact.topic and fact.kind in WHEN), default=-1)
    kept = [fact for fact in facts if fact.topic or fact.position >= last or not _says_when(fact)]
    called = [fact for fact in kept if fact.topic and len(fact.value) > 1]
    return [_worded(fact, memories) for fact in kept if not _is_taken_up(fact, called)]


class Timeline:
    """What was said and done when, for asking of an earlier sentence whether it still holds."""

    def __init__(self, memories: Sequence[SourceMemory], facts: Sequence[Fact]) -> None:
        self._true_now = {squeezed(fact.value) for fact in facts}
        self._gone: dict[str, int] = {}
        for fact in facts:
            if fact.was:
                self._gone[fact.was] = max(fact.position, self._gone.get(fact.was, -1))
        self._called = max((fact.position for fact in facts if fact.topic and fact.kind in WHEN), default=-1)
        self._said: dict[str, int] = {}
        for position, memory in enumerate(memories):
            if memory.role is Role.USER:
                self._said.update((_sort(value), position) for value in find(memory.content))

    def is_outdated(self, sentence: str, position: int) -> bool:
        """Whether a sentence said at this position states a value that something said or done later has replaced."""
        values = [value for value in find(sentence) if squeezed(value.text) not in self._true_now]
        if not values:
            return False
        whole = squeezed(sentence)
        for old, at in self._gone.items():
            if at > position and (squeezed(old) in whole or is_nickname(sentence, old)):
                return True
        changing = [value for value in values if value.kind in WHEN or value.kind is ValueKind.MONEY]
        if changing and self._called > position:
            return True
        return any(self._said.get(_sort(value), -1) > position for value in changing)


def is_nickname(text: str, name: str) -> bool:
    """Whether a text calls a name by a short form: `Chi-town` for Chicago, `San Fran`, `LA`."""
    words = re.findall(r"[A-Za-z]+", name)
    initials = "".join(word[0] for word in words).upper()
    for said in re.findall(r"[A-Za-z]+", text):
        if len(words) > 1 and said == initials:
            return True
        stem = said[:NICKNAME_LETTERS].lower()
        if said[0].isupper() and len(stem) == NICKNAME_LETTERS and any(word.lower().startswith(stem) for word in words):
            return True
    return False


def _sort(value: Value) -> str:
    return "when" if value.kind in WHEN else value.kind


def _is_taken_up(fact: Fact, called: Sequence[Fact]) -> bool:
    """Whether a call took its value out of a free answer: `one in Chi-town, please` and then `Chicago`."""
    if fact.topic or fact.identifies:
        return False
    for later in called:
        said = NUMBER_WORDS.get(later.value, later.value)
        if later.position > fact.position and count(fact.value) > 4 and contains(fact.value, said):
            return True
        if later.was and is_nickname(fact.value, later.was) and not contains(fact.value, later.value):
            return True
    return False


def _says_when(fact: Fact) -> bool:
    if "birth" in fact.label:
        return False
    if count(fact.value) > 2 and any(value.kind in WHEN for value in find(fact.value)):
        return True
    return (fact.kind in WHEN or fact.loose) and bool(WHEN_WORDS.intersection(fact.label.split()))


def _worded(fact: Fact, memories: Sequence[SourceMemory]) -> Fact:
    """A replaced time together with the words in which it was agreed: `16:00 (4 pm)`."""
    if fact.was is None or fact.kind is not ValueKind.TIME:
        return fact
    for memory in reversed(memories):
        for value in find(memory.content) if memory.action is None else ():
            other_words = value.kind is ValueKind.TIME and squeezed(value.text) != squeezed(fact.value)
            if other_words and minutes(value.text) == minutes(fact.value):
                return replace(fact, value=f"{fact.value} ({value.text})", ids=merged(fact.ids, (memory.id,)))
    return fact
