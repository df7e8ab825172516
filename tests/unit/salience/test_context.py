"""What is around a statement, and what it tells of the statement."""

import numpy as np

from warmline_memory.salience import Speaker, Statement, Turn
from warmline_memory.salience.context import NOTHING, around
from warmline_memory.salience.model import ACTS


def test_each_statement_is_seen_with_those_beside_it_and_those_of_the_other_side() -> None:
    turns = [
        Turn(Speaker.CUSTOMER, "One."),
        Turn(Speaker.AGENT, "Two. Three."),
        Turn(Speaker.AGENT, "Four."),
        Turn(Speaker.CUSTOMER, "Five."),
    ]
    said = [Statement(0, 0, 4, "One."), Statement(1, 0, 4, "Two."), Statement(1, 5, 11, "Three."),
            Statement(2, 0, 5, "Four."), Statement(3, 0, 5, "Five.")]  # fmt: skip
    logits = np.arange(1.0, 6.0, dtype=np.float32)[:, None] * np.ones(len(ACTS), np.float32)
    own, before, after, heard, replied = (part[:, 0].tolist() for part in np.split(around(turns, said, logits), 5, 1))
    assert own == [1, 2, 3, 4, 5]
    assert before == [NOTHING, NOTHING, 2, NOTHING, NOTHING]
    assert after == [NOTHING, 3, NOTHING, NOTHING, NOTHING]
    assert heard == [NOTHING, 1, 1, NOTHING, 4]
    assert replied == [3, NOTHING, NOTHING, 5, NOTHING]
