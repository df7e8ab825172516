"""Slots and actions of memories, as callers give them."""

from collections.abc import Mapping
from typing import Any

from warmline.calls import build
from warmline_schemas.memories import Action, Outcome, Slot

SlotLike = Slot | tuple[str, str]
"""A named value: ``Slot(name="account_id", value="ACC-4521")``, or the pair ``("account_id", "ACC-4521")``."""


def as_slot(slot: SlotLike | None) -> Slot | None:
    """Turn a pair of a name and a value into a slot."""
    return build(Slot, name=slot[0], value=slot[1]) if isinstance(slot, tuple) else slot


def an_action(name: str, arguments: Mapping[str, Any] | None, result: Any, outcome: Outcome | str | None) -> Action:
    """Build the record of a tool call."""
    return build(Action, name=name, arguments=arguments, result=result, outcome=outcome)
