"""Trains the salience model: ``python -m bench.salience.train --out weights.npz bench=FILE sgd=FOLDER ...``.

The names are those of ``dialogues.READERS``; the conversations of ``dialogues.WRITTEN`` are always among them. The
result is the same for the same data and library versions. With ``--acts`` the act heads are taken from a file of
weights, and only what to keep is trained anew.
"""

import argparse
import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from bench.salience import dialogues, examples
from bench.salience.fitting import Floats, Sheet, fit_acts, fit_keep, sheets
from warmline_memory.salience.model import ACTS, logistic

Labelled = tuple[Floats, Floats, Floats]
"""Vectors, shapes and labels of the written examples."""
EXAMPLE_WEIGHT = 6.0
"""A written example counts as much as this many turns of a set: it says of all ten acts what they are."""
TURNS_PER_SET = 1_200
PARTS = 4


def acts_of(given: Sequence[Sheet], written: Labelled) -> dict[str, Any]:
    """The act heads, fitted on the sets' turns and the written examples."""
    parts = [_turns(given, source) for source in sorted({one.dialogue.source for one in given})]
    parts.append((*written, np.full(len(written[0]), EXAMPLE_WEIGHT, np.float32)))
    read, shapes, acts, weight = (np.concatenate(column) for column in zip(*parts, strict=True))
    return fit_acts(read, shapes, acts, weight)


def _turns(given: Sequence[Sheet], source: str) -> tuple[Floats, Floats, Floats, Floats]:
    """The labelled statements of a set; few sets would otherwise outweigh all languages but their own."""
    own = [one for one in given if one.dialogue.source == source]
    acts = np.concatenate([one.acts for one in own])
    known = np.flatnonzero(~np.isnan(acts).all(axis=1))
    known = np.random.default_rng(0).permutation(known)[:TURNS_PER_SET]
    read, shapes = (np.concatenate([getattr(one, name) for one in own])[known] for name in ("read", "shapes"))
    return read, shapes, acts[known], np.ones(len(known), np.float32)


def report(given: Sequence[Sheet], written: Labelled) -> dict[str, dict[str, float]]:
    """Precision and recall of each head at 0.5, and the threshold for a precision of .95, each example tested once.

    A group of translations and rewordings lies in one of four parts, so that no example is tested whose translation was
    learned, and counts as one example.
    """
    read, shapes, labels = written
    group, found = examples.groups(read), np.zeros_like(labels)
    part = np.random.default_rng(0).integers(PARTS, size=group.max() + 1)[group]
    for tested in range(PARTS):
        out = part == tested
        arrays = acts_of(given, (read[~out], shapes[~out], labels[~out]))
        found[out] = logistic(np.hstack([read, shapes])[out] @ arrays["acts_matrix"] + arrays["acts_bias"])
    each = (1.0 / np.bincount(group)[group]).astype(np.float32)
    return {act: _figures(found[:, column], labels[:, column], each) for column, act in enumerate(ACTS)}


def _figures(found: Floats, right: Floats, each: Floats) -> dict[str, float]:
    def precision(threshold: float) -> float:
        taken = found >= threshold
        return float((each * right)[taken].sum() / max(1e-9, each[taken].sum()))

    def recall(threshold: float) -> float:
        return float((each * right)[found >= threshold].sum() / (each * right).sum())

    sure = next((float(at) for at in np.arange(0.5, 1.0, 0.01) if precision(at) >= 0.95), 1.0)
    figures = {"precision": precision(0.5), "recall": recall(0.5), "sure_from": sure, "recall_when_sure": recall(sure)}
    return {name: round(figure, 3) for name, figure in figures.items()} | {"examples": int(right.sum())}


def main() -> None:
    """Prints the held-out figures of the act heads, then fits everything on all data and writes it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sets", nargs="+", metavar="NAME=PATH")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--acts", type=Path, metavar="WEIGHTS", help="take the act heads from these weights")
    asked = parser.parse_args()
    given = sheets([*dialogues.read(asked.sets), *dialogues.bench(dialogues.WRITTEN)])
    save(asked.out, fit_keep(given) | (_acts(asked.acts) if asked.acts else _trained_acts(given)))
    print(json.dumps({"bytes": asked.out.stat().st_size, "sha256": hashlib.sha256(asked.out.read_bytes()).hexdigest()}))


def _trained_acts(given: Sequence[Sheet]) -> dict[str, Any]:
    written = examples.arrays(examples.examples())
    for act, figures in report(given, written).items():
        print(json.dumps({"act": act, **figures}))
    return acts_of(given, written)


def _acts(weights: Path) -> dict[str, Any]:
    with np.load(weights) as stored:
        return {name: stored[name] for name in ("acts_matrix", "acts_bias")}


def save(path: Path, arrays: dict[str, Any]) -> None:
    """Write the arrays, halved where sixteen bits are enough; node numbers need all their bits."""
    halved = {"acts_matrix", "keep_matrix", "directions"}
    kinds = {name: np.float16 if name in halved else np.int32 if name == "roots" else np.float32 for name in arrays}
    stored: dict[str, Any] = {name: np.asarray(array, kinds[name]) for name, array in arrays.items()}
    np.savez_compressed(path, allow_pickle=False, **stored)


if __name__ == "__main__":
    main()
