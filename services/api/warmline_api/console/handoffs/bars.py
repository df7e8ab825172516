"""Bars: the parts of a score, each as a length, a figure and a sentence."""

from collections.abc import Sequence
from dataclasses import dataclass

from warmline_schemas.recall import RecalledMemory, ScoreParts

SIGN_WORDS = {
    "words": "its own words",
    "words_nearby": "words around it",
    "words_of_sitting": "words of its sitting",
    "identifiers": "identifiers",
    "meaning": "its own meaning",
    "meaning_nearby": "meaning around it",
    "substance": "substance",
}


@dataclass(frozen=True)
class Bar:
    """One part of a score. ``share`` is the length, 0 to 1; ``figure`` is what is written beside it."""

    name: str
    share: float
    figure: str
    about: str
    is_factor: bool = False


def bars_of(hit: RecalledMemory, best: float) -> list[Bar]:
    """The bars of a recalled memory; its score against the best of the answer, and what that is the product of."""
    parts = hit.parts
    score = Bar("score", hit.score / best if best > 0 else 0.0, f"{hit.score:.3f}", "against the best of this answer")
    relevance = Bar("relevance", parts.relevance, f"{parts.relevance:.2f}", "how well it answers the question")
    return [score, relevance, *_arms(parts), *_factors(parts), *_signs(parts)]


def _arms(parts: ScoreParts) -> list[Bar]:
    """What both arms found; what an arm did not find is a bar of no length."""
    words, cosine = parts.words, parts.cosine
    return [
        Bar("words", words or 0.0, "none" if words is None else f"{words:.2f}", "share of the question's words"),
        Bar("cosine", max(cosine or 0.0, 0.0), "–" if cosine is None else f"{cosine:.2f}", "nearness in meaning"),
    ]


def _factors(parts: ScoreParts) -> list[Bar]:
    """Factors multiply: 1 changes nothing. A bar of half the length stands for 1."""
    named: Sequence[tuple[str, float, str]] = (
        ("importance", parts.importance_factor, "how much it was said to matter"),
        ("recency", parts.recency_factor, "how long ago it happened"),
        ("recalls", parts.recall_factor, "how often it was of use before"),
        ("current value", parts.superseded_factor, "less where a newer value replaced it"),
    )
    return [Bar(name, min(value / 2, 1.0), f"× {value:.2f}", about, is_factor=True) for name, value, about in named]


def _signs(parts: ScoreParts) -> list[Bar]:
    if not parts.signs:
        return []
    # A sign may speak against a memory. A bar has no negative length, so there only the figure shows it.
    most = max(1.0, *(abs(value) for value in parts.signs.values()))
    return [
        Bar(SIGN_WORDS.get(name, name.replace("_", " ")), max(value, 0.0) / most, f"{value:+.2f}", "sign of relevance")
        for name, value in parts.signs.items()
    ]
