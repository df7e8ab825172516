"""Weighing the statements of a conversation: what to quote, and what each one does."""

from collections.abc import Collection, Sequence

import numpy as np

from warmline_memory.language.statements import statements
from warmline_memory.salience import signs
from warmline_memory.salience.context import around
from warmline_memory.salience.model import ACTS, IN_CONTEXT, Floats, model
from warmline_memory.salience.sentences import vectors
from warmline_memory.salience.turns import Statement, Turn, Weights

PROMISED_FROM = 0.55
"""From this weight a promise is sure enough for a heading: precision .96 on held-out conversations, recall .58, and in
parts of five turns, which say less, .92 to .96."""
MIND_FROM = 0.94
"""From this weight a rule is sure enough for a heading: precision .95 on held-out examples, recall .38."""


def load() -> None:
    """Load the model and the sentence encoder now, so that nobody's request waits for them. Raises ``WrongWeights``."""
    model()
    vectors(["."])


def weigh(turns: Sequence[Turn], used: Collection[str] = (), goal: str = "") -> list[tuple[Statement, Weights]]:
    """The statements of the turns, in order, each with its weights.

    ``used`` are values that tools used or that stand in slots; ``goal`` is what the receiver is to do.
    """
    said = split(turns)
    if not said:
        return []
    read = vectors([one.text for one in said])
    before = followed(turns, said, read)
    speakers = [turns[one.turn].speaker for one in said]
    shapes = signs.shapes([one.text for one in said], speakers)
    places = signs.places(turns, said, read, used, vectors([goal])[0] if goal.strip() else None)
    keep, acts = model().keep(read, before, shapes, places), model().acts(read, shapes)
    seen = around(turns, said, model().told(read, shapes))
    acts[:, [ACTS.index(act) for act in IN_CONTEXT]] = model().in_context(seen, shapes, places)
    return [(one, Weights(float(kept), *map(float, row))) for one, kept, row in zip(said, keep, acts, strict=True)]


def split(turns: Sequence[Turn]) -> list[Statement]:
    """The statements of the turns."""
    return [
        Statement(index, start, end, turn.text[start:end])
        for index, turn in enumerate(turns)
        for start, end in statements(turn.text)
    ]


def followed(turns: Sequence[Turn], said: Sequence[Statement], read: Floats) -> Floats:
    """The vector of what each statement follows on: the last statement of the other side before it, or none."""
    before = np.zeros_like(read)
    last: dict[str, int] = {}
    for index, one in enumerate(said):
        speaker = turns[one.turn].speaker
        heard = [at for other, at in last.items() if other != speaker]
        if heard:
            before[index] = read[max(heard)]
        last[speaker] = index
    return before
