"""An OpenAI-compatible endpoint on the loopback interface that answers as a script says. No model takes part."""

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Asked = Mapping[str, Any]
"""The body of a request, as JSON."""


@dataclass(frozen=True)
class Reaction:
    """What the endpoint does: answers a status and a body, drips it, or drops the connection before or in its midst."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=lambda: {"Content-Type": "application/json"})
    wait: float = 0.0
    """Seconds before the first byte."""
    drip: float = 0.0
    """Seconds between any two bytes."""
    drops_after: int | None = None
    """The connection is dropped after so many bytes of the body."""


Script = Callable[[Asked], Reaction]


@dataclass
class Endpoint:
    """A running endpoint: where it is, and what it was asked so far."""

    url: str
    asked: list[Asked] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)


@contextmanager
def serve(script: Script) -> Iterator[Endpoint]:
    """Serve a script on a free port until the block ends."""
    server = _Server(script)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server.endpoint
    finally:
        server.over.set()
        server.shutdown()
        thread.join()
        server.server_close()


class _Server(ThreadingHTTPServer):
    def __init__(self, script: Script) -> None:
        super().__init__(("127.0.0.1", 0), _Exchange)
        self.script = script
        self.endpoint = Endpoint(f"http://127.0.0.1:{self.server_port}/v1")
        self.over = threading.Event()


class _Exchange(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.endpoint.asked.append(asked)
        self.server.endpoint.keys.append(self.headers.get("Authorization", ""))
        reaction = self.server.script(asked)
        # An event and no sleep: at the end of a test nobody waits for a slow reply.
        self.server.over.wait(reaction.wait)
        # One connection for each request, so that a dropped one cannot spoil the next.
        self.close_connection = True
        if reaction.drops_after != 0:
            with suppress(OSError):  # the client has hung up
                self._answer(reaction)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""

    def _answer(self, reaction: Reaction) -> None:
        self.send_response(reaction.status)
        whole = {"Content-Length": str(len(reaction.body)), "Connection": "close"}
        for name, value in {**reaction.headers, **whole}.items():
            self.send_header(name, value)
        self.end_headers()
        body = reaction.body[: reaction.drops_after]
        # Single bytes, because a client's time-out for reading begins anew with each of them.
        pieces = [bytes([byte]) for byte in body] if reaction.drip else [body]
        for piece in pieces:
            self.wfile.write(piece)
            self.wfile.flush()
            if self.server.over.wait(reaction.drip):
                return


def completion(content: str | None, *, finish: str = "stop", refusal: str | None = None, **usage: int) -> Reaction:
    """A chat completion with this content."""
    counted = {"prompt_tokens": 1200, "completion_tokens": 300, "total_tokens": 1500, **usage}
    message = {"role": "assistant", "content": content, "refusal": refusal}
    choice = {"index": 0, "message": message, "finish_reason": finish, "logprobs": None}
    body = {"id": "c1", "object": "chat.completion", "created": 0, "model": "m", "choices": [choice], "usage": counted}
    return Reaction(body=json.dumps(body).encode())


def lines(*proposed: tuple[str, str, str, list[str]]) -> Reaction:
    """A chat completion that proposes lines: section, label, text and the short ids of memories each."""
    sections = [
        {"name": section, "lines": [{"label": label, "text": text, "memory_ids": ids}]}
        for section, label, text, ids in proposed
    ]
    return completion(json.dumps({"sections": sections}))


def memories_shown(asked: Asked) -> list[dict[str, Any]]:
    """The memories that a request showed the model, with their short ids."""
    rows = asked["messages"][1]["content"].split("\n")[1:-1]
    return [json.loads(row) for row in rows]
