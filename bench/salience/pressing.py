"""Trains the model that tells by which words a handoff is urgent: there is a danger, or minutes count.

    python -m bench.salience.pressing CASES …    writes services/memory/warmline_memory/briefs/pressing.npz

It learns from sentences of twenty languages (``examples.jsonl``, ``pressing.toml``) and, as what people mostly say,
from what customers say in recorded conversations. Printed is what holds for sentences that are held out, and how many
conversations of each file are called urgent by a model that has not learned from that file.
"""

import sys
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression

from bench.salience.dialogues import Dialogue, bench
from bench.salience.examples import examples
from warmline_memory.briefs import pressing
from warmline_memory.language.statements import statements
from warmline_memory.salience import Speaker, Vectors, vectors

HERE = Path(__file__).parent
KINDS = PRESSING, _ = ("pressing", "calm")
STRENGTH, COMBINED, ORDINARY = 10.0, 0.3, 0.5
"""How freely the weights fit, and how much a sentence of two parts and a statement of a conversation count beside a
written sentence. Some of these statements are urgent, and nobody has looked for them. Chosen by the held-out ones."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Train, write, and print what holds."""
    files = [Path(one) for one in arguments or sys.argv[1:]]
    said = {file.stem: [_theirs(one) for one in bench(file)] for file in files}
    read = {name: [vectors(one) for one in conversations if one] for name, conversations in said.items()}
    for name, conversations in read.items():
        weights, bias = _fit([one for other in read if other != name for one in read[other]])
        found = [one for one in conversations if _is_pressing(one[-pressing.LAST_STATEMENTS :], weights, bias).any()]
        print(f"{name}, not learned from: {len(found)} of {len(conversations)} conversations are called urgent")
    weights, bias = _fit([one for conversations in read.values() for one in conversations])
    pressing.MODEL.write(
        {
            "weights": np.stack([np.zeros_like(weights), weights]).astype(np.float16),
            "bias": np.array([0.0, bias], np.float32),
        }
    )
    for kind, sentences in _written()["held_out"].items():
        found = _is_pressing(vectors(sentences), weights, bias)
        print(f"held out, {kind}: {int(found.sum())} of {len(found)} are called urgent")
        wrong = [one for one, is_it in zip(sentences, found, strict=True) if is_it != (kind == PRESSING)]
        print(*wrong, sep="\n    ")


def _written() -> dict[str, Any]:
    return tomllib.loads((HERE / "pressing.toml").read_text("utf-8"))


def _theirs(one: Dialogue) -> list[str]:
    """What the customer of a conversation said, and notes."""
    said = [turn.text for turn in one.turns if turn.speaker is not Speaker.AGENT]
    return [text[start:end] for text in said for start, end in statements(text)]


def _fit(ordinary: Sequence[Vectors]) -> tuple[Vectors, float]:
    given = _written()
    # Who says no more than that it is urgent is impatient, though some of the examples call that urgent too.
    counts: dict[str, float] = {}
    known = {one.text: "urgency" in one.acts for one in examples()}
    for kind in KINDS:
        known |= dict.fromkeys(given[kind], kind == PRESSING)
        combined = [f"{of} {said}" for about in given["about"] for of in about["of"] for said in about[kind]]
        known |= dict.fromkeys(combined, kind == PRESSING)
        counts |= dict.fromkeys(combined, COMBINED)
    read = np.concatenate([vectors(list(known)), *ordinary])
    others = len(read) - len(known)
    weights = np.array([*(counts.get(text, 1.0) for text in known), *[ORDINARY] * others])
    model = LogisticRegression(C=STRENGTH, max_iter=2000)
    model.fit(read, np.array([*known.values(), *[False] * others]), sample_weight=weights)
    return model.coef_[0].astype(np.float32), float(model.intercept_[0])


def _is_pressing(meanings: Vectors, weights: Vectors, bias: float) -> Vectors:
    return 1 / (1 + np.exp(-(meanings @ weights + bias))) >= pressing.LEAST


if __name__ == "__main__":
    main()
