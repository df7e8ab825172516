"""Importance: how much a memory matters, estimated from the memory alone."""

import math
import re
from collections.abc import Iterable

from warmline_memory.language.values import ValueKind, find
from warmline_memory.language.words import content_words
from warmline_memory.reading.actions import is_change
from warmline_memory.reading.mood import FEELING
from warmline_schemas.memories import Action, Outcome, Role, Slot

HIGHEST = 0.95
SMALL_TALK = 0.1

# One pattern for each sign of the table in ``estimate``. They need not be exact: each sign moves an estimate only a
# little, and the caller may state the importance instead.
COMMITMENT = re.compile(
    r"\b(?:i'll|i will|we'll|we will|promised?|agreed?|decided?|guarantee\w*|commit\w*|deadline"
    r"|must|confirmed|approved|by (?:mon|tues|"
    r"wednes|thurs|fri|satur|sun)day)\b",
    re.I,
)
REQUEST = re.compile(
    r"\?|\b(?:i want|i need|i'd like|would like|wants|needs|please|can you|could you|request\w*)\b", re.I
)
NEGATION = re.compile(
    r"\b(?:not|no|never|cannot|but|however|except|unless|instead|wrong|fail(?:ed|s|ure)?|missing"
    r"|lost|stolen|broken|error"
    r"|discrepancy|overcharge\w*|unable|denied|problem|issue)\b|n't\b",
    re.I,
)
WEIGHTY_KIND = re.compile(
    r"^(?:issue|problem|decision|promise|commitment|blocker|error|fact|goal|request|handoff|summary)"
)

WEIGHTS = {
    "content": 0.08,
    "user": 0.06,
    "note": 0.10,
    "identifier": 0.50,
    "amount": 0.42,
    "figure": 0.15,
    "moment": 0.15,
    "name": 0.08,
    "commitment": 0.18,
    "request": 0.15,
    "negation": 0.18,
    "emotion": 0.15,
    "kind": 0.25,
    "slot": 0.45,
    "lookup": 0.15,
    "change": 0.40,
    "failure": 0.25,
}
SORTS = {
    ValueKind.IDENTIFIER: "identifier",
    ValueKind.EMAIL: "identifier",
    ValueKind.PHONE: "identifier",
    ValueKind.MONEY: "amount",
    ValueKind.FIGURE: "figure",
    ValueKind.PATH: "figure",
    ValueKind.NUMBER: "name",
    ValueKind.NAME: "name",
    ValueKind.DATE: "moment",
    ValueKind.TIME: "moment",
    ValueKind.WEEKDAY: "moment",
}


def estimate(content: str, *, role: Role | None, kind: str, action: Action | None, slot: Slot | None) -> float:
    """How much a memory matters, 0 to 1, without a language model: the signs of weight it shows, combined.

    Each sign has a weight w; the estimate is 1 - (1 - 0.1)(1 - w₁)(1 - w₂)… (a noisy-or: every further sign adds, less
    the more there are), at most 0.95. Full weight is left to handoffs. Without any sign a memory is small talk: 0.1.

    ========== ====  ===================================================================
    sign       w     the memory …
    ========== ====  ===================================================================
    content    0.08  has three words of substance or more
    user       0.06  holds the user's own words
    note       0.10  is nobody's words: a note that an agent chose to keep
    identifier 0.50  names an identifier, an e-mail address or a telephone number
    amount     0.42  names an amount of money
    figure     0.15  gives a rate, a ratio, a command or a path
    moment     0.15  gives a date, a day or a time
    name       0.08  gives a name or a number
    commitment 0.18  promises, decides or agrees
    request    0.15  asks or wants
    negation   0.18  denies, contrasts, or reports that something is wrong
    emotion    0.15  shows feeling
    kind       0.25  is kept as an issue, decision, promise, fact, goal or the like
    slot       0.45  states a named value
    lookup     0.15  records a call that only reads
    change     0.40  records a call that changes something
    failure    0.25  records a call that failed
    ========== ====  ===================================================================
    """
    signs = {*_signs_of_words(content), *_signs_of_shape(role, kind, action, slot)}
    if not signs - {"user", "note"}:
        return SMALL_TALK
    rest = math.prod(1.0 - WEIGHTS[sign] for sign in sorted(signs))
    return round(min(HIGHEST, 1.0 - (1.0 - SMALL_TALK) * rest), 4)


def _signs_of_words(content: str) -> Iterable[str]:
    yield from (SORTS[value.kind] for value in find(content) if value.kind in SORTS)
    patterns = {"commitment": COMMITMENT, "request": REQUEST, "negation": NEGATION, "emotion": FEELING}
    if len(content_words(content)) >= 3:
        yield "content"
        yield from (sign for sign, pattern in patterns.items() if pattern.search(content))


def _signs_of_shape(role: Role | None, kind: str, action: Action | None, slot: Slot | None) -> Iterable[str]:
    if role is Role.USER:
        yield "user"
    if role is None and action is None:
        yield "note"
    if WEIGHTY_KIND.match(kind):
        yield "kind"
    if slot is not None:
        yield "slot"
    if action is not None:
        yield "change" if is_change(action.name) else "lookup"
        if action.outcome is Outcome.FAILED:
            yield "failure"
