"""Stances: what a statement claims. That something was done, that it failed, that it will be done, that it is wanted.

Softmax regression over the embedding of a sentence, 512 x 5 weights. ``python -m bench.accounts.stances`` trains it on
English sentences that are written there, and says how it does on those of other languages.
"""

from functools import cached_property
from pathlib import Path

import numpy as np

from warmline_memory.salience import Vectors

NAMES = ("done", "failed", "promise", "wish", "other")
DONE, FAILED, PROMISE, WISH, OTHER = range(len(NAMES))


def of(meanings: Vectors) -> Vectors:
    """The probability of each stance, a row for each sentence."""
    weights, bias = _MODEL.parts
    scores = meanings @ weights.T + bias
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    shares: Vectors = powers / powers.sum(axis=1, keepdims=True)
    return shares


class _Model:
    @cached_property
    def parts(self) -> tuple[Vectors, Vectors]:
        """Weights and biases, read when they are first needed."""
        with np.load(Path(__file__).with_name("stances.npz")) as stored:
            return stored["weights"].astype(np.float32), stored["bias"]


_MODEL = _Model()
