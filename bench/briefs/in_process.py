"""Writing the brief of a case in this very process: no stack, no database, the same brief as the platform's."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

from bench.briefs.recorded import Recorded
from warmline_memory import briefs, salience
from warmline_memory.briefs import BriefRequest, BriefSource, Leg as Earlier, work_types
from warmline_memory.briefs.templates import BUILT_IN
from warmline_memory.memories import content_of
from warmline_memory.source_memory import SourceMemory
from warmline_schemas.accounts import Account
from warmline_schemas.briefs import Brief
from warmline_schemas.memories import Remember, Role

SPEAKERS = {Role.USER: salience.Speaker.CUSTOMER, Role.AGENT: salience.Speaker.AGENT}
START = datetime(2026, 6, 1, 9, tzinfo=UTC)
STEP = timedelta(seconds=5)
"""Events without a time of their own happen one after the other, as quickly as people type."""


@dataclass(frozen=True)
class Leg:
    """One session of a case, and the handoff that ends it."""

    agent: str
    memories: Sequence[SourceMemory]
    to: str
    reason: str
    goal: str | None = None
    template: str | None = None
    account: Account | str | None = None
    """What the agent that hands off says of its work."""


def brief_of(case: Recorded, account: Account | str | None = None) -> Brief:
    """The brief of a case's last handoff, to which an ``account`` may belong."""
    *before, last = legs_of(case)
    *_, brief = all_briefs([*before, replace(last, account=account)])
    return brief


def all_briefs(legs: Sequence[Leg]) -> Iterator[Brief]:
    """The brief of each handoff of a chain, each written from the sessions that led to it."""
    before: list[Earlier] = []
    template: str | None = None
    for hop, leg in enumerate(legs, start=1):
        brief = briefs.write(source_of(leg, hop, before, template))
        yield brief
        before.append(Earlier(leg.agent, leg.memories, leg.reason, leg.account))
        template = brief.template


def source_of(leg: Leg, hop: int, before: Sequence[Earlier] = (), template_before: str | None = None) -> BriefSource:
    """What the platform's worker writes the brief of a handoff from."""
    template = leg.template or work_types.detect(leg.memories, BUILT_IN.values(), template_before)
    request = BriefRequest(
        source_agent=leg.agent, to=leg.to, reason=leg.reason, namespace="bench", goal=leg.goal, hop=hop
    )
    return BriefSource(
        memories=leg.memories,
        request=request,
        cut_at=max((memory.event_time for memory in leg.memories), default=START) + STEP,
        before=tuple(before),
        account=leg.account,
        template=BUILT_IN[template],
    )


def legs_of(case: Recorded) -> list[Leg]:
    """The sessions of a case, each with the handoff that ends it."""
    memories = list(memories_of(case))
    legs: list[Leg] = []
    agent, start = case.agent, 0
    for hop in case.handoffs:
        legs.append(Leg(agent, _of_session(memories[start : hop.before], agent), hop.to, hop.reason))
        agent, start = hop.to, hop.before
    rest = _of_session(memories[start:], agent)
    if case.returns is not None and legs:
        # A return is a handoff to the source, whose reason and goal are the instruction.
        return [*legs, Leg(agent, rest, legs[-1].agent, case.returns, case.returns)]
    asked = case.request
    return [*legs, Leg(agent, rest, case.target, case.reason, asked.goal, asked.template)]


def memories_of(case: Recorded) -> Iterator[SourceMemory | None]:
    """The memory of each event; None for a message without words, which no agent keeps."""
    for place, event in enumerate(case.events):
        fields = case.fields_of(event)
        yield _kept(Remember(namespace="bench", **fields), place) if fields else None


def _kept(ask: Remember, place: int) -> SourceMemory:
    content = content_of(ask)
    return SourceMemory(
        # As with the platform's ids, the order of the numbers is that of the events.
        id=UUID(int=place + 1),
        role=ask.role,
        kind=ask.kind,
        content=content,
        importance=salience.importance(content, SPEAKERS.get(ask.role) if ask.role else None, ask.kind),
        event_time=ask.event_time or START + place * STEP,
        action=ask.action,
        agent=ask.agent,
    )


def _of_session(memories: Iterable[SourceMemory | None], agent: str) -> list[SourceMemory]:
    """The memories of a session, as the platform keeps them: a note that is repeated word for word is stored once."""
    kept: dict[object, SourceMemory] = {}
    for memory in memories:
        if memory is not None:
            key = memory.id if memory.role else (memory.kind, tuple(memory.content.split()))
            again = replace(kept.get(key, memory), event_time=memory.event_time)
            kept[key] = replace(again, agent=again.agent or agent)
    return list(kept.values())
