"""Siblings: what a session beside a chain's line, or one that was rolled back, leaves in what the next one gets."""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from bench.briefs.joining import REASON, Chain, Errand, in_passing
from bench.briefs.playing import PATIENCE, keep
from bench.briefs.recorded import Recorded
from bench.briefs.scoring import share, states
from bench.figures import Value
from warmline import Takeover, Warmline, WarmlineError
from warmline.replay import a_run_id
from warmline_schemas.handoffs import AcceptMode

SHORTEST = 4
"""Words of a line that is looked for: shorter ones, such as "yes please", are said everywhere."""


@dataclass(frozen=True)
class Line:
    """A conversation, an errand that is done beside its line, and one that is done on it and rolled back."""

    opening: Recorded
    needs: Sequence[str]
    beside: Errand
    undone: Errand

    def unwanted(self, *errands: Errand) -> list[str]:
        """The lines and values of errands that the conversation does not have itself."""
        called = (json.dumps([event.arguments, event.result], ensure_ascii=False) for event in self.opening.events)
        said = "\n".join([*(event.text for event in self.opening.events), *called, *self.needs])
        lines = [event.text for errand in errands for event in errand.events if len(event.text.split()) >= SHORTEST]
        values = [value for errand in errands for value in errand.values if len(value) >= SHORTEST]
        return [text for text in [*lines, *values] if not states(said, text)]


@dataclass
class Started:
    """What came of a line: the share of its needs in the last start, unwanted texts by their place, or its problem."""

    needs: list[bool] = field(default_factory=list)
    leaked: Counter[str] = field(default_factory=Counter)
    starts: int = 0
    problem: str | None = None

    def look(self, warm: Takeover, unwanted: Sequence[str]) -> None:
        """Count what a start has that it must not."""
        self.starts += 1
        memories = "\n".join(memory.content for memory in [*warm.since_the_brief, *warm.memories])
        for place, text in {"brief": warm.brief.text, "memories": memories, "prompt": warm.prompt}.items():
            self.leaked[place] += sum(states(text, one) for one in unwanted)


def lines_of(chains: Sequence[Chain], errands: Sequence[Errand]) -> Iterator[Line]:
    """A line for each chain, with errands of other conversations."""
    for number, chain in enumerate(chains):
        opening = chain.case.model_copy(update={"events": chain.case.events[: len(chain.opening)], "handoffs": []})
        others = [errand for errand in errands if errand.case_id != chain.case.id]
        beside, undone = (others[(2 * number + place) % len(others)] for place in (0, 1))
        yield Line(opening, [need.value for need in chain.key.must_know], beside, undone)


def start_all(client: Warmline, lines: Sequence[Line], clients: int) -> Iterator[Started]:
    """Play lines side by side."""
    run = a_run_id()

    def attempt(numbered: tuple[int, Line]) -> Started:
        number, line = numbered
        try:
            return start(client, line, number, f"siblings/{run}/{number}")
        except WarmlineError as error:
            return Started(problem=f"{type(error).__name__}: {error}")

    with ThreadPoolExecutor(clients) as pool:
        yield from pool.map(attempt, enumerate(lines))


def start(client: Warmline, line: Line, number: int, namespace: str) -> Started:
    """Hand a conversation on, branch off beside it, go on, roll back, and go on from there."""
    came = Started()
    session = client.session(agent=line.opening.agent, namespace=namespace)
    keep(session, line.opening, line.opening.events)
    first = session.hand_off(to="desk-1", reason=REASON)
    one = client.accept(first.id, agent="desk-1", wait=PATIENCE)
    side = client.accept(first.id, agent="side-desk", mode=AcceptMode.BRANCH)
    keep(side.session, line.opening, line.beside.events)
    side.session.end()
    keep(one.session, line.opening, in_passing(number))
    second = one.session.hand_off(to="desk-2", reason=REASON)
    two = client.accept(second.id, agent="desk-2", wait=PATIENCE)
    came.look(two, line.unwanted(line.beside))
    keep(two.session, line.opening, line.undone.events)
    three = client.accept(first.id, agent="desk-3", mode=AcceptMode.ROLLBACK)
    came.look(three, line.unwanted(line.beside, line.undone))
    keep(three.session, line.opening, in_passing(number + 1))
    third = three.session.hand_off(to="desk-4", reason=REASON)
    with client.accept(third.id, agent="desk-4", wait=PATIENCE) as four:
        came.look(four, line.unwanted(line.beside, line.undone))
        read = "\n".join([four.brief.text, *(memory.content for memory in four.memories)])
        came.needs = [states(read, need) for need in line.needs]
    return came


def score(started: Sequence[Started]) -> dict[str, Value]:
    """How many starts there were, how many chains leak anything, and how many texts leak in each place."""
    leaked = sum((one.leaked for one in started), Counter[str]())
    return {
        "started": len(started),
        "failed": sum(one.problem is not None for one in started),
        "starts": sum(one.starts for one in started),
        "leaking_chains": sum(one.leaked.total() > 0 for one in started),
        **{f"sibling_lines_in_{place}": leaked[place] for place in ("brief", "memories", "prompt")},
        "needs_in_last_start": share(hit for one in started for hit in one.needs),
    }
