"""Settling: which statements a change that was made answers, so that nobody asks for it again."""

import re
from bisect import bisect_left
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from warmline_memory import salience
from warmline_memory.language.trees import leaves
from warmline_memory.reading.calls import ToolCall
from warmline_memory.reading.record import Said
from warmline_memory.reading.runs import writes_files
from warmline_memory.salience import Speaker
from warmline_schemas.memories import Outcome

# Longer numbers count by their parts: Python reads none of more than 4,300 digits.
NUMBER = re.compile(r"\d{1,18}")
HALF_A_DAY = 12
NEAR = 0.6
"""The exchange that led to a change begins with the first statement of the customer that is so nearly as like the call
as any."""


def settled(spoken: Sequence[tuple[Said, str, NDArray[np.float32]]], calls: Sequence[ToolCall]) -> list[bool]:
    """For each statement, given with its message and its meaning, whether a change settles it.

    A change settles the exchange that led to it since the change before, but for statements with numbers that it does
    not have: those are of something else, or of more than it did.
    """
    found = [False] * len(spoken)
    made = [one for one in calls if is_made(one)]
    given = [f"{one.spoken} {' '.join(value for _, value in leaves(one.arguments))}" for one in made]
    places = [said.position for said, _, _ in spoken]
    start = 0
    for call, change in zip(made, salience.vectors(given), strict=True):
        end = bisect_left(places, call.position)
        theirs = [at for at in range(start, end) if spoken[at][0].speaker is Speaker.CUSTOMER]
        if theirs:
            alike = np.stack([spoken[at][2] for at in theirs]) @ change
            begins = theirs[int((alike >= NEAR * alike.max()).argmax())]
            known = _numbers(call)
            for at in range(begins, end):
                found[at] = known >= set(map(int, NUMBER.findall(spoken[at][1])))
        start = end
    return found


def is_made(call: ToolCall) -> bool:
    """Whether a call changed something for the customer."""
    return call.changes and call.outcome is Outcome.CONFIRMED and not call.command and not writes_files(call)


def _numbers(call: ToolCall) -> set[int]:
    """The numbers of a call and its result, hours of the afternoon also as people say them."""
    stated = " ".join(value for tree in (call.arguments, call.result) for _, value in leaves(tree))
    numbers = set(map(int, NUMBER.findall(stated)))
    return numbers | {number - HALF_A_DAY for number in numbers if HALF_A_DAY < number <= 2 * HALF_A_DAY}
