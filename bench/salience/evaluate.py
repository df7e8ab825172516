"""Measures briefs of quotes alone: ``python -m bench.salience.evaluate --scorer score.py CASES.jsonl ...``.

By default the model of this release weighs the cases, which it was trained with. ``--held-out folds`` and ``--held-out
sets`` train anew on the sets of ``--train`` (as for ``bench.salience.train``): without the fifth of the cases that is
tested, or without every set of the same source. With ``--share`` a brief has so much of its conversation's words, in
place of ``--words``. One JSON line a set.
"""

import argparse
import json
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from bench.salience import dialogues
from bench.salience.acts import FOLDS, fold
from bench.salience.fitting import Floats, Sheet, fit_keep, holds, kept, sheets
from bench.salience.quoting import brief, scores
from warmline_memory.language.statements import word_count
from warmline_memory.salience import weigh

KIN = {"multidogo": ["multidogo-train"], "visits": ["visits-train", "mts"], "crosswoz": ["crosswoz-test"],
       "sgd": ["sgd-train"]}  # fmt: skip
"""Sets of the same source as a bench, which are left out together with it."""


def released(cases: Sequence[Sheet]) -> dict[str, Floats]:
    """The weights by the model of this release, case by case as in use; prints the time that it takes."""
    begun = time.perf_counter()
    found: dict[str, Floats] = {}
    for one in cases:
        weighed = weigh(one.dialogue.turns, one.dialogue.used, one.dialogue.goal)
        found[one.dialogue.id] = np.array([weights.keep for _, weights in weighed], np.float32)
    spent = 1000 * (time.perf_counter() - begun) / max(1, sum(len(one.said) for one in cases))
    print(json.dumps({"ms_a_statement": round(spent, 2)}))
    return found


def trained(cases: Sequence[Sheet], rest: Sequence[Sheet], held_out: str) -> dict[str, Floats]:
    """The weights by models that saw neither the case nor, for ``sets``, its source."""
    found: dict[str, Floats] = {}
    for tested, others in _parts(cases, rest, held_out):
        arrays = fit_keep(others)
        found |= {one.dialogue.id: kept(arrays, one) for one in tested}
    return found


def _parts(cases: Sequence[Sheet], rest: Sequence[Sheet], held_out: str) -> Iterator[tuple[list[Sheet], list[Sheet]]]:
    if held_out == "folds":
        for number in range(FOLDS):
            yield [one for one in cases if fold(one) == number], [*rest, *(c for c in cases if fold(c) != number)]
        return
    for source in sorted({one.dialogue.source for one in cases}):
        away = {source, *KIN.get(source, [])}
        others = [one for one in [*rest, *cases] if one.dialogue.source not in away]
        yield [one for one in cases if one.dialogue.source == source], others


def main() -> None:
    """Prints the figures of each set."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("cases", nargs="+", type=Path)
    parser.add_argument("--scorer", type=Path, required=True)
    parser.add_argument("--words", type=int, default=120)
    parser.add_argument("--share", type=float, help="a brief has so much of its conversation's words")
    parser.add_argument("--held-out", choices=["folds", "sets"])
    parser.add_argument("--train", nargs="*", default=[], metavar="NAME=PATH")
    asked = parser.parse_args()
    cases = sheets([one for path in asked.cases for one in dialogues.bench(path)])
    rest = sheets(dialogues.read(asked.train)) if asked.train else []
    weights = trained(cases, rest, asked.held_out) if asked.held_out else released(cases)
    for path in asked.cases:
        own = [one for one in cases if one.dialogue.source == path.stem.removesuffix("-dev")]
        briefs = {
            one.dialogue.id: brief(one.dialogue.turns, one.said, weights[one.dialogue.id], _words(one, asked))
            for one in own
        }
        if "must_know" in path.read_text("utf-8").split("\n", 1)[0]:
            print(json.dumps({"set": path.stem, **scores(asked.scorer, path, briefs, asked.words)}))
        else:
            told = [holds(briefs[one.dialogue.id], value) for one in own for value in one.dialogue.values]
            print(json.dumps({"set": path.stem, "cases": len(own), "values_told": round(float(np.mean(told)), 4)}))


def _words(one: Sheet, asked: argparse.Namespace) -> int:
    # Each quote is counted with its speaker.
    whole = sum(word_count(statement.text) + 1 for statement in one.said)
    return asked.words if asked.share is None else int(asked.share * whole)


if __name__ == "__main__":
    main()
