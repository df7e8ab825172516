"""Stances: what a statement claims. That something was done, that it failed, that it will be done, that it is wanted.

Softmax regression over the embedding of a sentence, 512 x 5 weights. ``python -m bench.accounts.stances`` trains it on
English sentences that are written there, and says how it does on those of other languages.
"""

from pathlib import Path

from warmline_memory.briefs.regression import Regression
from warmline_memory.salience import Vectors

MODEL = Regression(Path(__file__).with_name("stances.npz"))

NAMES = ("done", "failed", "promise", "wish", "other")
DONE, FAILED, PROMISE, WISH, OTHER = range(len(NAMES))


def of(meanings: Vectors) -> Vectors:
    """The probability of each stance, a row for each sentence."""
    return MODEL.probabilities(meanings)
