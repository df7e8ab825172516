"""Weights: how much words, meaning, context, importance and age count. Callers may set each of them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each part of a score counts. 0 switches a part off.

    The first four scale what ``relevance`` takes each sign to be worth; 1 is what was measured on long conversations,
    where anything from a half to double costs two points of recall at most.
    """

    words: float = 1.0
    """How much words count: those of the memory itself and those around it."""
    meaning: float = 1.0
    """How much cosine similarities count: the memory's own and those around it."""
    context: float = 1.0
    """How much the memories around a memory count, against the memory itself."""
    substance: float = 1.0
    """How much a memory's length counts, against memories that say next to nothing."""
    importance: float = 0.5
    """How far a stated importance moves a score: .5 is a quarter up or down."""
    estimated_importance: float = 0.25
    """How far an estimated importance moves a score: half as far, since an estimate has seen the memory alone and does
    not know what will be asked."""
    recency: float = 0.1
    """Age takes at most this share of a score. Over eight months .1 costs nothing, .25 a point of recall@10, .5 two."""
    half_life_days: float = 30.0
    """The age in days at which a memory has lost half of what age can take."""


DEFAULT = Weights()
