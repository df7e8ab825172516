"""Repeating: whether somebody's own words say again what a forgotten memory said.

A line of a brief cites its memories, so it goes with them. What people write beside it cites nothing: what a flag says
should stand there, its note, the question to a source. It goes only where it repeats the forgotten content; that it
shares an everyday word with it is not enough.
"""

import json
import re
from collections.abc import Iterator

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


class OwnWords:
    """Words that somebody wrote, read once, to be compared with many memories."""

    def __init__(self, text: str) -> None:
        self._telling = _telling(text)
        self._length = min(RUN, len(WORD.findall(text)))
        self._runs = {run for run in _runs(text, self._length) if len(set(terms.read(" ".join(run)))) > 1}

    def repeat(self, said: str) -> bool:
        """Whether these words say again what was said.

        They do where they name the same thing by an identifier (an order number, an e-mail address), where they quote
        a run of words, or where both say much the same: at least half of the words of either carry the same meaning.
        """
        said_telling = _telling(said)
        shared = self._telling & said_telling
        return (
            any(terms.is_identifier(term) for term in shared)
            or (bool(shared) and 2 * len(shared) >= max(len(said_telling), len(self._telling)))
            or not self._runs.isdisjoint(_runs(said, self._length))
        )


def _telling(text: str) -> set[str]:
    """The terms of a text that can tell it from another: words that carry meaning, and identifiers; `yes`, `2` and
    `2026` stand in too many texts."""
    return {term for term in terms.read(text) if term.isalpha() or terms.is_identifier(term)}


def _runs(text: str, length: int) -> Iterator[tuple[str, ...]]:
    """The words of a text in runs of that length."""
    words = WORD.findall(text.casefold())
    return (tuple(words[start : start + length]) for start in range(len(words) - length + 1))
