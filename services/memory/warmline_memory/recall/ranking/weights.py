"""Weights: how much words, meaning, context, importance and age count. Callers may set each of them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each part of a score counts. 0 switches a part off.

    The first four scale what ``relevance`` takes each sign to be worth; 1 is what was measured on long conversations,
    where anything from a half to double costs two points of recall at most.
    """

    words: float = 1.0
    """Of the words, those of the memory itself and those around it."""
    meaning: float = 1.0
    """Of the cosine similarities, the memory's own and those around it."""
    context: float = 1.0
    """Of what stands around a memory, against the memory itself."""
    substance: float = 1.0
    """Of a memory's length, against what says next to nothing."""
    importance: float = 0.5
    """How far a stated importance moves a score: .5 is a quarter up or down."""
    estimated_importance: float = 0.25
    """How far an estimated importance moves a score: half as far, since an estimate has seen the memory alone and does
    not know what will be asked."""
    recency: float = 0.1
    """What age can take from a score at most. Over eight months .1 costs nothing, .25 a point of recall@10, .5 two."""
    half_life_days: float = 30.0
    """After so many days, half of what age can take is gone."""


DEFAULT = Weights()
