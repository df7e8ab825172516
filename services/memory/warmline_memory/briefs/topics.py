"""Matters: what a session is about, and whether it goes on with what an earlier brief tells.

Two values of one label replace each other only within one matter: the `city` of a hotel is not the `city` of a flight.
"""

import re
from bisect import bisect_left
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from warmline_memory.briefs.sources import BriefRequest
from warmline_memory.language.values import ValueKind, find, kind_of
from warmline_memory.language.words import content_words, sentences, squeezed, word_set
from warmline_memory.reading import questions
from warmline_memory.reading.actions import Deed, leaves, subject
from warmline_memory.reading.facts import Fact
from warmline_memory.source_memory import SourceMemory
from warmline_schemas.memories import Role

# A person's name says nothing of the topic; the name of an agent, a queue or a skill often is the topic.
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
    """What a session is about: what its last tool with a subject is for, else what its target is for."""
    about = [deed for deed in deeds if deed.has_subject]
    if about:
        return about[-1].subject
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


def named(
    facts: Iterable[Fact],
    deeds: Sequence[Deed],
    own: str,
    names: Mapping[str, str],
    memories: Sequence[SourceMemory],
) -> list[Fact]:
    """The facts of a session, each with its matter: that of its tool, else the session's own.

    What belongs to a matter that the session left behind is past, also what was said between two calls of such matters;
    who the customer is stays.
    """
    subjects = {deed.topic: deed.subject for deed in deeds}
    left = _left_behind(deeds, memories)
    places = [deed.position for deed in deeds]
    known = []
    for fact in facts:
        at = bisect_left(places, fact.position)
        around = {deed.topic for deed in deeds[max(at - 1, 0) : at + 1]}
        topic = deeds[at].topic if not fact.topic and 0 < at < len(deeds) and around <= left else fact.topic
        is_past = topic in left and not fact.lasting and (fact.found or not fact.identifies)
        known.append(replace(fact, matter=names[subjects.get(topic, own)], past=is_past))
    return known


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


def _left_behind(deeds: Sequence[Deed], memories: Sequence[SourceMemory]) -> set[frozenset[str]]:
    """The topics of calls that are not linked to the last one or to what the customer said since: by a word of the
    topic, by a value that one call found and another used, by an identifier that both used, or because the customer
    only answered questions in between."""
    calls = list({deed.name: deed for deed in deeds if deed.has_subject}.values())
    if len({call.topic for call in calls}) < 2:
        return set()
    used = {call.name: {squeezed(value) for _, value in leaves(call.arguments) if _points(value)} for call in calls}
    found = {call.name: _found(call) - used[call.name] for call in calls}
    last = max(calls, key=lambda call: call.position)
    spoken = _spoken_since(last.position, memories)
    at_hand = {call.name for call in calls if call is last or call.topic & spoken}
    turns = _turns(deeds, memories)
    grown = True
    while grown:
        joining = {
            call.name
            for call in calls
            for other in calls
            if call.name not in at_hand
            and other.name in at_hand
            and (turns[call.name] & turns[other.name] or _linked(call, other, used, found))
        }
        at_hand |= joining
        grown = bool(joining)
    topics = {call.topic for call in calls if call.name in at_hand}
    return {call.topic for call in calls} - topics


def _turns(deeds: Sequence[Deed], memories: Sequence[SourceMemory]) -> Mapping[str, set[int]]:
    """After how many of the customer's messages that were no answers to a question each tool was called."""
    spoken: list[int] = []
    asked = False
    for place, memory in enumerate(memories):
        if memory.role is Role.AGENT and memory.action is None:
            asked = any(questions.asks(part) and not questions.is_courtesy(part) for part in sentences(memory.content))
        elif memory.role is Role.USER and not asked:
            spoken.append(place)
    turns: dict[str, set[int]] = {}
    for deed in deeds:
        turns.setdefault(deed.name, set()).add(bisect_left(spoken, deed.position))
    return turns


def _spoken_since(position: int, memories: Sequence[SourceMemory]) -> set[str]:
    """The words that the customer used since, in the singular."""
    said = (memory.content for memory in memories[position + 1 :] if memory.role is Role.USER)
    return {word.removesuffix("s") for text in said for word in content_words(text)}


def _linked(one: Deed, other: Deed, used: Mapping[str, set[str]], found: Mapping[str, set[str]]) -> bool:
    both = {value for value in used[one.name] & used[other.name] if any(map(str.isdigit, value))}
    passed_on = used[one.name] & found[other.name] | found[one.name] & used[other.name]
    return bool(one.topic & other.topic or passed_on or both)


def _found(call: Deed) -> set[str]:
    return {squeezed(value) for _, value in leaves(call.result) if _points(value)}


def _points(value: str) -> bool:
    """Whether a value names one thing: an identifier or an address, a name, or more than one word."""
    kind = kind_of(value)
    return len(value) >= SHORTEST_POINTER and (
        kind in POINTING or kind is ValueKind.NAME or (kind is ValueKind.TEXT and " " in value)
    )


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
