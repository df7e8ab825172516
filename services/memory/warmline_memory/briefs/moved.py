"""Moved: figures of the record of which somebody said later what they went to."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from warmline_memory.briefs.drafts import VALUES, Draft
from warmline_memory.language import exact_values
from warmline_memory.language.exact_values import Exact
from warmline_memory.language.statements import statements
from warmline_memory.language.words import clip
from warmline_memory.reading.record import Said

MOST_BETWEEN = 16
"""Signs between two figures of one movement: `from 7 to 3 percent`, `von 7 % auf unter 3 %`, `7%から3%`."""
QUOTED_WORDS = 12


def marked(drafts: Sequence[Draft], said: Sequence[Said]) -> list[Draft]:
    """Lines of the record, those whose figure moved later with the words that say so: who reads `7 percent` alone takes
    it for what holds."""
    figures = [_figures(draft.line.text) if draft.section in VALUES else [] for draft in drafts]
    if not any(figures):
        return list(drafts)
    moves = [(one, text, was) for one in said for text, was in _moves(one.text)]
    return [_marked(draft, own, moves) for draft, own in zip(drafts, figures, strict=True)]


Move = tuple[Said, str, Exact]
"""Who said that a figure moved, in which words, and from what."""


def _marked(draft: Draft, figures: Sequence[Exact], moves: Sequence[Move]) -> Draft:
    later = [move for move in moves if move[0].position > draft.place and any(map(move[2].means, figures))]
    if not later:
        return draft
    said, text, _ = later[-1]
    ids = list(dict.fromkeys([*draft.line.memory_ids, said.memory.id]))
    change = {"since": [*draft.line.since, f"→ “{clip(text, QUOTED_WORDS)}”"], "memory_ids": ids}
    return replace(draft, line=draft.line.model_copy(update=change))


def _figures(text: str) -> list[Exact]:
    """The numbers of a text that count something."""
    return [one for one in exact_values.find(exact_values.plain(text)) if one.unit and one.kind == "number"]


def _moves(text: str) -> Iterator[tuple[str, Exact]]:
    """The statements of a text in which a figure goes to another one of its unit, and from which."""
    for start, end in statements(text):
        said = text[start:end]
        numbers = [one for one in exact_values.find(exact_values.plain(said)) if one.kind == "number"]
        for was, now in pairwise(numbers):
            is_near = now.start - was.start - len(was.text) <= MOST_BETWEEN
            if is_near and now.unit and was.unit in ("", now.unit) and not was.keys & now.keys:
                yield said, Exact(was.text, was.start, was.keys, now.unit)
