"""Fits the weights by which a session's template is chosen, and measures them on sessions that it did not see.

``python -m bench.work_types.fit`` prints how many sessions are found. ``--examples`` writes the lines of every other
session of each template into its file as examples; ``--write`` fits the weights on them, and measures on the others.
"""

import argparse
import json
import re
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import minimize  # type: ignore[import-untyped]

from bench.work_types.sessions import Session, read
from warmline_memory.briefs import work_types
from warmline_memory.briefs.templates import BUILT_IN

FOLDER = Path(work_types.__file__).parent
FAMILIES = {
    "support": 0, "shift": 1, "code": 2, "testing": 2, "quality": 2, "infrastructure": 3, "documentation": 4,
    "planning": 4, "session": 4, "continuation": 4,
}  # fmt: skip
"""Templates whose sessions are built alike share their weights: there are few sessions of each."""
NAMES = sorted(BUILT_IN)
PENALTY = 0.002
SUPPORT_COUNTS = 1.5
"""A session of support counts more: there are more of them in use than there are here."""


def halves(sessions: list[Session]) -> tuple[list[Session], list[Session]]:
    """Those to fit on, and those to measure on: of each template in turn."""
    seen: Counter[str] = Counter()
    parts: tuple[list[Session], list[Session]] = ([], [])
    for session in sessions:
        parts[seen[session.template] % 2].append(session)
        seen[session.template] += 1
    return parts


def write_examples(sessions: list[Session]) -> None:
    """Put the lines of sessions into the files of their templates."""
    for name in NAMES:
        lines = [work_types._said(one) for session in sessions if session.template == name for one in session.memories]
        lines = [line for line in dict.fromkeys(lines) if len(line) >= 12][:40]
        path = FOLDER / "templates" / f"{name}.toml"
        text = re.sub(r"\nexamples = \[\n.*?\n\]\n", "\n", path.read_text("utf-8"), flags=re.S)
        listed = "".join(f"  {json.dumps(line, ensure_ascii=False)},\n" for line in lines)
        path.write_text(f"{text.rstrip()}\nexamples = [\n{listed}]\n", "utf-8")
        tomllib.loads(path.read_text("utf-8"))


def fitted(sessions: list[Session]) -> dict[str, Any]:
    """The weights that make the right templates likeliest: a conditional logit with a quadratic penalty."""
    templates = [BUILT_IN[name] for name in NAMES]
    counts = np.array([work_types.evidence(session.memories, templates) for session in sessions])
    built = np.array([work_types.signs(session.memories) for session in sessions])
    right = np.array([NAMES.index(session.template) for session in sessions])
    family = np.array([FAMILIES[name] for name in NAMES])
    often = np.where(right == NAMES.index("support"), SUPPORT_COUNTS, 1.0)
    shape = (family.max() + 1, built.shape[1])

    def loss(weights: np.ndarray) -> float:
        scores = counts @ weights[:3] + (built @ weights[3:].reshape(shape).T)[:, family]
        scores -= scores.max(axis=1, keepdims=True)
        likelihood = scores[np.arange(len(right)), right] - np.log(np.exp(scores).sum(axis=1))
        return float(PENALTY * (weights**2).sum() - np.average(likelihood, weights=often))

    weights = minimize(loss, np.zeros(3 + shape[0] * shape[1]), method="L-BFGS-B").x.round(2)
    by_family = weights[3:].reshape(shape)
    return {
        "counts": dict(zip(("likeness", "words", "kinds"), weights[:3].tolist(), strict=True)),
        "signs": {name: by_family[FAMILIES[name]].tolist() for name in NAMES},
    }


def confusion(sessions: list[Session]) -> Counter[tuple[str, str]]:
    """How often which template is chosen for which."""
    return Counter((one.template, work_types.detect(one.memories, BUILT_IN.values())) for one in sessions)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--examples", action="store_true")
    asked = parser.parse_args()
    seen, unseen = halves(read())
    if asked.examples:
        write_examples(seen)
        return
    if asked.write:
        weights = fitted(seen)
        lines = ["# Written by bench.work_types.fit. `signs` are in the order of `work_types.SIGNS`."]
        for table, entries in weights.items():
            lines += ["", f"[{table}]", *(f"{name} = {value}" for name, value in entries.items())]
        (FOLDER / "work_types.toml").write_text("\n".join(lines) + "\n", "utf-8")
        work_types.WEIGHTS = weights
    for part, sessions in (("fitted", seen), ("held out", unseen)):
        found = confusion(sessions)
        right = sum(count for (wanted, got), count in found.items() if wanted == got)
        wrong = {f"{wanted} as {got}": count for (wanted, got), count in found.items() if wanted != got}
        print(json.dumps({"sessions": part, "right": right, "of": len(sessions), "wrong": wrong}))


if __name__ == "__main__":
    main()
