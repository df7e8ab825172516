"""Claimers as processes of their own, with nothing but the standard library.

``crowd KEY`` reads from its input whom it shall be: a JSON object of lists by agent, of a URL and handoffs.
It becomes one process for each agent; once all are there they begin at once, and each says what it then holds: its name
and its tokens by handoff, as a JSON list. ``hold KEY URL AGENT HANDOFF SECONDS`` claims one handoff for so long at a
time, says its token, and prolongs the claim until somebody kills it.
"""

import http.client
import json
import os
import sys
import time
from typing import Any
from urllib.parse import urlsplit

TOO_BUSY = 503


class Desk:
    """One connection to the API."""

    def __init__(self, url: str, key: str) -> None:
        where = urlsplit(url)
        self._connection = http.client.HTTPConnection(where.hostname or "", where.port, timeout=120)
        self._connection.connect()
        self._headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}

    def post(self, handoff: str, verb: str, **ask: Any) -> tuple[int, dict[str, Any]]:
        """Post an action; again while the platform is too busy."""
        while True:
            self._connection.request("POST", f"/v1/handoffs/{handoff}/{verb}", json.dumps(ask), self._headers)
            response = self._connection.getresponse()
            answer = json.loads(response.read())
            if response.status != TOO_BUSY:
                return response.status, answer
            time.sleep(0.1)


def crowd(key: str, wanted: dict[str, list[str]]) -> int:
    """Be so many claimers, each a process. Closing the pipe is the signal on which all begin; 0 where all went well."""
    begin, signal = os.pipe()
    for agent, (url, *handoffs) in wanted.items():
        if os.fork() == 0:
            os.close(signal)
            desk = Desk(url, key)
            os.read(begin, 1)
            say(json.dumps([agent, claimed(desk, agent, handoffs)]))
            os._exit(0)
    os.close(signal)
    return max(os.wait()[1] for _ in wanted)


def claimed(desk: Desk, agent: str, handoffs: list[str]) -> dict[str, int]:
    """Claim what can be had of some handoffs; the tokens."""
    held = {}
    for handoff in handoffs:
        status, answer = desk.post(handoff, "claim", agent=agent, lease_seconds=600)
        if status == 200:
            held[handoff] = answer["token"]
        elif not answer["type"].endswith(":handoff-claimed"):
            say(f"{status}: {answer}")
            os._exit(1)
    return held


def hold(desk: Desk, agent: str, handoff: str, seconds: int) -> None:
    """Hold a handoff until this process is killed."""
    _, claim = desk.post(handoff, "claim", agent=agent, lease_seconds=seconds)
    say(str(claim["token"]))
    while True:
        time.sleep(seconds / 4)
        status, answer = desk.post(handoff, "heartbeat", token=claim["token"], lease_seconds=seconds)
        if status != 200:
            sys.exit(f"{status}: {answer}")


def say(line: str) -> None:
    """Tell whoever started this process; one write, so that lines of several processes stay whole."""
    os.write(sys.stdout.fileno(), f"{line}\n".encode())


if __name__ == "__main__":
    verb, key, *rest = sys.argv[1:]
    if verb == "crowd":
        sys.exit(crowd(key, json.load(sys.stdin)))
    url, agent, handoff, seconds = rest
    hold(Desk(url, key), agent, handoff, int(seconds))
