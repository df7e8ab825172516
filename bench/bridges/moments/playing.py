"""Conversations that are brought to a moment of their life, in which their customers write."""

import random
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from statistics import quantiles

from bench.bridges.moments.life import BEFORE, BOT, MOMENTS, Case, Place
from tests.builders.bridges import chain_of
from tests.builders.chatwoot import FakeChatwoot, Talk
from tests.builders.queues import a_queue
from tests.builders.waits import eventually
from tests.conftest import Api
from warmline import Warmline
from warmline_schemas.events import Event, EventType

BURST = 3
"""A customer writes so many messages in one breath."""
AT_ONCE = 2
PATIENCE = 60.0
"""Seconds after which a message is lost that is not there."""


@dataclass
class Found:
    """What became of what customers wrote."""

    messages: dict[str, int] = field(default_factory=dict)
    """How many were written, by the moment of their case."""
    slowest: dict[str, float] = field(default_factory=dict)
    """The longest that one was on its way, in seconds, by moment."""
    seconds: list[float] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    """What is lost, there twice, out of order, or was seen by somebody else, in a sentence each."""

    def quantiles(self) -> dict[str, float]:
        """How long messages were on their way."""
        cuts = quantiles(self.seconds, n=100)
        return {"p50_s": round(cuts[49], 3), "p95_s": round(cuts[94], 3), "most_s": round(max(self.seconds), 3)}


@dataclass(frozen=True)
class Written:
    """What one customer wrote at a moment, and who should see it."""

    moment: str
    talk: Talk
    texts: Sequence[str]
    at: float
    expected: Place


class Watching:
    """Notes what the platform tells of customers' messages, and when, until its block ends."""

    def __init__(self, api: Api) -> None:
        self.seen: dict[str, tuple[float, Event]] = {}
        self._client = Warmline(api.url, api.key)
        self._stream = self._client.events.stream(after=0, types=[EventType.MESSAGE_RECEIVED])
        self._thread = threading.Thread(target=self._watch)

    def _watch(self) -> None:
        for event in self._stream:
            if isinstance(event, Event):
                self.seen[str(event.facts["message_id"])] = (time.monotonic(), event)

    def __enter__(self) -> "Watching":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stream.close()
        self._thread.join()
        self._client.close()


def play(api: Api, fake: FakeChatwoot, conversations: int, seed: int) -> Found:
    """Let customers write at every moment, and compare what they wrote with what was seen, and by whom."""
    for queue in ("billing", "people"):
        a_queue(api, queue)
    chance = random.Random(seed)
    moments = [moment for moment in MOMENTS for _ in range(conversations)]
    chance.shuffle(moments)
    found = Found()
    with Warmline(api.url, api.key) as client, Watching(api) as watching:
        with ThreadPoolExecutor(AT_ONCE) as pool:
            numbered = enumerate(moments)
            written = list(pool.map(lambda one: _write(api, client, fake, *one), numbered))
        for one in written:
            found.wrong += [
                f"{one.moment}, conversation {one.talk.id}: {it}" for it in _compare(api, client, watching, one, found)
            ]
    return found


def _write(api: Api, client: Warmline, fake: FakeChatwoot, number: int, moment: str) -> Written:
    texts = [f"{number}.{place} is there any news of my lamp?" for place in range(1, BURST + 1)]
    if moment == BEFORE:
        with fake.lock:
            at, talk = time.monotonic(), fake.begins(texts[0])
            _write_all(fake, talk, texts[1:])
        return Written(moment, talk, texts, at, Place("speaker", BOT))
    talk = fake.begins(f"{number}.0 my lamp is broken")
    expected = MOMENTS[moment](Case(client, chain_of(api, talk), f"chatwoot-1/contact-{talk.contact}"))
    with fake.lock:
        # They are told once all are written, at once and in no order.
        at = time.monotonic()
        _write_all(fake, talk, texts)
    return Written(moment, talk, texts, at, expected)


def _write_all(fake: FakeChatwoot, talk: Talk, texts: Sequence[str]) -> None:
    for text in texts:
        fake.writes(talk, text)


def _compare(api: Api, client: Warmline, watching: Watching, one: Written, found: Found) -> Iterator[str]:
    """What is wrong with what one customer wrote; ``found`` is told how long it took."""
    found.messages[one.moment] = found.messages.get(one.moment, 0) + len(one.texts)
    kept: list[tuple[str, str]] = []
    deadline = time.monotonic() + PATIENCE
    while not {text for text, _ in kept} >= set(one.texts) and time.monotonic() < deadline:
        kept = _kept(api, client, one)
    texts = [text for text, _ in kept]
    if texts != list(one.texts):
        # Lost, there twice, or out of order.
        yield f"kept is {texts}"
    for text, message in kept:
        at, event = eventually(lambda message=message: watching.seen.get(message), seconds=PATIENCE)  # type: ignore[misc]
        found.seconds.append(at - one.at)
        found.slowest[one.moment] = round(max(found.slowest.get(one.moment, 0.0), at - one.at), 3)
        if not one.expected.is_it(client, event):
            yield f"{text!r} was seen as {event.facts} of {event.queue}, and not by {one.expected}"


def _kept(api: Api, client: Warmline, one: Written) -> list[tuple[str, str]]:
    """What is kept of what they wrote, in the order of its times, each with its id."""
    there = client.memories.list(chain_id=chain_of(api, one.talk), kind="message", page_size=200)
    own = [memory for memory in there if memory.content in one.texts]
    return [(memory.content, str(memory.id)) for memory in sorted(own, key=lambda it: (it.event_time, it.id))]
