"""The written examples of ``examples.jsonl``: sentences of many trades in twenty languages, with what each one does."""

import json
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from scipy.sparse.csgraph import connected_components

from bench.salience.dialogues import Dialogue
from bench.salience.fitting import Sheet, sheet
from warmline_memory.salience.sentences import vectors
from warmline_memory.salience.turns import Speaker, Statement, Turn

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


ALIKE = 0.7
"""Examples whose cosine is above this are one group: translations and rewordings of one another."""


def written() -> list[Sheet]:
    """Each as a dialogue of one statement, which has the name of its group."""
    given = examples()
    read = vectors([one.text for one in given])
    group = connected_components(read @ read.T > ALIKE, directed=False)[1]
    sizes = Counter(group)
    nothing = np.zeros(read.shape[1], np.float32)
    return [
        replace(sheet(_dialogue(one, str(of)), [_whole(one)], vector[None], nothing), each=1.0 / sizes[of])
        for one, of, vector in zip(given, group, read, strict=True)
    ]


def _dialogue(one: Example, group: str) -> Dialogue:
    acts = {act: [0] for act in one.acts}
    return Dialogue(FILE.stem, group, [Turn(one.speaker, one.text)], [], stated={0: acts})


def _whole(one: Example) -> Statement:
    return Statement(0, 0, len(one.text), one.text)
