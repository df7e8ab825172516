"""Joining: chains made of recorded conversations, whose first wish stays open while other things are done."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from uuid import UUID

from bench.briefs.case_sets import CaseSet
from bench.briefs.recorded import Event, Hop, Recorded
from bench.briefs.scoring import AnswerKey, states

REASON = "The customer needs the next desk"
EVERY_THIRD = 3
LONGEST_ERRAND = 16
"""Events; longer ones would be the greater part of a chain."""
IN_PASSING = (
    ("user: Hello? Is somebody there?", "agent: Yes, I am here, and I am passing you on to a colleague."),
    ("agent: Thank you for waiting, I have your request here.", "user: Okay, thanks."),
    ("agent: It is rather busy today, one moment please.", "user: No problem, take your time."),
    ("user: I am still waiting.", "agent: I am sorry about that. My colleague will take over now."),
    ("agent: I have read what you wrote before.", "user: Good. I will stay on the line."),
)
"""What is said at a hop where nothing happens: true for a moment, and of no use to anybody later."""


@dataclass(frozen=True)
class Errand:
    """A part of a conversation that ends when its change is confirmed, and the values of the change's arguments."""

    case_id: str
    domain: str
    events: Sequence[Event]
    values: frozenset[str]


@dataclass(frozen=True)
class Placed:
    """An errand in a chain: its hop from 1, the ids of its memories up to its change, and values that only it has."""

    hop: int
    ids: frozenset[UUID]
    values: frozenset[str]


@dataclass(frozen=True)
class Chain:
    """A case of many hops, what is needed of its first, and what is done on the way."""

    case: Recorded
    key: AnswerKey
    opening: frozenset[UUID]
    done: Sequence[Placed]


def errands_of(one: CaseSet) -> Iterator[Errand]:
    """The errands of a set: of each conversation with a confirmed change, the part up to the first."""
    for case, key in zip(one.cases, one.keys, strict=True):
        made = {deed.name for deed in key.actions if deed.status == "ok"}
        ends = [place for place, event in enumerate(case.events) if event.name in made and event.status == "ok"]
        if ends and ends[0] < LONGEST_ERRAND:
            values = frozenset(str(value) for value in case.events[ends[0]].arguments.values())
            yield Errand(case.id, case.domain, case.events[: ends[0] + 1], values)


def chains_of(sets: Sequence[CaseSet], hops: int, count: int) -> list[Chain]:
    """So many chains: the conversations with needs in turn from each set, and errands of other domains."""
    rows = [[(case, key) for case, key in zip(one.cases, one.keys, strict=True) if key.must_know] for one in sets]
    openings = [row[place] for place in range(max(map(len, rows))) for row in rows if place < len(row)]
    errands = [errand for one in sets for errand in errands_of(one)]
    return [_chain(*opening, errands, number, hops) for number, opening in enumerate(islice(openings, count))]


def _chain(case: Recorded, key: AnswerKey, errands: Sequence[Errand], number: int, hops: int) -> Chain:
    suitable = [errand for errand in errands if errand.domain != case.domain]
    events, handoffs, done = list(case.events), [], []
    for hop in range(2, hops + 1):
        handoffs.append(Hop(before=len(events), to=f"agent-{hop}", reason=REASON))
        if hop % EVERY_THIRD == 0 and suitable:
            errand = suitable[(number * hops + hop) % len(suitable)]
            done.append(_placed(errand, hop, len(events), case, key))
            events += errand.events
        else:
            events += in_passing(number + hop)
    whole = case.model_copy(update={"events": events, "handoffs": handoffs})
    return Chain(whole, key, frozenset(UUID(int=place + 1) for place in range(len(case.events))), done)


def _placed(errand: Errand, hop: int, start: int, case: Recorded, key: AnswerKey) -> Placed:
    spoken = "\n".join([*(event.text for event in case.events), *(need.value for need in key.must_know)])
    own = frozenset(value for value in errand.values if len(value) > 1 and not states(spoken, value))
    return Placed(hop, frozenset(UUID(int=start + place + 1) for place in range(len(errand.events))), own)


def in_passing(number: int) -> list[Event]:
    """What is said at a hop where nothing happens."""
    lines = (line.split(": ", 1) for line in IN_PASSING[number % len(IN_PASSING)])
    return [Event.model_validate({"role": role, "text": text}) for role, text in lines]
