"""Importance: how much a memory matters, estimated from the memory alone, with the signs that it shows."""

import math
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from warmline_memory.salience import signs
from warmline_memory.salience.model import ACTS, Floats, model
from warmline_memory.salience.sentences import vectors
from warmline_memory.salience.turns import Speaker

HIGHEST = 0.95
SMALL_TALK = 0.1

ACT_WEIGHTS: Final = {
    "wish": 0.30, "offer": 0.15, "consent": 0.15, "refusal": 0.20, "promise": 0.65, "rule": 0.80, "question": 0.10,
    "filler": 0.0, "feeling": 0.20, "urgency": 0.80, "change": 0.20,
}  # fmt: skip
"""How much each act matters. Fitted by hand on ``bench/salience/examples.jsonl``, so that small talk stays at .2 or
below, ordinary facts between .35 and .65, and rules, promises, identifiers and urgent matters at .7 or above."""
SHAPE_WEIGHTS: Final = {
    "identifier": 0.45, "money": 0.40, "link": 0.40, "time": 0.15, "number": 0.15, "name": 0.08, "words": 0.25,
    "user": 0.05, "note": 0.10,
}  # fmt: skip
SIGN_WEIGHTS: Final = {"kind": 0.25, "slot": 0.45, "lookup": 0.15, "change": 0.40, "failure": 0.25}
"""Signs that the caller knows and the text does not show."""
# Kinds whose name says that the memory was kept because it matters. They are the kinds of the API's documentation.
WEIGHTY_KIND = re.compile(
    r"^(?:issue|problem|decision|promise|commitment|blocker|error|fact|goal|request|handoff|summary|rule|todo)"
)


@dataclass(frozen=True, slots=True)
class Kept:
    """A memory as far as its importance goes. ``speaker`` is None for a note; ``signs`` are of ``SIGN_WEIGHTS``."""

    text: str
    speaker: Speaker | None
    kind: str = "message"
    signs: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class Estimate:
    """An importance, 0.1 to 0.95, and what it rests on: the sign's name and its weight, 0 to 1."""

    value: float
    signs: Mapping[str, float]


def importance(text: str, speaker: Speaker | None, kind: str = "message") -> float:
    """How much a memory matters, 0 to 1, without a language model."""
    return estimates([Kept(text, speaker, kind)])[0].value


def estimates(memories: Sequence[Kept]) -> list[Estimate]:
    """How much each memory matters, and why; all are read in one batch.

    Each sign has a weight w; the estimate is 1 - (1 - 0.1)(1 - w₁)(1 - w₂)… (a noisy-or: every further sign adds, less
    the more there are), at most 0.95. The learned acts count by their weight times their probability, and what is
    probably small talk counts less. Full weight is left to handoffs.
    """
    if not memories:
        return []
    texts = [memory.text for memory in memories]
    shapes = signs.shapes(texts, [memory.speaker for memory in memories])
    acts = np.zeros((len(memories), len(ACTS)), np.float32)
    # A call written as a line is nobody's statement: its name and its outcome count, and nothing is embedded.
    said = [at for at, memory in enumerate(memories) if not {"lookup", "change"} & set(memory.signs)]
    acts[said] = model().acts(vectors([_glance(texts[at]) for at in said]), shapes[said])
    return [_estimate(memory, *rows) for memory, *rows in zip(memories, acts, shapes, strict=True)]


def _glance(text: str) -> str:
    """The beginning and the end of a text: an estimate is made in the transaction of a write, which may not wait."""
    return text if len(text) <= 240 else f"{text[:180]} {text[-60:]}"


def _estimate(memory: Kept, acts: Floats, shapes: Floats) -> Estimate:
    likely = dict(zip(ACTS, map(float, acts), strict=True))
    # Filler takes weight from what its words might mean, and none from what they name.
    substance = 1.0 - likely["filler"]
    found = {act: weight * likely[act] * substance for act, weight in ACT_WEIGHTS.items()}
    found = {act: round(weight, 4) for act, weight in found.items() if weight >= 0.02}
    shown = _shown(memory, dict(zip(signs.SHAPES, map(float, shapes), strict=True)))
    found |= {name: round(weight * substance, 4) for name, weight in shown.items() if name in {"words", "user", "name"}}
    found |= {name: weight for name, weight in shown.items() if name not in found}
    found |= {name: SIGN_WEIGHTS[name] for name in memory.signs}
    if WEIGHTY_KIND.match(memory.kind):
        found["kind"] = SIGN_WEIGHTS["kind"]
    if not any(char.isalnum() for char in memory.text) and not memory.signs:
        found = {}
    rest = math.prod(1.0 - found[name] for name in sorted(found))
    return Estimate(round(min(HIGHEST, 1.0 - (1.0 - SMALL_TALK) * rest), 4), found)


def _shown(memory: Kept, shape: Mapping[str, float]) -> dict[str, float]:
    """The signs that the text shows by its shape."""
    has = {
        "identifier": shape["mixed_token"] or shape["long_number"] or (shape["link"] and "@" in memory.text),
        "money": shape["money"],
        "link": shape["link"],
        "time": shape["time"] or shape["percent"],
        "number": shape["digit_tokens"],
        "name": shape["capital_words"],
        "words": shape["words"] >= math.log1p(3),
        "user": memory.speaker is Speaker.CUSTOMER,
        "note": memory.speaker is Speaker.NOTE or memory.speaker is None,
    }
    return {name: SHAPE_WEIGHTS[name] for name, shows in has.items() if shows}
