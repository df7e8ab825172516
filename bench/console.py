"""How long the console's pages take, and what they weigh: a queue of 500 handoffs, a conversation of 2,000 memories.

python -m bench.console [--open 500] [--memories 2000] [--rounds 100]
"""

import argparse
import random
import re
import secrets
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx

from bench import sentences
from bench.figures import Figures
from bench.stacks import own_stack
from bench.timing import timed
from warmline import Warmline

SEED = 7
QUEUE = "queue:billing"
AT_ONCE = 4
BATCH = 500
WARM_UP = 10
ASSETS = re.compile(r"(?:href|src)=\"(/console/static/[^\"]+)\"")


def fill(client: Warmline, number: int) -> None:
    """Ask for a handoff of a short conversation to the queue, and wait for its brief."""
    rng = random.Random(SEED + number)
    with client.session(agent="tier1-bot", namespace=f"customer/{number}") as session:
        session.remember("Account ID", slot=("account_id", f"ACC-{number}"), importance=0.8)
        session.remember(sentences.sentence(rng), role="user")
        handoff = session.hand_off(to=QUEUE, reason=sentences.sentence(rng)[:200])
    client.handoffs.wait(handoff.id)


def long_handoff(client: Warmline, memories: int) -> tuple[str, str]:
    """A handoff of a long conversation, taken over: its id, and that of its source session."""
    rng = random.Random(SEED)
    session = client.session(agent="tier1-bot", namespace="customer/long")
    turns = [
        {"session_id": session.id, "content": sentences.sentence(rng), "role": ("user", "agent")[turn % 2]}
        for turn in range(memories)
    ]
    for first in range(0, memories, BATCH):
        client.memories.remember_many(turns[first : first + BATCH])
    handoff = session.hand_off(to=QUEUE, reason="The customer asks for a person")
    client.handoffs.wait(handoff.id)
    return str(handoff.id), str(session.id)


def sign_in(browser: httpx.Client, client: Warmline) -> None:
    """Sign a new operator in."""
    password = secrets.token_urlsafe(12)
    client.operators.create("bench", queues=["billing"], capacity=1000, password=password)
    answer = browser.post("/console/sign-in", data={"name": f"{client.whoami().tenant}/bench", "password": password})
    if answer.status_code != 303:
        raise RuntimeError(f"nobody could sign in: {answer.status_code}")


def weight(browser: httpx.Client, page: httpx.Response) -> int:
    """The bytes of a page with all that it loads, uncompressed."""
    assets = dict.fromkeys(ASSETS.findall(page.text))
    return len(page.content) + sum(len(browser.get(asset).content) for asset in assets)


def pages(handoff_id: str, session_id: str) -> Iterator[tuple[str, str]]:
    """What is measured, by name and path."""
    yield "queue", "/console/"
    yield "queue, all", "/console/?to=all"
    yield "handoff", f"/console/handoffs/{handoff_id}"
    yield "conversation", f"/console/conversations/{session_id}"
    yield "why these memories", f"/console/handoffs/{handoff_id}/why"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--open", type=int, default=500, help="handoffs that wait in the queue")
    parser.add_argument("--memories", type=int, default=2000, help="memories of the long conversation")
    parser.add_argument("--rounds", type=int, default=100)
    options = parser.parse_args()
    figures = Figures()
    with own_stack() as stack, Warmline(stack.url, stack.api_key, timeout=60) as client:
        with ThreadPoolExecutor(AT_ONCE) as pool:
            list(pool.map(lambda number: fill(client, number), range(options.open)))
        places = long_handoff(client, options.memories)
        time.sleep(2)
        with httpx.Client(base_url=stack.url, timeout=60) as browser:
            sign_in(browser, client)
            for name, path in pages(*places):
                page = browser.get(path).raise_for_status()
                timed(browser.get, [path] * WARM_UP, clients=1)
                times = timed(browser.get, [path] * options.rounds, clients=1)
                kilobytes = weight(browser, page) / 1000
                figures.add(page=name, **times.figures, kilobytes=kilobytes, status=page.status_code)
    figures.tell()


if __name__ == "__main__":
    main()
