"""Playing cases over HTTP, as the agents in them would have done: notes, times, earlier handoffs and all."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from bench.briefs.recorded import Event, Recorded
from warmline import Takeover, Warmline, WarmlineError
from warmline.live import LiveSession
from warmline.replay import a_run_id
from warmline_schemas.briefs import Brief

PATIENCE = 240.0
"""Seconds that a brief may take on a busy machine."""


@dataclass(frozen=True)
class Unplayed:
    """A case that could not be played to its end, and why."""

    id: str
    problem: str


def play_all(client: Warmline, cases: Sequence[Recorded], clients: int) -> Iterator[tuple[Recorded, Brief | Unplayed]]:
    """Play cases side by side, and answer the brief of each one's last handoff, in the order of the cases."""
    run = a_run_id()

    def attempt(numbered: tuple[int, Recorded]) -> Brief | Unplayed:
        number, case = numbered
        try:
            return play(client, case, f"briefs/{run}/{number}")
        except WarmlineError as error:
            return Unplayed(case.id, f"{type(error).__name__}: {error}")

    with ThreadPoolExecutor(clients) as pool:
        yield from zip(cases, pool.map(attempt, enumerate(cases)), strict=True)


def play(client: Warmline, case: Recorded, namespace: str) -> Brief:
    """Play a case to its last handoff, and answer the brief that the receiver gets."""
    session = client.session(agent=case.agent, namespace=namespace)
    held: Takeover | None = None
    start = 0
    for hop in case.handoffs:
        keep(session, case, case.events[start : hop.before])
        handoff = session.hand_off(to=hop.to, reason=hop.reason)
        held, start = client.accept(handoff.id, agent=hop.to, wait=PATIENCE), hop.before
        session = held.session
    keep(session, case, case.events[start:])
    if held and case.returns is not None:
        handoff = held.give_back(case.returns)
    else:
        asked = case.request
        handoff = session.hand_off(
            to=case.target, reason=case.reason, goal=asked.goal, template=asked.template, urgency=asked.urgency
        )
    with client.accept(handoff.id, agent=case.target, wait=PATIENCE) as warm:
        return warm.brief


def keep(session: LiveSession, case: Recorded, events: Sequence[Event]) -> None:
    """Keep events of a case in a session."""
    kept = [fields for fields in map(case.fields_of, events) if fields]
    if kept:
        session.remember_many(kept)
