"""Pressing: the words of a session by which its handoff is urgent, where nobody said how urgent it is."""

import tomllib
from collections.abc import Iterable, Sequence
from functools import cache
from importlib.resources import files

import numpy as np

from warmline_memory import salience
from warmline_memory.briefs.phrases import QUOTES
from warmline_memory.briefs.spoken import Spoken
from warmline_memory.language.words import clip
from warmline_memory.salience import Speaker, Vectors
from warmline_schemas.briefs import BriefLine
from warmline_schemas.handoffs import Urgency

# By 109 sentences in 14 languages, of which none is an example: 40 of 50 pressing ones are found, and one of 59 others
# (`Our internet drops every evening`). In the last words of 573 recorded conversations that nobody wrote for this, 12
# were found, of which 4 tell of money that somebody takes from an account.
LEAST, PART = 0.09, 0.1
"""How much liker to pressing examples than to calm ones a statement is, with this part of the model's own weight."""
NEAREST = 3
"""A statement is judged by its mean likeness to so many of the nearest examples of each sort."""
LEAST_ALIKE, SURE = 0.25, 0.5
"""A statement that is like no pressing example counts only where the model's weight is at least a half."""
QUOTED_WORDS = 16
LAST_STATEMENTS = 12
"""So many of the last statements of customers and notes are looked at: what was pressing before may be over."""


def line(spoken: Iterable[Spoken]) -> BriefLine | None:
    """That a handoff is urgent, with the latest words of a customer or a note that say so: that there is a danger, or
    little time. None where none do. More than `high` nobody can tell from words."""
    said = _words(list(spoken))
    if said is None:
        return None
    quote = clip(" ".join(said.plain.split()).translate(QUOTES), QUOTED_WORDS)
    text = f"{Urgency.HIGH} (“{quote}”)"
    return BriefLine(label="urgency", text=text, memory_ids=[said.said.memory.id])


def _words(spoken: Sequence[Spoken]) -> Spoken | None:
    last = [one for one in spoken if one.said.speaker is not Speaker.AGENT][-LAST_STATEMENTS:]
    if not last:
        return None
    meanings = salience.vectors([one.statement.text for one in last])
    pressing, calm = (_nearest(meanings, examples) for examples in _examples())
    own = np.array([one.weights.urgency for one in last])
    found = (pressing - calm + PART * own >= LEAST) & ((pressing >= LEAST_ALIKE) | (own >= SURE))
    return next((one for one, is_pressing in zip(reversed(last), found[::-1], strict=True) if is_pressing), None)


def _nearest(meanings: Vectors, examples: Vectors) -> Vectors:
    alike: Vectors = np.sort(meanings @ examples.T, axis=1)[:, -NEAREST:].mean(axis=1)
    return alike


@cache
def _examples() -> tuple[Vectors, Vectors]:
    """The vectors of the examples, which hold nothing of a conversation: made once a process."""
    read = tomllib.loads((files(__package__) / "pressing.toml").read_text("utf-8"))
    return salience.vectors(read["pressing"]), salience.vectors(read["calm"])
