"""Chains: conversations of one customer, each agent's session started from the handoff before."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

from bench.briefs.scoring import AnswerKey, share, states
from warmline import Warmline
from warmline.replay import Case, a_run_id, remember
from warmline.takeover import Takeover

One = TypeVar("One")


@dataclass(frozen=True)
class Arrived:
    """What the last target of a chain woke up with, and the length of the longest brief on the way."""

    text: str
    longest_brief: int


def joined(row: Sequence[One], hops: int) -> list[Sequence[One]]:
    """A row by so many, in its order; what is left over is left out."""
    # A shorter chain at the end would score better than the others, since less can get lost in it.
    return [row[start : start + hops] for start in range(0, len(row) - hops + 1, hops)]


def travel(client: Warmline, chains: Sequence[Sequence[Case]], clients: int) -> Iterator[Arrived]:
    """Play chains, so many side by side, and answer them in their order."""
    run = a_run_id()
    with ThreadPoolExecutor(clients) as pool:
        yield from pool.map(
            lambda numbered: _travel(client, numbered[1], f"chains/{run}/{numbered[0]}"), enumerate(chains)
        )


def score(chains: Sequence[Sequence[AnswerKey]], arrived: Sequence[Arrived]) -> dict[str, float | int | None]:
    """What arrived at the last hop. ``must_know_hop_1``: the share of what the first hop's receiver needed;
    ``must_know_all``: of what every hop's receiver did. ``leaks``: the share of all secrets."""
    ends = list(zip(chains, arrived, strict=True))
    return {
        "must_know_hop_1": share(states(end.text, need.value) for keys, end in ends for need in keys[0].must_know),
        "must_know_all": share(
            states(end.text, need.value) for keys, end in ends for key in keys for need in key.must_know
        ),
        "leaks": share(
            states(end.text, secret.value) for keys, end in ends for key in keys for secret in key.must_not_leak
        ),
        "longest_brief_words": max(end.longest_brief for _, end in ends),
    }


def _travel(client: Warmline, cases: Sequence[Case], namespace: str) -> Arrived:
    session = client.session(agent=f"{cases[0].domain}-agent", namespace=namespace)
    longest = 0
    for case in cases:
        for event in case.events:
            remember(session, event)
        handoff = session.hand_off(to=case.target, reason=f"The {case.domain} conversation needs {case.target}")
        warm = client.accept(handoff.id, agent=case.target)
        longest = max(longest, warm.brief.words)
        session = warm.session
    session.end()
    # The receiver has more than the brief: the memories of the warm start count as read.
    return Arrived(_read(warm), longest)


def _read(warm: Takeover) -> str:
    return "\n".join([warm.brief.text, *(memory.content for memory in warm.memories)])
