"""Freshness: what was said earlier and is no longer so."""

import re
from collections.abc import Sequence
from dataclasses import replace

from warmline_memory.language.moments import minutes, same_date
from warmline_memory.language.values import Value, ValueKind, find, kind_of
from warmline_memory.language.words import contains, count, squeezed
from warmline_memory.reading.actions import ROW_END, leaves
from warmline_memory.reading.facts import Fact
from warmline_memory.source_memory import SourceMemory, merged
from warmline_schemas.memories import Role

WHEN = frozenset({ValueKind.DATE, ValueKind.TIME, ValueKind.WEEKDAY})
WHEN_WORDS = frozenset({"time", "date", "day", "when"})
# `Chi-town` and `San Fran` have three letters to go by. With two, every other word of a text would be a short form.
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
    called = [fact for fact in kept if fact.topic and (len(fact.value) > 1 or fact.value in NUMBER_WORDS)]
    return [_worded(fact, memories) for fact in kept if not _is_taken_up(fact, called)]


class Timeline:
    """What was said and done when, for asking of an earlier sentence whether it still holds."""

    def __init__(self, memories: Sequence[SourceMemory], facts: Sequence[Fact]) -> None:
        self._true_now = {squeezed(fact.value) for fact in facts}
        self._dates = {fact.value for fact in facts if fact.kind is ValueKind.DATE}
        self._dates |= {value for value in _used_last(memories) if kind_of(value) is ValueKind.DATE}
        self._times = {minutes(fact.value) for fact in facts if fact.kind is ValueKind.TIME}
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
        values = [value for value in find(sentence) if not self._is_true(value)]
        if not values:
            return False
        whole = squeezed(sentence)
        for old, at in self._gone.items():
            if at > position and (squeezed(old) in whole or is_nickname(sentence, old)):
                return True
        changing = [value for value in values if value.kind in WHEN or value.kind is ValueKind.MONEY]
        if self._called > position and any(value.kind in WHEN for value in changing):
            return True
        return any(self._said.get(_sort(value), -1) > position for value in changing)

    def _is_true(self, value: Value) -> bool:
        """Whether a value holds now, in whatever notation its date or time is written."""
        if value.kind is ValueKind.DATE:
            return any(same_date(value.text, date) for date in self._dates)
        if value.kind is ValueKind.TIME and minutes(value.text) in self._times:
            return True
        return squeezed(value.text) in self._true_now


def is_nickname(text: str, name: str) -> bool:
    """Whether a text calls a name by a short form: `Chi-town` for Chicago, `San Fran`, `LA`."""
    words = re.findall(r"[A-Za-z]+", name)
    initials = "".join(word[0] for word in words).upper()
    for said in re.findall(r"[A-Za-z]+", text):
        if len(words) > 1 and said == initials:
            return True
        stem = said[:NICKNAME_LETTERS].lower()
        if said[0].isupper() and len(stem) == NICKNAME_LETTERS and words and words[0].lower().startswith(stem):
            return True
    return False


def _used_last(memories: Sequence[SourceMemory]) -> list[str]:
    """The values of the last calls: all that were made without the customer speaking in between."""
    used: list[str] = []
    for memory in reversed(memories):
        if memory.action is not None:
            used.extend(value for _, value in leaves(memory.action.arguments))
        elif memory.role is Role.USER and used:
            break
    return used


def _sort(value: Value) -> str:
    return "when" if value.kind in WHEN else value.kind


def _is_taken_up(fact: Fact, called: Sequence[Fact]) -> bool:
    """Whether a call took its value out of what was said: `one in Chi-town, please` and then `Chicago`, `Anaheim, CA`
    and then `Anaheim`, or one of several things that a call lists."""
    if fact.topic:
        return False
    return any(_takes_up(later, fact) for later in called if later.value != fact.value)


def _takes_up(later: Fact, fact: Fact) -> bool:
    if fact.identifies:
        return ROW_END in later.value and contains(later.value, fact.value)
    if later.position < fact.position:
        return False
    if fact.kind is later.kind is ValueKind.DATE:
        return same_date(fact.value, later.value)
    if fact.value.startswith("“") and any(contains(later.value, one.text) for one in find(fact.value) if _names(one)):
        return True
    said = NUMBER_WORDS.get(later.value, later.value)
    is_part = contains(fact.value, said) and (count(fact.value) > 4 or said not in NUMBER_WORDS.values())
    is_part = is_part or fact.value.lower() == said
    names = [later.value, later.was] if later.was else [later.value]
    return is_part or any(count(name) <= 3 and is_nickname(fact.value, name) for name in names)


def _names(value: Value) -> bool:
    return value.kind is ValueKind.IDENTIFIER


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
