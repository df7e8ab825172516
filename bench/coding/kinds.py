"""Trains the model that tells what a sentence of a coding session does, for the agent's and for the person's sentences.

    python -m bench.coding.kinds     writes services/memory/warmline_memory/briefs/coding/kinds.npz

The sentences are in ``sentences.toml``; what holds for languages that the model was not trained on is printed.
"""

import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression

from warmline_memory.briefs.coding import kinds
from warmline_memory.salience import vectors

HERE = Path(__file__).parent
STRENGTH = 10.0
"""How freely the weights fit: of 1, 3, 10 and 30 the best by leaving a tenth of the sentences out, ten times."""


def main() -> None:
    """Train, write, and print what holds for the languages that are held out."""
    given = tomllib.loads((HERE / "sentences.toml").read_text("utf-8"))
    stored = {}
    for side in (kinds.AGENT, kinds.PERSON):
        said = [(name, text) for name in side.names for text in given[side.of][name]["said"]]
        model = LogisticRegression(C=STRENGTH, max_iter=2000, class_weight="balanced").fit(
            vectors([text for _, text in said]), [side.names.index(name) for name, _ in said]
        )
        stored[f"{side.of}_weights"] = model.coef_.astype(np.float16)
        stored[f"{side.of}_bias"] = model.intercept_.astype(np.float32)
    kinds.MODEL.write(stored)
    for side in (kinds.AGENT, kinds.PERSON):
        _show(side, given["held_out"][side.of])


def _show(side: kinds.Side, held_out: Mapping[str, Sequence[str]]) -> None:
    for name, said in held_out.items():
        rows = kinds.of(side, vectors(said))
        found = [side.names[int(row.argmax())] for row in rows]
        wrong = [f"{text} ({one})" for text, one in zip(said, found, strict=True) if one != name]
        print(f"{side.of} {name}: {len(said) - len(wrong)} of {len(said)} right", *wrong, sep="\n    ")


if __name__ == "__main__":
    main()
