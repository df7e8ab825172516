"""The written examples of ``examples.jsonl``: sentences of many trades in twenty languages, with what each one does."""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.sparse.csgraph import connected_components

from warmline_memory.salience import signs
from warmline_memory.salience.model import ACTS
from warmline_memory.salience.sentences import vectors
from warmline_memory.salience.turns import Speaker

FILE = Path(__file__).with_name("examples.jsonl")


@dataclass(frozen=True)
class Example:
    """A sentence, who says it, and which acts it is; it is none of the others."""

    text: str
    language: str
    speaker: Speaker
    acts: frozenset[str]


def examples() -> list[Example]:
    """All of them."""
    rows = map(json.loads, FILE.read_text("utf-8").splitlines())
    return [Example(row["text"], row["language"], Speaker(row["speaker"]), frozenset(row["is"])) for row in rows]


def arrays(given: list[Example]) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]:
    """Their vectors, shapes and labels."""
    labels = np.array([[act in one.acts for act in ACTS] for one in given], np.float32)
    texts = [one.text for one in given]
    return vectors(texts), signs.shapes(texts, [one.speaker for one in given]), labels


ALIKE = 0.7
"""Examples whose cosine is above this are one group: translations and rewordings of one another."""


def groups(read: NDArray[np.float32]) -> NDArray[np.int64]:
    """The group of each example."""
    return np.asarray(connected_components(read @ read.T > ALIKE, directed=False)[1])
