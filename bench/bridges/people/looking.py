"""Looking: what must stand once on both sides, in its order, and who spoke."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from bench.bridges.people.places import REFUNDS, TIER1, Places
from bench.bridges.people.playing import Played
from warmline_schemas.events import Event

BOTS = (f"{TIER1}: ", f"{REFUNDS}: ")
"""What the bots' answers begin with."""


@dataclass
class Found:
    """What is wrong at the end, and how much there was."""

    customers: int = 0
    people: int = 0
    bots: int = 0
    taken: dict[str, int] = field(default_factory=dict)
    """Cases by where they were taken over."""
    back: dict[str, int] = field(default_factory=dict)
    """Cases by where they were given back to a bot."""
    rivals: int = 0
    """Cases that two people wanted at once."""
    overtaken: int = 0
    """Answers of bots that a person was faster than: they did not reach the customer."""
    two_speakers: int = 0
    """Answers of a bot that stand behind a person's, or beside the other bot's to the same words."""
    webhooks: int = 0
    wrong: list[str] = field(default_factory=list)
    """What is missing, or there twice, or out of order, in a sentence each."""


def look(places: Places, played: Sequence[Played]) -> Found:
    """Compare both sides of every conversation."""
    found = Found(webhooks=len(places.chatwoot.seconds))
    found.taken = dict(Counter(one.taken for one in played))
    found.back = dict(Counter(one.back for one in played if one.back))
    failed = _failed(places)
    for one in played:
        found.rivals += one.rivals
        stuck = [f"it went no further than {one.stuck}"] if one.stuck else []
        wrong = [*stuck, *_compared(places, one, failed, found)]
        found.wrong += [f"conversation {one.talk.id}: {problem}" for problem in wrong]
    twice = [
        text
        for thread in places.slack.threads()
        for text, count in Counter(places.slack.in_thread(thread)).items()
        if count > 1
    ]
    found.wrong += [f"Slack: {text!r} stands twice" for text in twice]
    found.wrong += [f"two speakers, {found.two_speakers} times"] * bool(found.two_speakers)
    return found


def _failed(places: Places) -> set[str]:
    """The messages that never reached a customer."""
    events = places.client.events.list(types=["message.delivery"], page_size=200)
    return {
        str(one.facts["message_id"]) for one in events if isinstance(one, Event) and one.facts["delivery"] == "failed"
    }


def _compared(places: Places, one: Played, failed: set[str], found: Found) -> Iterator[str]:
    about = {"bridge": places.desk, "conversation": str(one.talk.id)}
    chains = {str(session.chain_id) for session in places.client.sessions.list(metadata=about)}
    if len(chains) != 1:
        yield f"it is {len(chains)} cases"
        return
    kept = list(places.client.memories.list(chain_id=chains.pop(), kind="message", page_size=200))
    kept.sort(key=lambda memory: (memory.event_time, memory.id))
    customers = [memory.content for memory in kept if memory.role == "user"]
    if customers != one.talk.said("incoming"):
        yield f"the customer wrote {one.talk.said('incoming')}, and kept is {customers}"
    at_desk = one.talk.said()
    bots = [said for said in at_desk if said.startswith(BOTS)]
    by_bots = [memory for memory in kept if memory.role == "agent" and memory.content.startswith(BOTS)]
    people = [memory.content for memory in kept if memory.role == "agent" and (memory.agent or "").startswith("human:")]
    sent = [memory.content for memory in by_bots if str(memory.id) not in failed]
    sides = [
        ("of people", one.said, [said for said in at_desk if not said.startswith(BOTS)]),
        ("of people in the case", one.said, people),
        ("of bots", sent, bots),
    ]
    for whose, wanted, there in sides:
        if Counter(wanted) != Counter(there):
            yield f"{whose}: {there} instead of {wanted}"
    found.customers += len(customers)
    found.people += len(people)
    found.bots += len(bots)
    found.overtaken += len(by_bots) - len(sent)
    found.two_speakers += _two(one)


def _two(one: Played) -> int:
    """How often a bot spoke while a person had the conversation, or both bots answered the same words."""
    until = len(one.talk.messages) if one.given_back_at is None else one.given_back_at
    public = [each for each in one.talk.messages[:until] if each["kind"] == "outgoing" and not each["private"]]
    is_bots = [str(each["content"]).startswith(BOTS) for each in public]
    crossed = is_bots[is_bots.index(False) :].count(True) if False in is_bots else 0
    answered = Counter(said.partition(": ")[2] for said in one.talk.said() if said.startswith(BOTS))
    return crossed + sum(count - 1 for count in answered.values())
