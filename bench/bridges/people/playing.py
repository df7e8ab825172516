"""Conversations: what customers write, and who takes them over where, at random."""

import json
import random
import sys
import threading
import time
import traceback
from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from uuid import uuid4

from bench.bridges.people.places import PATIENCE, REFUNDS, TIER1, Person, Places
from tests.builders.chatwoot import Talk
from tests.builders.waits import eventually
from warmline_schemas.claims import Owner
from warmline_schemas.handoffs import HandoffWithBrief

AT_ONCE = 6
SOONEST, LATEST = 0.02, 0.5
CHATWOOT, SLACK, CONSOLE = "chatwoot", "slack", "console"
REFUND, ENDS = 4, 3
"""One of so many conversations is about a refund. Of so many one is resolved, one is given back to its bot at Chatwoot,
and one in the console or in Slack."""
RIVALS = 0.3
"""In so many of the conversations two people want to take it over at once."""
# One form after the other opens: which of those that are open is whose, the played Slack does not say.
FORMS = threading.Lock()


@dataclass
class Played:
    """A conversation as it was meant to go."""

    talk: Talk
    said: list[str] = field(default_factory=list)
    """What people said."""
    given_back_at: int | None = None
    """How many messages there were when a bot got it back."""
    rivals: int = 0
    taken: str = ""
    """Where it was taken over."""
    back: str = ""
    """Where it was given back, if it was."""
    stuck: str = ""
    """Where it went no further, if it did: what was awaited did not happen."""


class Conversation:
    """One conversation, played by one thread."""

    def __init__(self, places: Places, number: int, chance: random.Random) -> None:
        self._places = places
        self._number = number
        self._chance = chance
        self._desk = places.chatwoot
        self._bot = REFUNDS if number % REFUND == 0 else TIER1

    def play(self) -> Played:
        """Play it from its first word to its end, or to where it goes no further."""
        try:
            self._play()
        except AssertionError:
            frames = traceback.extract_tb(sys.exc_info()[2])
            self._played.stuck = next(one.line or "" for one in reversed(frames) if one.filename == __file__)
        return self._played

    def _play(self) -> None:
        self._played = Played(self._desk.begins(f"{self._number}.1 my lamp is broken"))
        self._talk = self._played.talk
        self._pause()
        wish = "about a refund" if self._bot == REFUNDS else "it is a big one"
        self._desk.writes(self._talk, f"{self._number}.2 {wish}")
        self._chain = str(eventually(self._first_chain, seconds=PATIENCE))
        self._until(lambda owner: owner.agent == self._bot)
        self._pause()
        self._desk.writes(self._talk, f"{self._number}.3 I want a person")
        eventually(lambda: self._talk.status == "open", seconds=PATIENCE)
        person = self._taken()
        self._pause()
        self._desk.writes(self._talk, f"{self._number}.4 thank you")
        self._reply(person, self._anywhere(), "b")
        self._end(person)

    def _pause(self) -> None:
        time.sleep(self._chance.uniform(SOONEST, LATEST))

    def _anywhere(self) -> str:
        return self._chance.choice([CHATWOOT, SLACK, CONSOLE])

    def _first_chain(self) -> object:
        about = {"bridge": self._places.desk, "conversation": str(self._talk.id)}
        found = next(iter(self._places.client.sessions.list(metadata=about, page_size=1)), None)
        return found and found.chain_id

    def _until(self, holds: Callable[[Owner], object]) -> Owner:
        return eventually(lambda: self._places.client.chains.owner(self._chain), holds, seconds=PATIENCE)

    def _taken(self) -> Person:
        """Somebody takes it over, and says so to the customer; of two who want to, one does."""
        first, second = self._chance.sample(self._places.people, 2)
        where = self._anywhere()
        if where == CHATWOOT:
            self._reply(first, CHATWOOT, "a")
        else:
            both = [(first, where)]
            if self._chance.random() < RIVALS:
                self._played.rivals = 1
                both.append((second, SLACK if where == CONSOLE else CONSOLE))
            with ThreadPoolExecutor(2) as pool:
                list(pool.map(lambda one: self._take(*one), both))
        holder = self._until(lambda owner: (owner.agent or "").startswith("human:")).agent
        person = next(one for one in self._places.people if one.agent == holder)
        # Of two, the one was faster who pressed somewhere else.
        self._played.taken = where if person is first or where == CHATWOOT else SLACK if where == CONSOLE else CONSOLE
        if where != CHATWOOT:
            self._reply(person, where if person is first else self._anywhere(), "a")
        return person

    def _handoff(self) -> HandoffWithBrief:
        [newest, *_] = self._places.client.handoffs.list(chain_id=self._chain, page_size=1)
        return self._places.client.handoffs.get(newest.id)

    def _take(self, person: Person, where: str) -> None:
        handoff = self._handoff()
        if where == CONSOLE:
            # Pressed twice, as impatient people do; the second time it is theirs, or somebody else's, already.
            for _ in range(2):
                person.console.submit(f"/handoffs/{handoff.id}/accept")
        else:
            self._fill_in(person, str(handoff.id), "take", {"open"}, typed="A lamp is broken")

    def _reply(self, person: Person, where: str, which: str) -> None:
        text = f"{person.name} here, {self._number}.{which}"
        self._played.said.append(text)
        if where == CHATWOOT:
            self._desk.replies(self._talk, text, person.at_chatwoot)
        elif where == CONSOLE:
            path, once = f"/handoffs/{self._handoff().id}/say", uuid4().hex
            for _ in range(2):
                person.console.submit(path, text=text, once=once, **{"as": "reply"})
        else:
            self._fill_in(person, str(self._handoff().id), "reply", (), typed=text)
        eventually(lambda: text in self._talk.said(), seconds=PATIENCE)

    def _fill_in(self, person: Person, handoff: str, name: str, unless: Collection[str], **typed: str) -> None:
        slack = self._places.slack
        [thread] = eventually(
            lambda: [one for one in slack.threads() if handoff in json.dumps(one["blocks"])], seconds=PATIENCE
        )

        def buttons() -> list[str]:
            there = [one for one in thread["blocks"] if one["type"] == "actions"]
            return [one["action_id"] for block in there for one in block["elements"]]

        # Who comes too late finds other buttons there.
        eventually(lambda: name in buttons() or (unless and set(buttons()) != {"take", *unless}), seconds=PATIENCE)
        try:
            with FORMS:
                form = slack.opened(person.at_slack, thread, name)
        except StopIteration:
            return
        slack.submit(person.at_slack, form, times=3, **typed)

    def _end(self, person: Person) -> None:
        kind = self._number % ENDS
        if kind == 0:
            self._desk.set_status(self._talk, "resolved")
            return
        self._give_back(person, kind)
        self._until(lambda owner: owner.agent == self._bot and owner.waiting_handoff_id is None)
        eventually(lambda: self._talk.status == "pending", seconds=PATIENCE)
        with self._desk.lock:
            self._played.given_back_at = len(self._talk.messages)
        self._desk.writes(self._talk, f"{self._number}.5 and my order?")
        eventually(lambda: any(".5 " in said for said in self._talk.said()), seconds=PATIENCE)

    def _give_back(self, person: Person, kind: int) -> None:
        """Give it back to the bot that had it: at Chatwoot, or where the person has it."""
        self._played.back = CHATWOOT if kind == 1 else SLACK if self._played.taken == SLACK else CONSOLE
        if self._played.back == CHATWOOT:
            self._desk.set_status(self._talk, "pending")
        elif self._played.back == SLACK:
            self._fill_in(person, str(self._handoff().id), "return", (), typed="Go on with the lamp")
        else:
            path = f"/handoffs/{self._handoff().id}"
            page = person.console.page(path)
            token = page.partition('name="token" value="')[2].partition('"')[0]
            person.console.done(f"{path}/return", token=token, instruction="Go on with the lamp")


def play(places: Places, conversations: int, seed: int) -> list[Played]:
    """Play them all, several at a time, and wait until nothing is on its way any more."""
    numbers = range(1, conversations + 1)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        played = list(
            pool.map(lambda number: Conversation(places, number, random.Random(f"{seed}-{number}")).play(), numbers)
        )
    places.settle()
    return played
