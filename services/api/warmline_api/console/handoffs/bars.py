"""Bars: the parts of a score, each as a length, a figure and a sentence."""

from collections.abc import Sequence
from dataclasses import dataclass

from warmline_api.console.languages import _, decimal, marked
from warmline_schemas.recall import RecalledMemory, ScoreParts

SIGN_WORDS = {
    "words": marked("its own words"),
    "words_nearby": marked("words around it"),
    "words_of_sitting": marked("words of its sitting"),
    "identifiers": marked("identifiers"),
    "meaning": marked("its own meaning"),
    "meaning_nearby": marked("meaning around it"),
    "substance": marked("substance"),
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
    score = Bar(
        _("score"), hit.score / best if best > 0 else 0.0, decimal(hit.score, 3), _("against the best of this answer")
    )
    relevance = Bar(_("relevance"), parts.relevance, decimal(parts.relevance, 2), _("how well it answers the question"))
    return [score, relevance, *_arms(parts), *_factors(parts), *_signs(parts)]


def _arms(parts: ScoreParts) -> list[Bar]:
    """What both arms found; what an arm did not find is a bar of no length."""
    words, cosine = parts.words, parts.cosine
    return [
        Bar(
            _("words"),
            words or 0.0,
            _("none") if words is None else decimal(words, 2),
            _("share of the question's words"),
        ),
        Bar(
            _("cosine"),
            max(cosine or 0.0, 0.0),
            "–" if cosine is None else decimal(cosine, 2),
            _("nearness in meaning"),
        ),
    ]


def _factors(parts: ScoreParts) -> list[Bar]:
    """Factors multiply: 1 changes nothing. A bar of half the length stands for 1."""
    named: Sequence[tuple[str, float, str]] = (
        (_("importance"), parts.importance_factor, _("how much it was said to matter")),
        (_("recency"), parts.recency_factor, _("how long ago it happened")),
        (_("recalls"), parts.recall_factor, _("how often it was of use before")),
        (_("current value"), parts.superseded_factor, _("less where a newer value replaced it")),
    )
    return [
        Bar(name, min(value / 2, 1.0), f"× {decimal(value, 2)}", about, is_factor=True) for name, value, about in named
    ]


def _signs(parts: ScoreParts) -> list[Bar]:
    if not parts.signs:
        return []
    # A sign may speak against a memory. A bar has no negative length, so there only the figure shows it.
    most = max(1.0, *(abs(value) for value in parts.signs.values()))
    return [
        Bar(
            _sign(name),
            max(value, 0.0) / most,
            f"{'+' if value >= 0 else ''}{decimal(value, 2)}",
            _("sign of relevance"),
        )
        for name, value in parts.signs.items()
    ]


def _signed(value: float) -> str:
    return f"{'+' if value >= 0 else ''}{decimal(value, 2)}"


def _sign(name: str) -> str:
    known = SIGN_WORDS.get(name)
    return _(known) if known else name.replace("_", " ")
