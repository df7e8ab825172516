"""The learned weights, evaluated in numpy: one logistic regression a head, and small trees for what to keep."""

from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

ACTS = (
    "wish", "offer", "consent", "refusal", "promise", "rule", "question", "filler", "feeling", "urgency", "change",
)  # fmt: skip
IN_CONTEXT = ("promise",)
"""The acts that are read together with what is around a statement."""


@dataclass(frozen=True, slots=True)
class Model:
    """The arrays of ``weights.npz``, which ``bench.salience.train`` writes."""

    acts_matrix: Floats
    """(512 + shapes, 11): a column for each of ``ACTS``."""
    acts_bias: Floats
    told_matrix: Floats
    """(512 + shapes, 11): what a statement is by itself, as those read it that look at what is around one."""
    told_bias: Floats
    context_matrix: Floats
    """(5 * 11 + shapes + places, 1): a column for each of ``IN_CONTEXT``."""
    context_bias: Floats
    keep_matrix: Floats
    """(2 * 512 + shapes + places, 1)."""
    keep_bias: Floats
    directions: Floats
    """(512, d): the main directions of sentence vectors, which the trees look along."""
    trees: Floats
    """(nodes, 5): feature or -1 for a leaf, threshold, left, right, value. Children count from the first node."""
    roots: NDArray[np.int64]
    blend: Floats
    """Three numbers: the keep logit is a * regression + b * trees + c."""

    def acts(self, vectors: Floats, shapes: Floats) -> Floats:
        """How likely each statement is each of ``ACTS``: (n, 11)."""
        return logistic(np.hstack([vectors, shapes]) @ self.acts_matrix + self.acts_bias)

    def told(self, vectors: Floats, shapes: Floats) -> Floats:
        """The logits of ``ACTS`` of each statement by itself, for ``context.around``: (n, 11)."""
        return np.asarray(np.hstack([vectors, shapes]) @ self.told_matrix + self.told_bias, np.float32)

    def in_context(self, around: Floats, shapes: Floats, places: Floats) -> Floats:
        """How likely each statement is each of ``IN_CONTEXT`` where it stands: (n, 1)."""
        return logistic(np.hstack([around, shapes, places]) @ self.context_matrix + self.context_bias)

    def keep(self, vectors: Floats, before: Floats, shapes: Floats, places: Floats) -> Floats:
        """How likely a receiver needs each statement: (n,). ``before``: vectors of what each follows on."""
        signs = np.hstack([shapes, places])
        linear = (np.hstack([vectors, before, signs]) @ self.keep_matrix + self.keep_bias)[:, 0]
        seen = np.hstack([signs, vectors @ self.directions, before @ self.directions])
        return logistic(self.blend[0] * linear + self.blend[1] * self.grown(seen) + self.blend[2])

    def grown(self, seen: Floats) -> Floats:
        """The sum of the trees' leaves for each row."""
        at = np.tile(self.roots, (len(seen), 1))
        rows = np.arange(len(seen))[:, None]
        feature, left, right = (self.trees[:, column].astype(np.int64) for column in (0, 2, 3))
        while (inner := feature[at] >= 0).any():
            goes_left = seen[rows, feature[at]] <= self.trees[at, 1]
            at = np.where(inner, np.where(goes_left, left[at], right[at]), at)
        return np.asarray(self.trees[at, 4].sum(axis=1), np.float32)


def logistic(logits: Floats) -> Floats:
    """Logits as probabilities."""
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(logits, -30.0, 30.0))), np.float32)


@lru_cache(maxsize=1)
def model() -> Model:
    """The model of this release, read once per process."""
    with (files("warmline_memory.salience") / "weights.npz").open("rb") as file, np.load(file) as arrays:
        found = {name: arrays[name] for name in arrays.files}
    roots = found.pop("roots").astype(np.int64)
    return Model(roots=roots, **{name: array.astype(np.float32) for name, array in found.items()})
