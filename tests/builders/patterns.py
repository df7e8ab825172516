"""Builders of handed-over work, for the examples by which people know session handoffs."""

from collections.abc import Iterable, Sequence
from typing import Any

from tests.builders.live_sessions import Kept
from warmline import Warmline
from warmline.live import LiveSession
from warmline.takeover import Takeover
from warmline_schemas.briefs import Brief, SectionName


def a_note(kind: str, content: str, **fields: Any) -> Kept:
    return {"kind": kind, "content": content, **fields}


def a_slot(name: str, value: str, **fields: Any) -> Kept:
    return {"kind": "fact", "content": f"{name}: {value}", "slot": {"name": name, "value": value}, **fields}


def a_call(name: str, result: Any, outcome: str = "confirmed", **arguments: Any) -> Kept:
    action = {"name": name, "arguments": arguments, "result": result, "outcome": outcome}
    return {"kind": "action", "role": "tool", "action": action}


def hand_over(
    client: Warmline, session: LiveSession, *, to: str = "next-agent", reason: str = "Its turn", goal: str | None = None
) -> Takeover:
    handoff = session.hand_off(to=to, reason=reason, goal=goal)
    return client.accept(handoff.id, agent=to)


def text_of(brief: Brief, *names: SectionName) -> str:
    """A brief's headline and the lines of these sections."""
    lines = [line for section in brief.sections if section.name in names for line in section.lines]
    return "\n".join(f"{line.label or ''}: {line.text}" for line in [brief.headline, *lines])


def missing(text: str, items: Sequence[str]) -> list[str]:
    """The items that a text does not hold; the case of letters does not matter."""
    return [item for item in items if item.lower() not in text.lower()]


def in_their_order(text: str, items: Iterable[str]) -> bool:
    """Whether a text holds all items, one after the other."""
    places = [text.lower().find(item.lower()) for item in items]
    return -1 not in places and places == sorted(places)
