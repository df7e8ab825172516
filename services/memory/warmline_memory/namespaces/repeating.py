"""Repeating: whether somebody's own words say again what a forgotten memory said.

A line of a brief cites its memories, so it goes with them. What is written beside it cites nothing, such as the reason
of a handoff, what a flag says should stand there, the question to a source. It goes only where it repeats the forgotten
content; that it shares an everyday word with it is not enough.
"""

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from warmline_memory.language import terms
from warmline_memory.storage import tables

WORD = re.compile(r"\w+")
RUN = 3
"""Three words in a row are a quotation, where two of them carry meaning: `12 Elm Road`, but not `in the morning`."""


def said_by(memory: tables.Memory) -> list[str]:
    """What a memory says, each part for itself: its content, the value of its slot, and its action."""
    parts = [memory.content]
    if memory.slot:
        parts.append(str(memory.slot.get("value", "")))
    if memory.action:
        parts.append(json.dumps(memory.action, ensure_ascii=False))
    return parts


class Said:
    """What memories said, each part read once, and found by any of its words. What somebody wrote may be in as many
    places as there are memories, and comparing each with each would take their product."""

    def __init__(self, parts: Iterable[str]) -> None:
        self._texts = list(parts)
        self._telling = [_telling(text) for text in self._texts]
        self._with_term = defaultdict[str, list[int]](list)
        for place, telling in enumerate(self._telling):
            for term in telling:
                self._with_term[term].append(place)
        self._runs: dict[int, frozenset[tuple[str, ...]]] = {}

    def is_repeated_by(self, text: str) -> bool:
        """Whether somebody's own words say again what any part said.

        They do where they name the same thing by an identifier (an order number, an e-mail address), where they quote
        a run of words, or where both say much the same: at least half of the words of either carry the same meaning.
        """
        telling = _telling(text)
        return (
            any(terms.is_identifier(term) and term in self._with_term for term in telling)
            or self._says_much_the_same(telling)
            or self._is_quoted(text)
        )

    def _says_much_the_same(self, telling: set[str]) -> bool:
        # What shares half of the terms shares one of any larger part of them, so that the most common ones, which stand
        # in most parts, need not be looked up.
        rarest = sorted(telling, key=lambda term: len(self._with_term.get(term, ())))[: len(telling) // 2 + 1]
        places = {place for term in rarest for place in self._with_term.get(term, ())}
        likely = (self._telling[place] for place in places)
        return any(2 * len(telling & said) >= max(len(telling), len(said)) for said in likely)

    def _is_quoted(self, text: str) -> bool:
        words = _words(text)
        length = min(RUN, len(words))
        quoted = self._runs_of(length).intersection(_runs(words, length))
        return any(len(set(terms.read(" ".join(run)))) > 1 for run in quoted)

    def _runs_of(self, length: int) -> frozenset[tuple[str, ...]]:
        if length not in self._runs:
            self._runs[length] = frozenset(run for text in self._texts for run in _runs(_words(text), length))
        return self._runs[length]


def _telling(text: str) -> set[str]:
    """The terms of a text that can tell it from another: words that carry meaning, and identifiers; `yes`, `2` and
    `2026` stand in too many texts."""
    return {term for term in terms.read(text) if term.isalpha() or terms.is_identifier(term)}


def _words(text: str) -> list[str]:
    return WORD.findall(text.casefold())


def _runs(words: Sequence[str], length: int) -> Iterator[tuple[str, ...]]:
    """Words in runs of that length."""
    return (tuple(words[start : start + length]) for start in range(len(words) - length + 1))
