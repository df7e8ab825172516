"""A brief made only of quotes, for measuring: the best statements within a number of words, in time order."""

import importlib.util
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from warmline_memory.language.statements import word_count
from warmline_memory.salience.turns import Statement, Turn


def brief(turns: Sequence[Turn], said: Sequence[Statement], keep: NDArray[np.float32], words: int = 120) -> str:
    """Lines such as ``customer: “...”``; equal statements are quoted once."""
    taken: list[int] = []
    texts: set[str] = set()
    left = words
    for index in np.argsort(-keep, kind="stable"):
        cost = word_count(said[index].text) + 1
        if cost <= left and said[index].text.casefold() not in texts:
            taken.append(int(index))
            texts.add(said[index].text.casefold())
            left -= cost
    return "\n".join(f"{turns[said[i].turn].speaker}: “{said[i].text}”" for i in sorted(taken))


def scores(scorer: Path, cases: Path, briefs: dict[str, str], words: int = 120) -> dict[str, Any]:
    """What the benches' scorer says of the briefs, by case id."""
    spec = importlib.util.spec_from_file_location("bench_score", scorer)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    lines = [json.loads(line) for line in cases.read_text("utf-8").splitlines()]
    found: dict[str, Any] = module.score(
        [case for case in lines if case["id"] in briefs], {key: {"text": text} for key, text in briefs.items()}, words
    )
    return found
