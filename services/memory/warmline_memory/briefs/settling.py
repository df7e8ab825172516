"""Settling: which statements a change that was made answers, so that nobody asks for it again."""

import re
from bisect import bisect_left
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from warmline_memory import salience
from warmline_memory.language import phrases
from warmline_memory.language.trees import leaves
from warmline_memory.reading.calls import ToolCall
from warmline_memory.reading.record import Said
from warmline_memory.reading.runs import writes_files
from warmline_memory.salience import Speaker
from warmline_schemas.memories import Outcome

# Longer numbers count by their parts: Python reads none of more than 4,300 digits.
NUMBER = re.compile(r"\d{1,18}")
HALF_A_DAY, LEAST_LETTERS = 12, 4
NEAR, RELATED = 0.6, 0.3
"""The exchange that led to a change begins with the first statement of the customer that is so nearly as like the call
as any; what was said before it belongs to it where it is still so like the call, and states one of its values."""


Heard = tuple[Said, str, NDArray[np.float32]]
"""A statement with the message that it is a part of, and its meaning."""


def settled(spoken: Sequence[Heard], calls: Sequence[ToolCall]) -> list[bool]:
    """For each statement whether a change settles it.

    A change settles the exchange that led to it since the change before, and earlier words with a value of its own, but
    not statements with numbers that it does not have: those are of something else, or of more than it did.
    """
    found = [False] * len(spoken)
    made = [one for one in calls if is_made(one)]
    given = [f"{one.spoken} {' '.join(value for _, value in leaves(one.arguments))}" for one in made]
    places = [said.position for said, _, _ in spoken]
    start = 0
    for call, change in zip(made, salience.vectors(given), strict=True):
        end = bisect_left(places, call.position)
        known = _numbers(call)
        for at in (start + at for at in _led_to(spoken[start:end], change, call)):
            found[at] = known >= set(map(int, NUMBER.findall(spoken[at][1])))
        start = end
    return found


def _led_to(spoken: Sequence[Heard], change: NDArray[np.float32], call: ToolCall) -> list[int]:
    """The places of the statements that led to a change: the exchange before it, and what states a value of it."""
    theirs = [at for at, (said, _, _) in enumerate(spoken) if said.speaker is Speaker.CUSTOMER]
    if not theirs:
        return []
    alike = np.stack([spoken[at][2] for at in theirs]) @ change
    begins = theirs[int((alike >= NEAR * alike.max()).argmax())]
    related = {at for at, near in zip(theirs, alike, strict=True) if at < begins and near >= RELATED * alike.max()}
    values = [phrases.folded(value) for _, value in leaves(call.arguments) if len(value) >= LEAST_LETTERS]
    return [*(at for at in related if _states(spoken[at][1], values)), *range(begins, len(spoken))]


def _states(text: str, values: Sequence[str]) -> bool:
    said = phrases.folded(text)
    return any(value in said and phrases.holds(said, value) for value in values)


def is_made(call: ToolCall) -> bool:
    """Whether a call changed something for the customer."""
    return call.changes and call.outcome is Outcome.CONFIRMED and not call.command and not writes_files(call)


def _numbers(call: ToolCall) -> set[int]:
    """The numbers of a call and its result, hours of the afternoon also as people say them."""
    stated = " ".join(value for tree in (call.arguments, call.result) for _, value in leaves(tree))
    numbers = set(map(int, NUMBER.findall(stated)))
    return numbers | {number - HALF_A_DAY for number in numbers if HALF_A_DAY < number <= 2 * HALF_A_DAY}
