"""Regression: the small models of this room. Softmax regression over the embedding of a sentence, its weights in a file
beside the module that asks it."""

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

import numpy as np

from warmline_memory.salience import Vectors


def probabilities(file: Path, meanings: Vectors, model: str = "") -> Vectors:
    """The probability of each class: a row for each sentence. A file with several models has a name for each."""
    stored = weights(file)
    scores = meanings @ stored[f"{model}weights"].T + stored[f"{model}bias"]
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    shares: Vectors = powers / powers.sum(axis=1, keepdims=True)
    return shares


@lru_cache
def weights(file: Path) -> Mapping[str, Vectors]:
    """What a file holds, read when it is first needed. Whoever writes the file anew clears this cache."""
    with np.load(file) as stored:
        return {name: array.astype(np.float32) for name, array in stored.items()}
