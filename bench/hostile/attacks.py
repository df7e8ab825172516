"""The attacks, each by the name by which ``python -m bench.hostile.attacks NAME URL KEY SECONDS`` runs it.

They run in a process of their own with the lowest priority: attackers bring computers of their own.
"""

import itertools
import json
import os
import socket
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import httpx

CLIENTS = 12
LOWEST = 19
"""The lowest priority of a process."""
STATEMENT = "\n".join(
    f"2026-03-{day % 28 + 1:02} CARD {day:05} {day * 7 % 900}.{day % 100:02} EUR" for day in range(2_600)
)
"""A bank statement of 97 kB, as somebody may paste it."""

Attack = Callable[["Attacker"], None]


@dataclass(frozen=True)
class Attacker:
    """Whom the attacks come from: the API's address, a valid key, and the time at which they end."""

    url: str
    key: str
    until: float

    @property
    def goes_on(self) -> bool:
        """Whether it is not over yet."""
        return time.monotonic() < self.until

    def many(self, ask: Callable[[httpx.Client, int], object], key: str | None = None) -> None:
        """Have all clients ask one request after the other, whatever is answered, until it is over."""
        headers = {"Authorization": f"Bearer {self.key if key is None else key}"}

        def one(number: int) -> None:
            with httpx.Client(base_url=self.url, headers=headers, timeout=30) as http:
                for turn in itertools.count(number, CLIENTS):
                    if not self.goes_on:
                        return
                    with suppress(httpx.HTTPError):
                        ask(http, turn)

        with ThreadPoolExecutor(CLIENTS) as pool:
            list(pool.map(one, range(CLIENTS)))

    def connections(self, sent: bytes, count: int, trickle: bytes = b"") -> None:
        """Open connections that send this, and then a little now and then, and read nothing."""
        at = urlsplit(self.url)
        opened = []
        with suppress(OSError):
            for _ in range(count):
                opened.append(socket.create_connection((at.hostname, at.port), timeout=5))
                opened[-1].sendall(sent)
        while self.goes_on:
            for connection in opened if trickle else ():
                with suppress(OSError):
                    connection.sendall(trickle)
            time.sleep(0.01)
        for connection in opened:
            connection.close()

    def head(self, method: str, path: str, *lines: str) -> bytes:
        """The head of a request with the key."""
        first = [f"{method} {path} HTTP/1.1", "Host: x", f"Authorization: Bearer {self.key}"]
        return "\r\n".join([*first, *lines, "", ""]).encode()

    def hand_off(self, http: httpx.Client, texts: list[str]) -> None:
        """Hand over a conversation of these messages."""
        session = http.post("/v1/sessions", json={"namespace": "hostile", "agent": "bot"}).json()["id"]
        said = [{"session_id": session, "content": text, "kind": "message", "role": "user"} for text in texts]
        http.post("/v1/memories/batch", json={"memories": said})
        http.post("/v1/handoffs", json={"session_id": session, "to": "queue:people", "reason": "refund"})


def _keep(content: str, **more: object) -> dict[str, object]:
    return {"namespace": "hostile", "content": content, **more}


def _large_lists(attacker: Attacker) -> None:
    with httpx.Client(base_url=attacker.url, headers={"Authorization": f"Bearer {attacker.key}"}, timeout=30) as http:
        for number in range(10):
            action = {"name": "tool", "result": "x" * 900_000}
            http.post("/v1/memories", json=_keep(f"Large {number}", action=action))
    attacker.many(lambda http, _: http.get("/v1/memories", params={"namespace": "hostile", "limit": 500}))


def _handoffs_at_once(attacker: Attacker) -> None:
    asked = iter(range(600))

    def ask(http: httpx.Client, _: int) -> None:
        if next(asked, None) is None:
            time.sleep(0.1)
        else:
            attacker.hand_off(http, ["I was charged twice for order 4521.", "Please refund 42 EUR."])

    attacker.many(ask)


def _spelled(attacker: Attacker, text: str) -> None:
    attacker.many(lambda http, _: attacker.hand_off(http, [text]))


def _posts(attacker: Attacker, path: str, body: object) -> None:
    content = body if isinstance(body, str) else json.dumps(body)
    attacker.many(lambda http, _: http.post(path, content=content, headers={"Content-Type": "application/json"}))


def _gets(attacker: Attacker, path: str, key: str | None = None) -> None:
    attacker.many(lambda http, _: http.get(path), key)


def _stuck_import(attacker: Attacker) -> None:
    attacker.connections(attacker.head("POST", "/v1/namespaces/x/import", "Content-Length: 9000000") + b"{", 40, b"x")


def _trickled(attacker: Attacker) -> None:
    begun = attacker.head("POST", "/v1/memories", "Content-Length: 15900000") + b"x" * 2_000_000
    attacker.connections(begun, 40, b"x")


def _nested(deep: int) -> str:
    return '{"namespace": "x", "content": "y", "metadata": {"a": ' + "[" * deep + "]" * deep + "}}"


ATTACKS: dict[str, Attack] = {
    "requests without end": lambda one: _gets(one, "/v1/whoami"),
    "invented keys": lambda one: one.many(
        lambda http, turn: http.get("/v1/whoami", headers={"Authorization": f"Bearer wl_{turn}"})
    ),
    "no key": lambda one: _gets(one, "/v1/whoami", ""),
    "memories without end": lambda one: one.many(
        lambda http, turn: http.post("/v1/memories", json=_keep(f"Fact {turn}"))
    ),
    "long memories": lambda one: _posts(one, "/v1/memories", _keep("word " * 19_000)),
    "batches of long memories": lambda one: _posts(
        one, "/v1/memories/batch", {"memories": [_keep("(1" * 49_000 + str(n)) for n in range(30)]}
    ),
    "recalls without end": lambda one: _posts(one, "/v1/recall", {"namespace": "hostile", "query": "charged twice"}),
    "recalls of 200": lambda one: _posts(
        one, "/v1/recall", {"namespace": "hostile", "query": "fact " * 2_000, "top_k": 200, "explain": True}
    ),
    "lists of large rows": _large_lists,
    "600 handoffs at once": _handoffs_at_once,
    "handoffs of a bank statement": lambda one: _spelled(one, STATEMENT),
    "handoffs of numbers": lambda one: _spelled(one, "1 " * 45_000),
    "handoffs of brackets": lambda one: _spelled(one, "(1)" * 30_000),
    "exports that nobody reads": lambda one: one.connections(one.head("GET", "/v1/namespaces/hostile/export"), 40),
    "imports that never end": _stuck_import,
    "bodies a byte at a time": _trickled,
    "half a request": lambda one: one.connections(b"GET /v1/whoami HTTP/1.1\r\nX: y", 500),
    "a header of 30 MB": lambda one: one.connections(b"GET / HTTP/1.1\r\nX: " + b"x" * 30_000_000, 10),
    "answers that nobody reads": lambda one: one.connections(one.head("GET", "/v1/memories?limit=500") * 50, 60),
    "event streams": lambda one: one.connections(one.head("GET", "/v1/events/stream"), 800),
    "sign-ins": lambda one: one.many(
        lambda http, turn: http.post("/console/sign-in", data={"name": f"local/{turn}", "password": "wrong-password"})
    ),
    "one Idempotency-Key": lambda one: one.many(
        lambda http, _: http.post("/v1/memories", json=_keep("Once"), headers={"Idempotency-Key": "one"})
    ),
    "deep JSON": lambda one: _posts(one, "/v1/memories", _nested(100_000)),
    "wide JSON": lambda one: _posts(one, "/v1/memories/batch", '{"memories": [' + "{}," * 1_000_000 + "{}]}"),
    "analytics of a century": lambda one: _gets(
        one, "/v1/analytics?since=1900-01-01T00:00:00Z&until=2199-01-01T00:00:00Z&bucket=week"
    ),
    "the documentation": lambda one: _gets(one, "/openapi.json"),
}


def names() -> Iterator[str]:
    """The attacks, in the order in which they are tried."""
    return iter(ATTACKS)


def main() -> None:
    """Run one attack."""
    _yield_to_all()
    name, url, key, seconds = sys.argv[1:]
    ATTACKS[name](Attacker(url, key, time.monotonic() + float(seconds)))


def _yield_to_all() -> None:
    """Take processors only where nobody else does."""
    os.nice(LOWEST)
    # Where Linux shares processors out by sessions first, a priority counts among the processes of one session alone.
    with suppress(OSError):
        os.setsid()
        Path("/proc/self/autogroup").write_text(str(LOWEST))


if __name__ == "__main__":
    main()
