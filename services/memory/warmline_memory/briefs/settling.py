"""Settling: which statements a change that was made answers, so that nobody asks for it again."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from itertools import compress
from typing import Any

import numpy as np
from numpy.typing import NDArray

from warmline_memory import salience
from warmline_memory.language import phrases
from warmline_memory.language.trees import leaves
from warmline_memory.language.words import is_long, label_of
from warmline_memory.reading.calls import IDENTIFYING, ToolCall, stated
from warmline_memory.reading.record import Said
from warmline_memory.reading.runs import writes_files
from warmline_memory.salience import Speaker
from warmline_schemas.memories import Outcome

# Longer numbers count by their parts: Python reads none of more than 4,300 digits.
NUMBER = re.compile(r"\d{1,18}")
HALF_A_DAY, SHORT = 12, 2
NEAR, RELATED = 0.6, 0.3
"""The exchange that led to a change begins with the first statement of the customer that is so nearly as like the call
as any; what was said before it belongs to it where it is still so like the call, and states one of its values."""


Heard = tuple[Said, str, NDArray[np.float32]]
"""A statement with the message that it is a part of, and its meaning."""


def settled(spoken: Sequence[Heard], calls: Sequence[ToolCall]) -> list[bool]:
    """For each statement whether a change settles it.

    A change settles the exchange that led to it since the change before, and earlier words with a value of its own, but
    not statements with numbers that it does not have: those are of something else, or of more than it did. Beside one
    that it has, a day, an hour or a count may be what was changed: `I am away on the 7th, can it come on the 9th?`
    """
    found = [False] * len(spoken)
    made = [one for one in calls if is_made(one)]
    given = [f"{one.spoken} {' '.join(value for _, value in leaves(one.arguments))}" for one in made]
    places = [said.position for said, _, _ in spoken]
    start, before, past = 0, -1, set[int]()
    for call, change in zip(made, salience.vectors(given), strict=True):
        end = bisect_left(places, call.position)
        since = [one for one in calls if before <= one.position < call.position]
        searches = [one for one in since if led_to(one, call)]
        known = _numbers(call).union(*(_counts(one.arguments) for one in searches))
        shown = set(map(int, NUMBER.findall(" ".join(value for one in searches for _, value in leaves(one.result)))))
        past |= _short_numbers(value for one in since for _, value in leaves(one.result))
        stated_before = past | _short_numbers(_of_others(spoken[start:end]))
        first = min((bisect_left(places, one.position) for one in searches), default=end) - start
        for at in (start + at for at in _led_to(spoken[start:end], change, call, first)):
            numbers = set(map(int, NUMBER.findall(spoken[at][1])))
            # What an agent tells of what was found is asked of nobody.
            new = numbers - known - (shown if spoken[at][0].speaker is Speaker.AGENT else set())
            found[at] = not new or (bool(numbers & known) and new <= stated_before) or _is_answered(new, spoken[at:end])
        start, before = end, call.position
    return found


def _is_answered(numbers: Set[int], spoken: Sequence[Heard]) -> bool:
    """Whether a customer's statement is the first of these, and the agent repeated these numbers after it."""
    said = spoken[0][0]
    answers = [text for one, text, _ in spoken if one.speaker is Speaker.AGENT]
    return said.speaker is Speaker.CUSTOMER and numbers <= {int(one) for one in NUMBER.findall(" ".join(answers))}


def led_to(lookup: ToolCall, change: ToolCall) -> bool:
    """Whether a lookup found what a change was given, the hotel that was booked then, or was given the same."""
    return not lookup.changes and (is_found_by(lookup, change) or _is_given_the_same(lookup, change))


def _is_given_the_same(lookup: ToolCall, change: ToolCall) -> bool:
    """Whether a lookup was for what a change was given then: what both were given under one name is equal, and among it
    is a value that stands nowhere by chance. Where that says which one is meant, the lookup showed how it was."""
    asked, given = (dict(stated(one.arguments)) for one in (lookup, change))
    shared = asked.keys() & given
    if any(IDENTIFYING.search(label_of(name)) for name in shared):
        return False
    same = [(phrases.folded(asked[name]), phrases.folded(given[name])) for name in shared]
    return all(one == other for one, other in same) and any(is_long(one) for one, _ in same)


def is_found_by(lookup: ToolCall, change: ToolCall) -> bool:
    """Whether a lookup found something that a change was given."""
    given = {phrases.folded(value) for _, value in leaves(change.arguments) if is_long(value)}
    new = given - {phrases.folded(value) for _, value in leaves(lookup.arguments)}
    return bool(new) and any(phrases.folded(value) in new for _, value in leaves(lookup.result))


def _of_others(spoken: Sequence[Heard]) -> Iterator[str]:
    """What the agent or somebody else said, but not the customer."""
    return (text for said, text, _ in spoken if said.speaker is not Speaker.CUSTOMER)


def _short_numbers(texts: Iterable[str]) -> set[int]:
    """The numbers of texts that may be days, hours or counts."""
    return {int(number) for text in texts for number in NUMBER.findall(text) if len(number) <= SHORT}


def _counts(arguments: Mapping[str, Any]) -> set[int]:
    """The numbers that a lookup was given, but for those that say which one is meant."""
    given = [value for name, value in stated(arguments) if not IDENTIFYING.search(label_of(name))]
    return {int(number) for value in given for number in NUMBER.findall(value)}


def _led_to(spoken: Sequence[Heard], change: NDArray[np.float32], call: ToolCall, search: int) -> list[int]:
    """The places of the statements that led to a change: the exchange before it, from the message on that led to the
    place of its search, and what states a value of it. To whoever had the work before the customer spoke of other
    things, unless their words are nearly as like the call as any."""
    theirs = [at for at, (said, _, _) in enumerate(spoken) if said.speaker is Speaker.CUSTOMER]
    if not theirs:
        return []
    alike = np.stack([spoken[at][2] for at in theirs]) @ change
    agent = spoken[theirs[int(alike.argmax())]][0].memory.agent
    same = np.array([spoken[at][0].memory.agent == agent for at in theirs])
    begins = theirs[int((same & (alike >= NEAR * alike.max())).argmax())]
    asked = [spoken[at][0] for at in theirs if at < search][-1:]
    begins = min([begins, *(at for at in theirs if spoken[at][0] in asked)])
    values = {phrases.folded(value) for _, value in leaves(call.arguments) if is_long(value)}
    stated = {at: _stated(spoken[at][1], values) for at in theirs if at < begins}
    in_message: dict[int, set[str]] = {}
    for at, own in stated.items():
        in_message.setdefault(spoken[at][0].position, set()).update(own)
    # A message to the same agent that states two values of the call is about it, however it is worded.
    is_whole = same & np.array([len(in_message.get(spoken[at][0].position, ())) > 1 for at in theirs])
    near = is_whole | (alike >= np.where(same, RELATED, NEAR) * alike.max())
    return [*(at for at in compress(theirs, near) if stated.get(at)), *range(begins, len(spoken))]


def _stated(text: str, values: Set[str]) -> set[str]:
    """Which values a text states."""
    said = phrases.folded(text)
    return {value for value in values if value in said and phrases.holds(said, value)}


def is_made(call: ToolCall) -> bool:
    """Whether a call changed something for the customer."""
    return call.changes and call.outcome is Outcome.CONFIRMED and not call.command and not writes_files(call)


def _numbers(call: ToolCall) -> set[int]:
    """The numbers of a call and its result, hours of the afternoon also as people say them."""
    stated = " ".join(value for tree in (call.arguments, call.result) for _, value in leaves(tree))
    numbers = set(map(int, NUMBER.findall(stated)))
    return numbers | {number - HALF_A_DAY for number in numbers if HALF_A_DAY < number <= 2 * HALF_A_DAY}
