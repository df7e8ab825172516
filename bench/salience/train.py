"""Trains the salience model: ``python -m bench.salience.train --out weights.npz bench=FILE sgd=FOLDER ...``.

The names are those of ``dialogues.READERS``; the conversations of ``dialogues.WRITTEN`` are always among them. The
result is the same for the same data and library versions on one machine: on another one the trees divide otherwise by
what is rounded. With ``--keep`` and ``--acts`` what to keep, and what a statement does by itself, are taken from a file
of weights, and what it does where it stands is trained anew.
"""

import argparse
import hashlib
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np

from bench.salience import acts, dialogues, examples
from bench.salience.fitting import fit_keep, sheets

ALONE = ("acts_matrix", "acts_bias")
KEEP = ("keep_matrix", "keep_bias", "directions", "trees", "roots", "blend")


def main() -> None:
    """Prints the held-out figures of the act heads, then fits everything on all data and writes it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sets", nargs="+", metavar="NAME=PATH")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--keep", type=Path, metavar="WEIGHTS", help="take from here what to keep")
    parser.add_argument("--acts", type=Path, metavar="WEIGHTS", help="take from here what a statement does by itself")
    asked = parser.parse_args()
    given = sheets([*dialogues.read(asked.sets), *dialogues.bench(dialogues.WRITTEN)])
    told = [*given, *examples.written()]
    alone = _taken(asked.acts, ALONE) if asked.acts else None
    for row in acts.report(told, alone):
        print(json.dumps(row))
    keep = _taken(asked.keep, KEEP) if asked.keep else fit_keep(given)
    save(asked.out, keep | (alone or acts.fit_alone(told)) | acts.fit_in_context(told))
    print(json.dumps({"bytes": asked.out.stat().st_size, "sha256": hashlib.sha256(asked.out.read_bytes()).hexdigest()}))


def _taken(weights: Path, names: Iterable[str]) -> dict[str, Any]:
    with np.load(weights) as stored:
        return {name: stored[name] for name in names}


def save(path: Path, arrays: dict[str, Any]) -> None:
    """Write the arrays, halved where sixteen bits are enough; node numbers need all their bits."""
    halved = {"acts_matrix", "told_matrix", "keep_matrix", "directions"}
    kinds = {name: np.float16 if name in halved else np.int32 if name == "roots" else np.float32 for name in arrays}
    stored: dict[str, Any] = {name: np.asarray(array, kinds[name]) for name, array in arrays.items()}
    np.savez_compressed(path, allow_pickle=False, **stored)


if __name__ == "__main__":
    main()
