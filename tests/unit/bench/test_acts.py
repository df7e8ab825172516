"""What the written conversations say of their statements, and in which parts the heads learn from them."""

from itertools import cycle

import numpy as np
import pytest

from bench.salience.acts import _parts
from bench.salience.dialogues import WRITTEN, Dialogue, bench
from bench.salience.fitting import Sheet, sheet
from warmline_memory.salience import Speaker, Turn
from warmline_memory.salience.context import NOTHING
from warmline_memory.salience.model import ACTS
from warmline_memory.salience.weighing import split

CONVERSATIONS = list(bench(WRITTEN))


@pytest.mark.parametrize("one", CONVERSATIONS, ids=[one.id for one in CONVERSATIONS])
def test_every_label_of_a_written_conversation_names_an_act_and_a_statement_that_exists(one: Dialogue) -> None:
    assert set(one.stated) == set(range(len(one.turns)))
    assert {act for acts in one.stated.values() for act in acts} <= set(ACTS)
    named = {(turn, at) for turn, acts in one.stated.items() for places in acts.values() for at in places}
    assert all(any(it.turn == turn and it.start <= at < it.end for it in split(one.turns)) for turn, at in named)


def test_a_conversation_is_learned_from_as_a_whole_and_in_parts_where_nothing_is_around() -> None:
    one = bench_sheet("One.", "Two. Three.", "Four.", "Five.")
    logits = np.arange(1.0, 6.0, dtype=np.float32)[:, None] * np.ones(len(ACTS), np.float32)
    heard = [seen[:, 3 * len(ACTS)].tolist() for seen, _ in _parts(one, logits)]
    whole, alone, pairs = heard[:1], heard[1:5], heard[5:7]
    assert whole == heard[7:8] == heard[8:] == [[NOTHING, 1, 1, 3, 4]]
    assert alone == [[NOTHING], [NOTHING, NOTHING], [NOTHING], [NOTHING]]
    assert pairs == [[NOTHING, 1, 1], [NOTHING, 4]]


def bench_sheet(*texts: str) -> Sheet:
    """A dialogue of these turns, of which both sides speak in turns."""
    speakers = cycle([Speaker.CUSTOMER, Speaker.AGENT])
    turns = [Turn(speaker, text) for speaker, text in zip(speakers, texts, strict=False)]
    said = split(turns)
    return sheet(
        Dialogue(WRITTEN.stem, "one", turns, []),
        said,
        np.zeros((len(said), 512), np.float32),
        np.zeros(512, np.float32),
    )
