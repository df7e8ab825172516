"""Regression: the small models of this room. Softmax regression over the embedding of a sentence, its weights in a file
beside the module that asks it."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from warmline_memory.salience import Vectors


class Regression:
    """One model, or several with names, of a file, which is read when it is first needed."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self._weights: Mapping[str, Vectors] | None = None

    def probabilities(self, meanings: Vectors, model: str = "") -> Vectors:
        """The probability of each class: a row for each sentence. A file with several models has a name for each."""
        stored = self._stored()
        scores = meanings @ stored[f"{model}weights"].T + stored[f"{model}bias"]
        powers = np.exp(scores - scores.max(axis=1, keepdims=True))
        shares: Vectors = powers / powers.sum(axis=1, keepdims=True)
        return shares

    def write(self, weights: Mapping[str, Vectors]) -> None:
        """Write the file anew, after training."""
        np.savez(self.file, allow_pickle=False, **weights)
        self._weights = None

    def _stored(self) -> Mapping[str, Vectors]:
        if self._weights is None:
            with np.load(self.file) as stored:
                self._weights = {name: array.astype(np.float32) for name, array in stored.items()}
        return self._weights
