"""Recorded conversations: read them from a file, and play them through a running platform as agents would."""

import json
import re
import secrets
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, Field, ValidationError

from warmline.client import Warmline
from warmline.errors import WarmlineError
from warmline.live import LiveSession
from warmline_schemas.briefs import Brief
from warmline_schemas.memories import Outcome
from warmline_schemas.sessions import SessionState

# The statuses in the files of cases; every other status means that the outcome is unknown.
OUTCOMES = {"ok": Outcome.CONFIRMED, "failed": Outcome.FAILED}
STATUSES = {outcome: status for status, outcome in OUTCOMES.items()}


class CasesUnreadable(WarmlineError):
    """The file of cases cannot be read, or a line of it is not a case."""


class CaseFailed(WarmlineError):
    """A case was played, and did not end as it must."""


class Words(BaseModel):
    """A message of the user or the agent."""

    role: Literal["user", "agent"] = Field(description="Who said it.")
    text: str = Field(description="What was said.")


class ToolCall(BaseModel):
    """A call of a tool by the agent."""

    role: Literal["tool"] = Field(description="Always `tool`.")
    name: str = Field(description="The tool's name.")
    arguments: dict[str, Any] = Field(default_factory=dict, description="The arguments of the call.")
    result: Any = Field(default=None, description="What the tool returned. A text that is JSON is read as JSON.")
    status: str | None = Field(default=None, description="`ok` or `failed`; null where it is unknown.")


class Case(BaseModel):
    """A conversation up to the moment of its handoff. Other fields of a line are ignored."""

    id: str = Field(description="The case's id.")
    domain: str = Field(description="What the conversation is about.")
    target: str = Field(description="The target of the handoff.")
    events: list[Words | ToolCall] = Field(description="The messages and tool calls, oldest first.")


@dataclass(frozen=True)
class Played:
    """A case that was played, with the brief of its handoff.

    ``ready_seconds``: from the request until the brief was ready. ``start_seconds``: how long accepting took.
    """

    case_id: str
    text: str
    actions: list[dict[str, str]]
    ready_seconds: float
    start_seconds: float

    def to_line(self) -> str:
        """Return the line of the case in the file of briefs, as JSON."""
        return json.dumps({"id": self.case_id, "text": self.text, "actions": self.actions}, ensure_ascii=False) + "\n"


@dataclass(frozen=True)
class Unplayed:
    """A case that could not be played to its end, with the reason."""

    case_id: str
    problem: str


def read_cases(path: Path, limit: int | None = None) -> list[Case]:
    """Read the cases in a JSON Lines file, at most the first ``limit``. Raises ``CasesUnreadable``."""
    cases: list[Case] = []
    try:
        with path.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, start=1):
                # The limit is checked before the line is parsed, so that a fault behind it does not matter.
                if limit is not None and len(cases) >= limit:
                    break
                if line.strip():
                    cases.append(_parse_case(path, number, line))
    except (OSError, UnicodeDecodeError) as error:
        raise CasesUnreadable(f"{path} cannot be read: {error}.") from error
    return cases


def a_run_id() -> str:
    """Make a new name for a run, so that two runs never share a namespace."""
    # The time sorts runs by age; the random part separates runs that start in the same second.
    return f"{datetime.now(UTC):%Y%m%dT%H%M%S}-{secrets.token_hex(3)}"


def play_all(client: Warmline, cases: Sequence[Case], *, run: str, concurrency: int = 4) -> Iterator[Played | Unplayed]:
    """Play cases in parallel, and yield the results in the order of the cases."""
    executor = ThreadPoolExecutor(max_workers=concurrency, thread_name_prefix="replay")
    namespaces = [f"replay/{run}/{number}-{_slug(case.id)}" for number, case in enumerate(cases, start=1)]
    try:
        # ``map`` keeps the order of the cases, so that two files of briefs can be compared line by line.
        yield from executor.map(lambda case, namespace: _try_to_play(client, case, namespace), cases, namespaces)
    finally:
        # After Ctrl-C, cases that have not begun are not played.
        executor.shutdown(cancel_futures=True)


def play(client: Warmline, case: Case, namespace: str) -> Played:
    """Play one case: remember its events, request the handoff, wait for the brief, and accept as the target."""
    with client.session(agent=f"{case.domain}-agent", namespace=namespace) as session:
        for event in case.events:
            remember(session, event)
        requested = time.perf_counter()
        reason = f"The {case.domain} conversation needs {case.target}"
        handoff = session.hand_off(to=case.target, reason=reason, mode="cold")
        client.handoffs.wait(handoff.id)
        ready = time.perf_counter()
        # A cold handoff must end its source session in the step that makes the brief ready. A run that sees otherwise
        # found a fault.
        if session.refresh().state is not SessionState.ENDED:
            raise CaseFailed(f"source session {session.id} is still open although its brief is ready")
    starting = time.perf_counter()
    with client.accept(handoff.id, agent=case.target) as warm:
        started = time.perf_counter()
    return Played(case.id, warm.brief.text, _actions(warm.brief), ready - requested, started - starting)


def _parse_case(path: Path, number: int, line: str) -> Case:
    try:
        return Case.model_validate_json(line)
    except ValidationError as error:
        fault = error.errors()[0]
        where = ".".join(map(str, fault["loc"])) or "the line"
        raise CasesUnreadable(f"Line {number} of {path} is not a case: {where}: {fault['msg']}.") from error


def _slug(text: str) -> str:
    # The id becomes one part of a namespace, so it must not have ``/`` or ``:`` either. 100 characters leave room for
    # the rest of a name, which may have 200.
    return re.sub(r"[^A-Za-z0-9_.-]+", "-", text)[:100]


def _try_to_play(client: Warmline, case: Case, namespace: str) -> Played | Unplayed:
    try:
        return play(client, case, namespace)
    except WarmlineError as error:
        return Unplayed(case.id, str(error))


def remember(session: LiveSession, event: Words | ToolCall) -> None:
    """Keep an event in a session, as the agent in it would. A message without words is not kept."""
    if isinstance(event, ToolCall):
        outcome = OUTCOMES.get(event.status or "", Outcome.UNKNOWN)
        session.remember_action(event.name, event.arguments, _parsed(event.result), outcome)
    elif event.text.strip():
        session.remember(event.text, role=event.role, kind="message")


def _parsed(result: Any) -> Any:
    """Read a text that is JSON as JSON. Everything else stays as it is."""
    if not isinstance(result, str):
        return result
    try:
        # Recordings often store a result as the text that the tool returned, although it is JSON.
        return json.loads(result)
    except ValueError:
        return result


def _actions(brief: Brief) -> list[dict[str, str]]:
    return [
        {"name": action.name, "status": STATUSES[action.outcome]}
        for action in brief.actions
        if action.outcome in STATUSES
    ]
