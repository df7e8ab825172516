"""Conversations between customers, a bot and a person, and what must stand where at their end."""

import random
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from bench.bridges.killing import KilledBridge
from tests.builders.chatwoot import FakeChatwoot, Talk
from warmline import Warmline
from warmline_schemas.events import Event

# Seconds without any change after the last kill, by which everything must be where it belongs, also on a busy machine.
PATIENCE = 240.0
# Seconds. A look is two requests for each conversation, and the platform limits how often a key may ask.
BETWEEN_LOOKS = 5.0
# Customers who write at once.
AT_ONCE = 8
SOONEST, LATEST = 0.05, 1.2
CONTENTS: dict[str, str] = {}
WITH_A_PERSON = 3
"""In one of so many conversations the customer wants a person."""


@dataclass
class Found:
    """What is wrong at the end, and how much there was."""

    customers: int = 0
    answers: int = 0
    people: int = 0
    crossed: int = 0
    """Answers of the bot that stand behind a person's in their conversation: two spoke."""
    overtaken: int = 0
    """Answers of the bot that a person was faster than: they must not reach the customer."""
    wrong: list[str] = field(default_factory=list)
    """What is missing, or there twice, in a sentence each."""


def play(fake: FakeChatwoot, bridge: KilledBridge, client: Warmline, conversations: int, seed: int) -> Found:
    """Let the conversations happen while the bridge is killed, then wait until everything is where it belongs."""
    bridge.kill_from_now_on()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        talks = list(
            pool.map(lambda number: _converse(fake, number, random.Random(f"{seed}-{number}")), range(conversations))
        )
    bridge.stop_killing()
    fake.settle(PATIENCE)
    before, deadline = -1, time.monotonic() + PATIENCE
    while (found := _look(client, talks)).wrong or not bridge.is_idle():
        if len(found.wrong) != before:
            before, deadline = len(found.wrong), time.monotonic() + PATIENCE
        if time.monotonic() > deadline:
            return found
        time.sleep(BETWEEN_LOOKS)
    # What is doubled comes late: once more, when nothing is on its way any more.
    fake.settle(PATIENCE)
    return _look(client, talks)


def _converse(fake: FakeChatwoot, number: int, chance: random.Random) -> Talk:
    def pause() -> None:
        time.sleep(chance.uniform(SOONEST, LATEST))

    talk = fake.begins(f"{number}.1 my lamp is broken")
    pause()
    fake.writes(talk, f"{number}.2 it is order {number}")
    pause()
    if number % WITH_A_PERSON:
        fake.writes(talk, f"{number}.3 are you there?")
        return talk
    fake.writes(talk, f"{number}.3 I want a person")
    pause()
    fake.replies(talk, f"Ana here, {number}: a new one is on its way")
    pause()
    fake.writes(talk, f"{number}.4 thank you")
    return talk


def _look(client: Warmline, talks: list[Talk]) -> Found:
    found = Found()
    delivery: dict[str, str] = {}
    created: list[Event] = []
    for event in client.events.list(types=["message.created", "message.delivery"], page_size=200):
        if event.type == "message.created":
            created.append(event)
        else:
            delivery[event.facts["message_id"]] = event.facts["delivery"]
    answered: dict[str, Counter[str]] = {}
    for event in created:
        state = delivery.get(event.facts["message_id"])
        if state is None:
            found.wrong.append(f"nobody knows what became of message {event.facts['message_id']}")
        found.overtaken += state == "failed"
        said = _content(client, event.facts["message_id"])
        answered.setdefault(str(event.chain_id), Counter())[said] += state != "failed"
    for talk in talks:
        _compare(client, talk, answered, found)
    return found


def _content(client: Warmline, message: str) -> str:
    """What a message says, which is read once: the platform limits how often a key may ask."""
    if message not in CONTENTS:
        CONTENTS[message] = client.memories.get(message).content
    return CONTENTS[message]


def _compare(client: Warmline, talk: Talk, answered: dict[str, Counter[str]], found: Found) -> None:
    about = {"bridge": "chatwoot-1", "conversation": str(talk.id)}
    chains = {str(one.chain_id) for one in client.sessions.list(metadata=about)}
    if len(chains) != 1:
        found.wrong.append(f"conversation {talk.id} is {len(chains)} chains")
        return
    [chain] = chains
    kept = [one for one in client.memories.list(chain_id=chain, kind="message", page_size=200)]
    heard = Counter(one.content for one in kept if one.role == "user")
    people = Counter(one.content for one in kept if one.role == "agent" and (one.agent or "").startswith("human:"))
    at_desk = Counter(one["content"] for one in talk.messages if one["kind"] == "outgoing" and not one["private"])
    from_people = Counter(text for text in at_desk.elements() if text.startswith("Ana"))
    found.customers += heard.total()
    found.crossed += _crossed(talk)
    found.people += people.total()
    found.answers += answered.get(chain, Counter()).total()
    sides: list[tuple[str, Counter[str], Counter[str]]] = [
        ("of the customer", Counter(talk.said("incoming")), heard),
        ("of the person", from_people, people),
        ("of the bot", answered.get(chain, Counter()), at_desk - from_people),
    ]
    for whose, wanted, there in sides:
        found.wrong += [
            f"{text!r} {whose} is there {there[text]} times instead of {wanted[text]}"
            for text in _differs(wanted, there)
        ]


def _crossed(talk: Talk) -> int:
    said = [text.startswith("Ana") for text in talk.said()]
    return said[said.index(True) :].count(False) if True in said else 0


def _differs(wanted: Counter[str], there: Counter[str]) -> Iterator[str]:
    return (text for text in wanted.keys() | there.keys() if wanted[text] != there[text])
