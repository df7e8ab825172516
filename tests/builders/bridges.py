"""Bridges to a help desk, in this process, and a bot that answers through the platform."""

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import uvicorn

from tests.builders.chatwoot import ACCOUNT, BOT, INBOX, FakeChatwoot, Talk, settings_for
from tests.builders.keys import a_key
from tests.builders.requests import Json, get
from tests.builders.waits import eventually
from tests.conftest import Api
from warmline import Warmline
from warmline.bridges.chatwoot import ChatwootSettings, made
from warmline.bridges.serving import Service

LONG = 60.0
"""Seconds: how long a test waits for what other threads and processes do."""


def settings_of(fake: FakeChatwoot, folder: Path, **changes: Any) -> ChatwootSettings:
    """The settings of a bridge to a fake Chatwoot."""
    given = settings_for(fake, store=folder / "bridge.sqlite3", **changes)
    return ChatwootSettings.model_validate(given)


def aim(fake: FakeChatwoot, url: str, *senders: str) -> None:
    """Let Chatwoot send its webhooks to a bridge: those of the agent bot and the account, or of other senders."""
    fake.targets = {sender: f"{url}/chatwoot/{sender}" for sender in senders or (BOT, ACCOUNT)}


@contextmanager
def served(made: AbstractContextManager[Service]) -> Iterator[str]:
    """A bridge that runs until the block ends; its address."""
    with made as service:
        server = uvicorn.Server(uvicorn.Config(service, port=0, lifespan="off", log_config=None))
        thread = threading.Thread(target=server.run)
        service.start()
        thread.start()
        eventually(lambda: server.started, seconds=LONG)
        try:
            yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()
            service.stop()


@contextmanager
def a_bridge(api: Api, fake: FakeChatwoot, folder: Path, **changes: Any) -> Iterator[str]:
    """A bridge to a fake Chatwoot that runs until the block ends; its address."""
    key = str(a_key(api, "desk")["secret"])
    with Warmline(api.url, key) as client, served(made(settings_of(fake, folder, **changes), client)) as url:
        try:
            aim(fake, url, *([BOT, INBOX, ACCOUNT] if fake.targets.get(INBOX) else []))
            yield url
        finally:
            # What is on its way would find nobody, for which Chatwoot opens a conversation itself.
            fake.settle()
            fake.targets = {}


def chain_of(api: Api, talk: Talk) -> str:
    """The chain of a conversation, once there is one."""
    about = f'{{"bridge": "chatwoot-1", "conversation": "{talk.id}"}}'
    found = eventually(lambda: get(api, "sessions", metadata=about)["items"], seconds=LONG)
    return str(found[-1]["chain_id"])


def kept(api: Api, talk: Talk, role: str | None = None) -> list[Json]:
    """What is kept of a conversation, the oldest first."""
    found = get(api, "memories", chain_id=chain_of(api, talk), kind="message", limit=200)["items"]
    of_role = (one for one in found if role in {None, one["role"]})
    return sorted(of_role, key=lambda one: (datetime.fromisoformat(one["event_time"]), one["id"]))


def once_kept(api: Api, talk: Talk, count: int, role: str | None = None) -> list[str]:
    """The texts that are kept of a conversation, once they are so many."""
    found = eventually(lambda: kept(api, talk, role), lambda them: len(them) >= count, seconds=LONG)
    return [str(one["content"]) for one in found]


def handoffs_of(api: Api, talk: Talk) -> list[Json]:
    """The handoffs of a conversation, the newest first."""
    return list(get(api, "handoffs", chain_id=chain_of(api, talk))["items"])


def soon(read: Callable[[], Any], holds: Callable[[Any], object] = bool) -> Any:
    """What is read, once a condition holds for it, however busy the machine is."""
    return eventually(read, holds, seconds=LONG)


def quiet(url: str) -> None:
    """Wait until a bridge has nothing to do."""
    soon(lambda: httpx.get(f"{url}/health").json()["waiting"] == 0)
