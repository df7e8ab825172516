"""Where people answer: Chatwoot and Slack, both played and each with its bridge, and the pages of the console."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from bench.bridges.people.bots import Bot
from tests.builders.bridges import served
from tests.builders.chatwoot import ACCOUNT, BOT, INBOX, FakeChatwoot, a_chatwoot, settings_for
from tests.builders.console import Browser, signed_in
from tests.builders.keys import with_a_key, with_secret
from tests.builders.queues import a_queue
from tests.builders.slack import BILLING, SECRET, TOKEN, FakeSlack, a_slack
from tests.builders.waits import eventually
from tests.conftest import Api
from warmline import Warmline
from warmline.bridges import chatwoot, slack
from warmline.bridges.chatwoot import ChatwootSettings
from warmline.bridges.slack import SlackSettings

PEOPLE = 10
PATIENCE = 120.0
"""Seconds: how long one waits for what other threads do, also on a busy machine."""
TIER1, REFUNDS = "tier1-bot", "refunds-bot"
REDELIVERED = 0.3
"""How many of Chatwoot's webhooks come once more although they were acknowledged."""


@dataclass(frozen=True)
class Person:
    """Somebody who answers customers, wherever that is."""

    name: str
    at_chatwoot: dict[str, Any]
    at_slack: str
    """Their id there."""
    console: Browser

    @property
    def agent(self) -> str:
        """The agent that they are."""
        return f"human:{self.name}"


@dataclass(frozen=True)
class Places:
    """Everything, as long as it runs."""

    api: Api
    client: Warmline
    chatwoot: FakeChatwoot
    slack: FakeSlack
    people: list[Person]
    bridges: list[str]
    desk: str
    """The name of Chatwoot's account."""

    def settle(self) -> None:
        """Wait until nothing is on its way any more."""
        self.chatwoot.settle(PATIENCE)
        for url in self.bridges:
            eventually(lambda url=url: httpx.get(f"{url}/health").json()["waiting"] == 0, seconds=PATIENCE)  # type: ignore[misc]


@contextmanager
def opened(url: str, key: str, folder: Path) -> Iterator[Places]:
    """Open everything, with two bots at work, until the block ends."""
    api = with_secret(Api(url, key, httpx.Client()), key)
    with ExitStack() as stack:
        desk, threads = stack.enter_context(a_chatwoot(redelivers=REDELIVERED)), stack.enter_context(a_slack())
        for queue in ("billing", "people"):
            a_queue(api, queue)
        people = [_person(api, desk, threads, number) for number in range(PEOPLE)]
        client = stack.enter_context(Warmline(url, with_a_key(api, "desk").key))
        given = settings_for(desk, store=folder / "chatwoot.sqlite3", settle_seconds=1.0, catch_up_seconds=5.0)
        at_desk = stack.enter_context(served(chatwoot.made(ChatwootSettings.model_validate(given), client)))
        desk.targets = {sender: f"{at_desk}/chatwoot/{sender}" for sender in (BOT, INBOX, ACCOUNT)}
        settings = SlackSettings.model_validate(
            {
                "token": TOKEN,
                "signing_secrets": [SECRET],
                "channels": {"queue:billing": BILLING},
                "api": threads.url,
                "store": folder / "slack.sqlite3",
                "settle_seconds": 1.0,
                "words": True,
            }
        )
        threads.target = stack.enter_context(served(slack.made(settings, client)))
        bots = with_a_key(api)
        stack.enter_context(Bot(bots, TIER1, colleague=REFUNDS))
        stack.enter_context(Bot(bots, REFUNDS))
        yield Places(api, client, desk, threads, people, [at_desk, threads.target], "chatwoot-1")


def _person(api: Api, desk: FakeChatwoot, threads: FakeSlack, number: int) -> Person:
    name, email = f"p{number}", f"p{number}@acme.test"
    console = signed_in(api, name, email=email, queues=["billing", "people"], capacity=100)
    user = {"id": 10 + number, "name": name, "email": email, "type": "user"}
    desk.users[10 + number], threads.emails[f"U0P{number}"] = user, email
    return Person(name, user, f"U0P{number}", console)
