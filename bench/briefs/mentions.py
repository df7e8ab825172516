"""Trains the model that tells by which words somebody says who they are, or what was tried in vain.

    python -m bench.briefs.mentions    writes services/memory/warmline_memory/briefs/mentions.npz

It learns from written sentences (``mentions.toml``) and from the statements of the written conversations that the
salience model learns from. Printed is what holds for conversations that it has not learned from, a fifth at a time.
"""

import json
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression

from warmline_memory.briefs import mentions
from warmline_memory.language.statements import statements
from warmline_memory.salience import Vectors, vectors

HERE = Path(__file__).parent
CONVERSATIONS = HERE.parent / "salience/conversations.jsonl"
OTHER = "other"
KINDS = (OTHER, *mentions.KINDS)
STRENGTH, ORDINARY = 5.0, 0.3
"""How freely the weights fit, and how much a statement of a conversation that is neither counts beside a written
sentence. Chosen by the conversations that were held out."""
PARTS = 5


def main() -> None:
    """Train, write, and print what holds."""
    given = tomllib.loads((HERE / "mentions.toml").read_text("utf-8"))
    texts = [text for kind in KINDS for text in given[kind]]
    kinds = [kind for kind in KINDS for _ in given[kind]]
    said = _said(given["said"])
    written, read = vectors(texts), vectors([text for _, text, _ in said])
    found = np.array([kind for *_, kind in said])
    parts = np.array([part for part, *_ in said])
    shares = np.zeros((len(said), len(KINDS)))
    for part in range(PARTS):
        held = parts == part
        model = _fit(written, kinds, read[~held], found[~held])
        shares[held] = model.predict_proba(read[held])[:, [list(model.classes_).index(kind) for kind in KINDS]]
    for place, kind in enumerate(KINDS[1:], start=1):
        for least in (0.3, 0.4, 0.5, 0.6, 0.7, 0.8):
            taken = shares[:, place] >= least
            right = int((taken & (found == kind)).sum())
            print(f"{kind} from {least}: {right} of {int((found == kind).sum())} found, {int(taken.sum())} taken")
    model = _fit(written, kinds, read, found)
    order = [list(model.classes_).index(kind) for kind in KINDS]
    mentions.MODEL.write(
        {"weights": model.coef_[order].astype(np.float16), "bias": model.intercept_[order].astype(np.float32)}
    )


def _said(known: dict[str, list[str]]) -> list[tuple[int, str, str]]:
    """The statements of the conversations: the part that they are held out with, the text, and what it does."""
    found = []
    for place, line in enumerate(CONVERSATIONS.read_text("utf-8").splitlines()):
        events: Sequence[dict[str, Any]] = json.loads(line)["events"]
        for text in (event["text"] for event in events if event.get("text")):
            for start, end in statements(text):
                kinds = (kind for kind, begins in known.items() if text[start:end].startswith(tuple(begins)))
                found.append((place % PARTS, text[start:end], next(kinds, OTHER)))
    return found


def _fit(written: Vectors, kinds: Sequence[str], read: Vectors, found: Any) -> LogisticRegression:
    counts = np.concatenate([np.ones(len(written)), np.where(found == OTHER, ORDINARY, 1.0)])
    model = LogisticRegression(C=STRENGTH, max_iter=2000)
    return model.fit(np.concatenate([written, read]), [*kinds, *found], sample_weight=counts)


if __name__ == "__main__":
    main()
