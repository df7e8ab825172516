"""Recorded conversations with all that a file of cases may say of them: notes, times, agents, earlier handoffs."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, Field, TypeAdapter

from warmline.replay import OUTCOMES
from warmline_schemas.memories import Action, Outcome, Role


class Event(BaseModel):
    """Something said, noted or done. `note`: kept without a role. `at`: when; `agent`: who kept it."""

    role: Literal["user", "agent", "tool"]
    text: str = ""
    kind: str = "message"
    note: bool = False
    at: datetime | None = None
    agent: str | None = None
    name: str = ""
    arguments: dict[str, Any] = Field(default_factory=dict)
    result: Any = None
    status: str | None = None


class Hop(BaseModel):
    """An earlier handoff of a case, requested before the event of that number."""

    before: int
    to: str
    reason: str


class Asked(BaseModel):
    """What the last handoff is requested with, beyond its target."""

    reason: str | None = None
    goal: str | None = None
    template: str | None = None
    urgency: str | None = None


class Recorded(BaseModel):
    """A conversation up to its last handoff. `returns`: that handoff gives the work back, with this instruction."""

    id: str
    source: str
    domain: str
    target: str
    events: list[Event]
    request: Asked = Asked()
    handoffs: list[Hop] = []
    returns: str | None = None
    must: list[list[str]] | None = None

    @property
    def agent(self) -> str:
        """Who works in the first session."""
        return f"{self.domain}-agent"

    @property
    def reason(self) -> str:
        """Why the last handoff is requested."""
        return self.request.reason or f"The {self.domain} conversation needs {self.target}"

    def fields_of(self, event: Event) -> dict[str, Any] | None:
        """The fields of the memory that an agent keeps of an event; None for a message without words."""
        known: dict[str, Any] = {"agent": event.agent, "event_time": event.at}
        if event.role == "tool":
            return {"role": Role.TOOL, "kind": "action", "action": self._action(event), **known}
        if not event.text.strip():
            return None
        return {"content": event.text, "role": None if event.note else Role(event.role), "kind": event.kind, **known}

    def _action(self, event: Event) -> Action:
        # Cases of expectations keep results as the tool wrote them; the others hold JSON as text, as `replay` finds it.
        result = event.result if self.must is not None else parsed(event.result)
        outcome = OUTCOMES.get(event.status or "", Outcome.UNKNOWN)
        return Action(name=event.name, arguments=event.arguments, result=result, outcome=outcome)


CASE = TypeAdapter(Recorded)


def read_recorded(path: Path, limit: int | None = None) -> list[Recorded]:
    """Read the cases of a file, the first ``limit``; raises ``ValueError`` where a line is no case."""
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    return [CASE.validate_json(line) for line in lines[:limit]]


def parsed(result: Any) -> Any:
    """A text that is JSON as JSON; everything else as it is."""
    if not isinstance(result, str):
        return result
    try:
        return json.loads(result)
    # A text of brackets alone is nested deeper than Python reads.
    except (ValueError, RecursionError):
        return result
