"""Freshness: which notes a later one finished, reversed or replaced."""

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations

import numpy as np

from warmline_memory import salience
from warmline_memory.reading.notes import Note
from warmline_schemas.briefs import SectionName

# Words of four letters and more: shorter ones are articles and prepositions in most languages that put blanks between
# words. Digits count as letters, so that `TN-88` and `bed 3` tell things apart.
WORD = re.compile(r"[^\W_]{4,}|\d+")
DIGITS = re.compile(r"\d+(?:[.,]\d+)*")
STEM = 4
"""Words that begin with the same so many letters count as one: `write` and `writing`, `escribir` and `escritas`."""
# Measured on 24 pairs of notes in five languages, of which none is in a data set: with these bounds no step counted as
# finished by a note on another thing (`tests for the import`, `tests for the export`), and 5 of 8 finished ones did.
SAME_STEP, SHARED_WORDS, SAME_WITHOUT_WORDS = 0.55, 0.6, 0.85
SAME_DECISION = 0.58
SAME_FIGURE = 0.6
REPLACING = (SectionName.DECIDED, SectionName.FIGURES, SectionName.SEVERITY, SectionName.MOOD, SectionName.RULES)
"""In these sections a later note on the same thing takes the place of an earlier one, which is shown as past."""
MOST_COMPARED = 400
"""Only the newest so many notes are compared with each other: time grows with the square of their number."""


def fresh(notes: Sequence[Note]) -> list[Note]:
    """Notes, oldest first, as they hold now.

    A step that a later note says is done is no step any more, and what was done and is a step again later is not done.
    An earlier decision or figure on the same thing becomes the ``was`` of the later one.
    """
    older, notes = notes[:-MOST_COMPARED], notes[-MOST_COMPARED:]
    if len(notes) < 2:
        return list(notes)
    meaning = salience.vectors([note.text for note in notes])
    plain = salience.vectors([DIGITS.sub(" ", note.text) for note in notes])
    alike, alike_plain = meaning @ meaning.T, plain @ plain.T
    gone: dict[int, int] = {}
    for earlier, later in combinations(range(len(notes)), 2):
        if _is_overtaken(notes[earlier], notes[later], alike[earlier, later], alike_plain[earlier, later]):
            gone[earlier] = later
    return [*older, *(_with_past(note, place, notes, gone) for place, note in enumerate(notes) if place not in gone)]


def _is_overtaken(earlier: Note, later: Note, alike: np.floating, alike_plain: np.floating) -> bool:
    if earlier.text == later.text:
        return earlier.section is later.section or _is_step_and_done(earlier, later)
    if _is_step_and_done(earlier, later):
        return _is_same_step(earlier, later, float(alike))
    if earlier.section is not later.section or earlier.section not in REPLACING:
        return False
    if earlier.section is SectionName.FIGURES:
        return float(alike_plain) >= SAME_FIGURE
    # Two notes that differ in a number alone speak of two things: `bed 3` and `bed 4`.
    return float(alike) >= SAME_DECISION and DIGITS.sub("", earlier.text) != DIGITS.sub("", later.text)


def _is_step_and_done(earlier: Note, later: Note) -> bool:
    return {earlier.section, later.section} == {SectionName.NEXT_STEPS, SectionName.DONE}


def _is_same_step(earlier: Note, later: Note, alike: float) -> bool:
    own, other = _stems(earlier.text), _stems(later.text)
    if not own:
        return alike >= SAME_WITHOUT_WORDS
    return alike >= SAME_STEP and len(own & other) >= SHARED_WORDS * len(own)


def _stems(text: str) -> set[str]:
    return {word[:STEM] for word in WORD.findall(text.casefold())}


def _with_past(note: Note, place: int, notes: Sequence[Note], gone: dict[int, int]) -> Note:
    """A note with what it replaced, where it replaced something of its own section."""
    before = [notes[earlier] for earlier, later in gone.items() if later == place]
    replaced = [one for one in before if one.section is note.section and one.text != note.text]
    if not replaced:
        return note
    ids = tuple(dict.fromkeys([*note.memory_ids, *replaced[-1].memory_ids]))
    return replace(note, was=replaced[-1].text, memory_ids=ids)
