"""Pressing: the words of a session by which its handoff is urgent, where nobody said how urgent it is.

A regression over the embedding of a statement. ``python -m bench.salience.pressing`` trains it and says what holds.
"""

from collections.abc import Iterable
from pathlib import Path

import numpy as np

from warmline_memory import salience
from warmline_memory.briefs.phrases import QUOTES
from warmline_memory.briefs.regression import Regression
from warmline_memory.briefs.spoken import Spoken
from warmline_memory.language.detecting import language_of
from warmline_memory.language.words import clip
from warmline_memory.salience import Speaker
from warmline_schemas.briefs import BriefLine
from warmline_schemas.handoffs import Urgency

MODEL = Regression(Path(__file__).with_name("pressing.npz"))
LEAST, LEAST_IN_OTHERS = 0.4, 0.8
"""How likely a statement is pressing at least, in the languages that the encoder learned and in others."""
QUOTED_WORDS = 16
LAST_STATEMENTS = 12
"""So many of the last statements of customers and notes are looked at: what was pressing before may be over."""


def found(spoken: Iterable[Spoken]) -> Spoken | None:
    """The latest statement of a customer or a note by which a handoff is urgent; None where there is none."""
    last = [one for one in spoken if one.said.speaker is not Speaker.AGENT][-LAST_STATEMENTS:]
    if not last:
        return None
    likely = MODEL.probabilities(np.stack([one.meaning for one in last]))[:, 1]
    language = language_of(" ".join(one.plain for one in last))
    least = LEAST if language is None or language in salience.LEARNED else LEAST_IN_OTHERS
    return next((one for one, share in zip(reversed(last), likely[::-1], strict=True) if share >= least), None)


def line(said: Spoken) -> BriefLine:
    """That a handoff is urgent, with the words that say so. More than `high` nobody can tell from words."""
    quote = clip(_plain(said).translate(QUOTES), QUOTED_WORDS)
    return BriefLine(label="urgency", text=f"{Urgency.HIGH} (“{quote}”)", memory_ids=[said.said.memory.id])


def is_whole(said: Spoken) -> bool:
    """Whether the line has all that the statement says, and nobody needs to read it again."""
    return clip(_plain(said), QUOTED_WORDS) == _plain(said)


def _plain(said: Spoken) -> str:
    return " ".join(said.plain.split())
