"""The weights in force: what the request asks for, else what the tenant prefers, else the defaults."""

from dataclasses import asdict, replace

from warmline_memory.recall.ranking import Weights
from warmline_schemas import recall as wire

DEFAULT = Weights()
ESTIMATED = DEFAULT.estimated_importance / DEFAULT.importance
"""The default for what an estimated importance counts against a stated one. A caller sets one weight for both, and this
share stays between them."""


def resolve(preferred: wire.Weights, asked: wire.Weights | None) -> Weights:
    """The weights of one recall, of what the tenant prefers and what the request asks for."""
    given = preferred.model_dump(exclude_none=True) | (asked.model_dump(exclude_none=True) if asked else {})
    weights = replace(DEFAULT, **given)
    return replace(weights, estimated_importance=ESTIMATED * weights.importance)


def shown(weights: Weights) -> wire.Weights:
    """Weights as the wire shows them."""
    return wire.Weights(**{name: value for name, value in asdict(weights).items() if name in wire.Weights.model_fields})
