"""Matters: what a session is about, and whether it goes on with what an earlier brief tells.

Two values of one label replace each other only within one matter: the `city` of a hotel is not the `city` of a flight.
"""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from warmline_memory.briefs.actions import Deed, subject
from warmline_memory.briefs.facts import Fact
from warmline_memory.briefs.sources import BriefRequest, SourceMemory
from warmline_memory.briefs.values import ValueKind, find
from warmline_memory.briefs.words import squeezed, word_set

PEOPLE = re.compile(r"^human:")
SORT_OF_TARGET = re.compile(r"^\w+:")
SAYS_NOTHING = word_set(
    "agent assistant bot team queue skill specialist operator person people human support expert desk tier level shift"
)
"""Words of a target's name that say who it is, not what the work is about."""
POINTING = frozenset({ValueKind.IDENTIFIER, ValueKind.EMAIL, ValueKind.PHONE})
SHORTEST_POINTER = 5
"""An identifier or address of so many characters points to one thing: whoever names it again speaks of the same."""


def of_session(deeds: Sequence[Deed], request: BriefRequest) -> str | None:
    """What a session is about: what its last tool is for, else what its target is for."""
    if deeds:
        return deeds[-1].subject
    if PEOPLE.match(request.to):
        return None
    words = subject(SORT_OF_TARGET.sub("", request.to)).split()
    return " ".join(word for word in words if word.isalpha() and word not in SAYS_NOTHING) or None


def names(deeds: Sequence[Deed], own: str, taken: Collection[str]) -> Mapping[str, str]:
    """The names of a session's matters by their subjects: `event` for `event ticket` too where both are spoken of; a
    name that the chain knows already gets a number."""
    subjects = dict.fromkeys([own, *(deed.subject for deed in deeds)])
    widest = {
        name: min((other for other in subjects if set(other.split()) <= set(name.split())), key=len)
        for name in subjects
    }
    return {name: _unused(wide, taken) for name, wide in widest.items()}


def named(facts: Iterable[Fact], deeds: Sequence[Deed], own: str, names: Mapping[str, str]) -> list[Fact]:
    """The facts of a session, each with its matter: that of its tool, else the session's own."""
    subjects = {deed.topic: deed.subject for deed in deeds}
    return [replace(fact, matter=names[subjects.get(fact.topic, own)]) for fact in facts]


def goes_on(earlier: Sequence[Fact], now: Sequence[Fact], about: Collection[str], mentioned: Collection[str]) -> bool:
    """Whether a session speaks of the matters that an earlier brief tells.

    It does where it has no values of its own, or points to what they point to. Otherwise the matters must have a word
    in common (`about`: what the session is about), and the values under the same labels must rather agree than differ.
    """
    if not now or points_to(earlier, now, mentioned):
        return True
    told = {fact.matter for fact in earlier if fact.matter}
    if about and told and not _words(about) & _words(told):
        return False
    agreeing, differing = _compared(earlier, now)
    return len(agreeing) >= len(differing)


def points_to(earlier: Sequence[Fact], now: Sequence[Fact], mentioned: Collection[str]) -> bool:
    """Whether a session names identifiers or addresses of earlier facts, and not rather others under their labels."""
    pointers = [fact for fact in earlier if fact.kind in POINTING and len(fact.value) >= SHORTEST_POINTER]
    shared = {fact.label for fact in pointers if squeezed(fact.value) in mentioned}
    _, differing = _compared(pointers, now)
    return bool(shared) and len(shared) >= len(differing - shared)


def mentioned(memories: Iterable[SourceMemory]) -> set[str]:
    """Every identifier and address that stands in memories, squeezed."""
    return {squeezed(value.text) for memory in memories for value in find(memory.content) if value.kind in POINTING}


def _compared(earlier: Sequence[Fact], now: Sequence[Fact]) -> tuple[set[str], set[str]]:
    """The labels under which both tell the same value, and those under which they tell none in common."""
    values: dict[str, set[str]] = {}
    for fact in earlier:
        values.setdefault(fact.label, set()).add(squeezed(fact.value))
    both = {fact.label for fact in now} & values.keys()
    agreeing = {fact.label for fact in now if squeezed(fact.value) in values.get(fact.label, ())}
    return agreeing, both - agreeing


def _unused(name: str, taken: Collection[str]) -> str:
    number, fresh = 2, name
    while fresh in taken:
        fresh, number = f"{name} {number}", number + 1
    return fresh


def _words(names: Iterable[str]) -> set[str]:
    return {word for name in names for word in name.split() if word.isalpha()}
