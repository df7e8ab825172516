"""What a statement is together with those around it: a promise answers a wish, and is thanked for."""

from collections.abc import Sequence

import numpy as np

from warmline_memory.salience.model import Floats
from warmline_memory.salience.turns import Statement, Turn

NOTHING, SURE = -4.0, 7.0
"""The logit of an act where no statement is, and the farthest that one counts."""


def around(turns: Sequence[Turn], said: Sequence[Statement], logits: Floats) -> Floats:
    """What each statement is by itself, with what those around it are: five times as many columns as the logits have.

    Beside its own logits stand those of the statements before and after it in its turn, and of the turns before and
    after, where the other side speaks there, the highest ones of any of their statements.
    """
    bounded = np.clip(logits, -SURE, SURE)
    turn = np.array([one.turn for one in said], np.int64)
    none = np.full((1, logits.shape[1]), NOTHING, np.float32)
    is_same = (turn[1:] == turn[:-1])[:, None]
    before = np.concatenate([none, np.where(is_same, bounded[:-1], NOTHING)])
    after = np.concatenate([np.where(is_same, bounded[1:], NOTHING), none])
    most = np.full((len(turns) + 1, logits.shape[1]), NOTHING, np.float32)
    first = np.flatnonzero(np.concatenate([[True], turn[1:] != turn[:-1]]))
    most[turn[first]] = np.maximum.reduceat(bounded, first)
    speakers = [one.speaker for one in turns]
    answered = [[at > 0 and speakers[at - 1] is not speakers[at]] for at in turn]
    answers = [[at + 1 < len(turns) and speakers[at + 1] is not speakers[at]] for at in turn]
    heard = np.where(answered, most[turn - 1], NOTHING)
    replied = np.where(answers, most[turn + 1], NOTHING)
    return np.hstack([bounded, before, after, heard, replied]).astype(np.float32)
