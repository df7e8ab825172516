"""The web chat as browsers meet it: a service on a free port, and visitors who write and read over HTTP."""

import asyncio
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import httpx
import uvicorn

from tests.builders.requests import Json
from tests.conftest import Api
from warmline import AsyncWarmline
from warmline.web_chat import Bot, ChatOptions, chat_app, scripted_bot
from warmline.web_chat.serving import ChatServer

SECRET = "a secret of the tests"
PATIENCE = 60.0
NUMBERS = count(1)


@contextmanager
def a_web_chat(
    api: Api, bot: Bot | None = None, *, secret: str = SECRET, port: int = 0, **options: Any
) -> Iterator[str]:
    """Serve the chat of this test's own tenant until the block ends: its address."""
    ready = threading.Event()
    served: list[ChatServer] = []

    async def serve() -> None:
        async with AsyncWarmline(api.url, api.key) as client:
            app, service = chat_app(client, bot or scripted_bot("billing"), ChatOptions(secret=secret, **options))
            config = uvicorn.Config(app, port=port, log_config=None, timeout_graceful_shutdown=3)
            served.append(ChatServer(config, service))
            running = asyncio.create_task(served[0].serve())
            while not served[0].started and not running.done():
                await asyncio.sleep(0.01)
            ready.set()
            await running

    thread = threading.Thread(target=asyncio.run, args=(serve(),))
    thread.start()
    assert ready.wait(PATIENCE)
    try:
        yield f"http://127.0.0.1:{served[0].servers[0].sockets[0].getsockname()[1]}"
    finally:
        served[0].should_exit = True
        thread.join()


@dataclass
class Visitor:
    """A visitor's browser: its token, and what its stream has brought."""

    url: str
    token: str = ""
    last: str = "0"
    messages: list[Json] = field(default_factory=list)
    case: Json = field(default_factory=dict)
    cases: list[Json] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.token = self.token or httpx.post(f"{self.url}/chat/visitors", timeout=PATIENCE).json()["token"]

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    def write(self, text: str, status: int = 200, **changes: Any) -> Json:
        """Send a message, under an id that no other has unless one is given."""
        said = {"id": f"message-{next(NUMBERS)}", "text": text, **changes}
        answer = httpx.post(f"{self.url}/chat/messages", json=said, headers=self.headers, timeout=PATIENCE)
        assert answer.status_code == status, answer.text
        return dict(answer.json())

    def seen(self, message: Json, state: str = "read") -> None:
        """Report that a reply was shown."""
        said = {"ids": [message["id"]], "state": state}
        answer = httpx.post(f"{self.url}/chat/seen", json=said, headers=self.headers, timeout=PATIENCE)
        assert answer.status_code == 204, answer.text

    def read_until(self, *texts: str, **case: object) -> "Visitor":
        """Follow the stream until these texts have come and the case stands so; then hang up."""
        deadline = time.monotonic() + PATIENCE
        headers = {**self.headers, "Last-Event-ID": self.last}
        with httpx.stream("GET", f"{self.url}/chat/stream", headers=headers, timeout=PATIENCE) as answer:
            assert answer.status_code == 200, answer.read()
            frame: dict[str, str] = {}
            for line in answer.iter_lines():
                name, _, value = line.partition(": ")
                frame[name] = value
                if line == "":
                    self._take(frame)
                    frame = {}
                    if self._has(texts, case):
                        return self
                assert time.monotonic() < deadline, (texts, case, self.said, self.case)
        raise AssertionError(f"the stream ended before {texts} and {case} came: {self.said} {self.case}")

    @property
    def said(self) -> list[tuple[str, str]]:
        """What the browser shows: who, and what."""
        return [(one["who"], one["text"]) for one in self.messages]

    def _take(self, frame: dict[str, str]) -> None:
        if frame.get("event") == "message":
            message = json.loads(frame["data"])
            if message["id"] not in [one["id"] for one in self.messages]:
                self.messages.append(message)
        elif frame.get("event") == "case":
            self.case, self.last = json.loads(frame["data"]), frame["id"]
            self.cases.append(self.case)

    def _has(self, texts: tuple[str, ...], case: dict[str, object]) -> bool:
        shown = "\n".join(text for _, text in self.said)
        return bool(self.case) and all(text in shown for text in texts) and case.items() <= self.case.items()
