"""What the written conversations say of their statements, and how the heads see what is around one."""

import numpy as np
import pytest

from bench.salience.acts import NOTHING, around
from bench.salience.dialogues import WRITTEN, Dialogue, bench
from warmline_memory.salience import Speaker, Statement, Turn
from warmline_memory.salience.model import ACTS
from warmline_memory.salience.weighing import split

CONVERSATIONS = list(bench(WRITTEN))


@pytest.mark.parametrize("one", CONVERSATIONS, ids=[one.id for one in CONVERSATIONS])
def test_every_label_of_a_written_conversation_names_an_act_and_a_statement_that_exists(one: Dialogue) -> None:
    assert set(one.stated) == set(range(len(one.turns)))
    assert {act for acts in one.stated.values() for act in acts} <= set(ACTS)
    named = {(turn, at) for turn, acts in one.stated.items() for places in acts.values() for at in places}
    assert all(any(it.turn == turn and it.start <= at < it.end for it in split(one.turns)) for turn, at in named)


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
