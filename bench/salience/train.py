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

from bench.salience import acts, dialogues, examples
from bench.salience.fitting import Sheet, fit_keep, sheets


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
    told = [*given, *examples.written()]
    for row in acts.report(told):
        print(json.dumps(row))
    return acts.fit_alone(told)


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
