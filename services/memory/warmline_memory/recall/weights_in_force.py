"""Weighing: the weights of a recall, out of what the request asks for, what the tenant prefers, and the defaults."""

from dataclasses import asdict, replace

from warmline_memory.recall.ranking import Weights
from warmline_schemas import recall as wire

DEFAULT = Weights()
ESTIMATED = DEFAULT.estimated_importance / DEFAULT.importance
"""An estimated importance moves a score this part of the way that a stated one does."""


def resolve(preferred: wire.Weights, asked: wire.Weights | None) -> Weights:
    """The weights in force: what is asked for goes before what is preferred, and that before the defaults."""
    given = preferred.model_dump(exclude_none=True) | (asked.model_dump(exclude_none=True) if asked else {})
    weights = replace(DEFAULT, **given)
    return replace(weights, estimated_importance=ESTIMATED * weights.importance)


def told(weights: Weights) -> wire.Weights:
    """Weights as the wire shows them."""
    return wire.Weights(**{name: value for name, value in asdict(weights).items() if name in wire.Weights.model_fields})
