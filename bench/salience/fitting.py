"""Labelled dialogues as arrays, and the fits of the heads on them."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression

from bench.salience.dialogues import WRITTEN, Dialogue
from warmline_memory.salience import signs
from warmline_memory.salience.model import ACTS, Model
from warmline_memory.salience.sentences import vectors
from warmline_memory.salience.turns import Statement
from warmline_memory.salience.weighing import followed, split

Floats = NDArray[np.float32]
WRITTEN_WEIGHT = 2.0
"""What was written for this counts so much more than a public set of its size: in those, what is to be kept are mostly
the values of bookings and orders. Three gained nothing on conversations that none had been learned from."""
DIRECTIONS = 24
TREES, LEAVES = 160, 10
STRENGTH = 0.02
"""The inverse strength of the penalty of the regression for what to keep."""

CALM = frozenset({"sgd-train", "sgd", "taskmaster3", "taskmaster4", "crosswoz-test", "crosswoz", "multiwoz", "tau"})
"""Sets of planned bookings and orders: hardly a statement of theirs is urgent or a rule for whoever comes next."""
SPOKEN = frozenset({"mts", "visits", "visits-train"})
"""Sets of doctor's visits: patients tell how they are, and hardly ever ask for something to be done."""


@dataclass
class Sheet:
    """A dialogue's statements with everything that the heads read, and what they should say."""

    dialogue: Dialogue
    said: list[Statement]
    read: Floats
    before: Floats
    shapes: Floats
    places: Floats
    keep: NDArray[np.bool_]
    counts: NDArray[np.bool_]
    """Whether a statement takes part in the training of ``keep``."""
    acts: Floats
    """(n, 11): 1, 0, or NaN where the set does not say."""
    each: float = 1.0
    """How much a statement counts in figures: translations of one example are one."""


def holds(text: str, value: str) -> bool:
    """Whether a value stands in a text, as the benches score it."""
    wanted, found = (" ".join(part.lower().split()) for part in (value, text))
    return re.search(r"(?<![a-z0-9])" + re.escape(wanted) + r"(?![a-z0-9])", found) is not None


def sheets(dialogues: Sequence[Dialogue]) -> list[Sheet]:
    """The sheets of the dialogues; all statements are embedded in one batch."""
    told = [(dialogue, split(dialogue.turns)) for dialogue in dialogues]
    told = [(dialogue, said) for dialogue, said in told if said]
    texts = [one.text for _, said in told for one in said]
    found, goals = vectors(texts), vectors([dialogue.goal for dialogue, _ in told])
    done, ready = 0, []
    for (dialogue, said), goal in zip(told, goals, strict=True):
        ready.append(sheet(dialogue, said, found[done : done + len(said)], goal))
        done += len(said)
    return ready


def sheet(dialogue: Dialogue, said: list[Statement], read: Floats, goal: Floats) -> Sheet:
    """The sheet of a dialogue whose statements and their meanings are known."""
    keep = np.array([any(holds(one.text, value) for value in dialogue.values) for one in said])
    hidden = np.array([any(holds(one.text, value) for value in dialogue.secrets) for one in said])
    speakers = [dialogue.turns[one.turn].speaker for one in said]
    alone = np.bincount([one.turn for one in said], minlength=len(dialogue.turns)) == 1
    acts = np.full((len(said), len(ACTS)), np.nan, np.float32)
    for row, one in enumerate(said):
        for act, is_one in dialogue.acts.get(one.turn, {}).items():
            if alone[one.turn] or not is_one:
                acts[row, ACTS.index(act)] = is_one
    if dialogue.source in CALM:
        acts[:, [ACTS.index("rule"), ACTS.index("urgency")]] = 0
    if dialogue.source in SPOKEN:
        acts[:, [ACTS.index("wish"), ACTS.index("change")]] = 0
    # What a receiver needs is no filler, whatever else the set says of it.
    acts[keep, ACTS.index("filler")] = 0
    for row, one in enumerate(said):
        if (places := dialogue.stated.get(one.turn)) is not None:
            acts[row] = [any(one.start <= at < one.end for at in places.get(act, ())) for act in ACTS]
    return Sheet(
        dialogue, said, read, followed(dialogue.turns, said, read),
        signs.shapes([one.text for one in said], speakers),
        signs.places(dialogue.turns, said, read, dialogue.used, goal if dialogue.goal else None),
        keep, keep | ~hidden, acts,
    )  # fmt: skip


def fit_keep(given: Sequence[Sheet]) -> dict[str, Any]:
    """The arrays of the model that say what to keep."""
    read, before, shapes, places = (np.concatenate([getattr(one, name) for one in given]) for name in
                                    ("read", "before", "shapes", "places"))  # fmt: skip
    counts, keep = (np.concatenate([getattr(one, name) for one in given]) for name in ("counts", "keep"))
    weight = _weights(given)[counts]
    structure = np.hstack([shapes, places])
    linear_seen = np.hstack([read, before, structure])[counts]
    bias, matrix = regression(linear_seen, keep[counts], weight)
    directions = _directions(read[counts])
    trees_seen = np.hstack([structure, read @ directions, before @ directions])[counts]
    trees = HistGradientBoostingClassifier(
        max_iter=TREES, max_leaf_nodes=LEAVES, learning_rate=0.06, min_samples_leaf=25, l2_regularization=5.0,
        max_features=0.5, random_state=0, early_stopping=False,
    ).fit(trees_seen, keep[counts], sample_weight=weight)  # fmt: skip
    nodes, roots = _nodes(trees)
    return {
        "keep_matrix": matrix[:, None], "keep_bias": np.array([bias]), "directions": directions, "trees": nodes,
        "roots": roots, "blend": np.array([0.5, 0.5, 0.5 * float(np.ravel(trees._baseline_prediction)[0])]),
    }  # fmt: skip


def _weights(given: Sequence[Sheet]) -> Floats:
    """Each statement's weight: sets count by the root of their size, dialogues of a set alike."""
    sizes = Counter(one.dialogue.source for one in given)
    factors = {WRITTEN.stem: WRITTEN_WEIGHT}
    parts = [
        np.full(
            len(one.said),
            factors.get(one.dialogue.source, 1.0) / np.sqrt(sizes[one.dialogue.source]) / np.sqrt(len(one.said)),
        )
        for one in given
    ]
    weight = np.concatenate(parts)
    return np.asarray(weight / weight.mean(), np.float32)


def regression(
    seen: Floats, wanted: NDArray[np.bool_], weight: Floats, strength: float = STRENGTH
) -> tuple[float, Floats]:
    """The bias and the weights of a logistic regression, in the units of what is seen."""
    spread = seen.std(axis=0) + 1e-3
    # Sentence vectors keep their common scale; signs get a spread of one, as the penalty sees them.
    spread[: seen.shape[1] - (seen.shape[1] % 512)] = 0.044
    middle = seen.mean(axis=0)
    model = LogisticRegression(C=strength, solver="newton-cholesky", max_iter=30).fit(
        (seen - middle) / spread, wanted, sample_weight=weight
    )
    matrix = model.coef_[0] / spread
    return float(model.intercept_[0] - middle @ matrix), np.asarray(matrix, np.float32)


def _directions(read: Floats) -> Floats:
    return np.asarray(np.linalg.eigh(np.cov(read.T))[1][:, ::-1][:, :DIRECTIONS], np.float32)


def _nodes(trees: HistGradientBoostingClassifier) -> tuple[Floats, NDArray[np.int64]]:
    rows: list[list[float]] = []
    roots: list[int] = []
    for (tree,) in trees._predictors:
        first = len(rows)
        roots.append(first)
        for node in tree.nodes:
            inner = not node["is_leaf"]
            rows.append([
                node["feature_idx"] if inner else -1, node["num_threshold"] if inner else 0.0,
                first + node["left"] if inner else 0, first + node["right"] if inner else 0, node["value"],
            ])  # fmt: skip
    return np.array(rows, np.float32), np.array(roots, np.int64)


def kept(arrays: dict[str, Any], one: Sheet) -> Floats:
    """The keep weights of a dialogue's statements by freshly fitted arrays."""
    heads = (f"{head}_{part}" for head in ("acts", "told", "context") for part in ("matrix", "bias"))
    no_acts = dict.fromkeys(heads, np.zeros((0, 0), np.float32))
    return Model(**(no_acts | arrays)).keep(one.read, one.before, one.shapes, one.places)


__all__ = ["Sheet", "fit_keep", "holds", "kept", "regression", "sheet", "sheets"]
