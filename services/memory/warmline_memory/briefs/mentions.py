"""Mentions: the statements by which somebody says who they are, or what was tried in vain.

A regression over the embedding of a statement. ``python -m bench.briefs.mentions`` trains it and says what holds. Who
takes over asks for both: whom to call by name, and what need not be tried again.
"""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from warmline_memory.briefs.regression import Regression
from warmline_memory.briefs.spoken import Spoken
from warmline_memory.language import phrases
from warmline_memory.salience import Speaker

MODEL = Regression(Path(__file__).with_name("mentions.npz"))
KINDS = NAMED, TRIED = ("named", "tried")
SAYS_WHO, SAYS_TRIED, SURELY_TRIED = 0.4, 0.5, 0.8
"""How likely a statement does so at least; from the last bound on it is sure enough for a heading. Held out, 19 of 30
statements by which somebody says who they are lie above the first (of 52), 36 of 46 attempts above the second (of 65),
and 19 above the last (of 21)."""
GREETINGS = 2
"""So many first messages of the customer can say who they are: a name that comes later is mostly somebody else's."""
LEAST_NEEDED = 0.5
"""What was tried in vain is needed so much at least."""


def marked(spoken: Sequence[Spoken], known: Sequence[str]) -> list[Spoken]:
    """The statements, with what they tell where they tell who the customer is, unless they do so with a name that is
    ``known``, or what was tried in vain."""
    if not spoken:
        return []
    shares = MODEL.probabilities(np.stack([one.meaning for one in spoken]))
    theirs = [one.statement.turn for one in spoken if one.said.speaker is Speaker.CUSTOMER]
    greetings = list(dict.fromkeys(theirs))[:GREETINGS]
    names = [phrases.folded(one) for one in known if one and not any(map(str.isdigit, one))]
    found = []
    for one, (_, named, tried) in zip(spoken, shares, strict=True):
        said = phrases.folded(one.plain)
        if (
            named >= SAYS_WHO
            and one.statement.turn in greetings
            and not any(phrases.holds(said, name) for name in names)
        ):
            found.append(replace(one, mentions=NAMED))
        elif tried >= SAYS_TRIED and not one.is_settled and not one.is_question:
            needed = one.needed(LEAST_NEEDED)
            found.append(replace(needed, mentions=TRIED) if tried >= SURELY_TRIED else needed)
        else:
            found.append(one)
    return found
