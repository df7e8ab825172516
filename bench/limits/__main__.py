"""Lets API processes with lines of different widths take turns on one database, and prints.

Each round measures every width once, in another order, so that what else the machine does falls on all of them. The
figure that counts is a width's throughput as a share of the best one's.
"""

import argparse
import random
import socket
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field

import httpx

from bench import sentences
from bench.figures import Figures
from bench.limits import __doc__ as about
from bench.stacks import own_stack
from bench.timing import latencies
from warmline_local.stack import Stack, api_command, environment_of

WIDTHS = (4, 8, 12, 16, 24)
CLIENTS = 32
SEED = 8841
FIRST = 100
"""How many memories the namespace begins with."""
PATIENCE_SECONDS = 60.0
"""Nobody is refused here: how long requests take on the machine would otherwise decide how many are worked on."""


@dataclass
class Load:
    """What came of the requests to one width."""

    taken: list[float] = field(default_factory=list)
    """How long those that were done took, in seconds."""
    seconds: float = 0.0

    @property
    def rate(self) -> float:
        """Requests a second that were done."""
        return len(self.taken) / self.seconds


def main() -> None:
    """Measure every width in every round."""
    options = _options()
    figures = Figures()
    loads = {width: Load() for width in WIDTHS}
    with own_stack() as stack, ExitStack() as opened:
        clients = {width: opened.enter_context(_api(stack, width)) for width in WIDTHS}
        _warm(clients)
        for number in range(options.rounds):
            for width in random.Random(number).sample(WIDTHS, len(WIDTHS)):
                _put_under_load(clients[width], loads[width], options.seconds)
    best = max(load.rate for load in loads.values())
    for width, load in loads.items():
        figures.add(
            requests_at_once=width,
            clients=CLIENTS,
            per_second=load.rate,
            share_of_best=load.rate / best,
            **latencies(load.taken),
        )
    figures.print_tables()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("--rounds", type=int, default=5, help="how often each width is measured")
    parser.add_argument("--seconds", type=float, default=5.0, help="how long, each time")
    return parser.parse_args()


@contextmanager
def _api(stack: Stack, width: int) -> Iterator[httpx.Client]:
    """A further API process of the stack with a line of this width, and a client of it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = stack.settings.model_copy(
        update={"port": port, "requests_at_once": width, "line_seconds": PATIENCE_SECONDS, "log_level": "WARNING"}
    )
    process = subprocess.Popen(api_command(), env=environment_of(settings))
    limits = httpx.Limits(max_connections=CLIENTS, max_keepalive_connections=CLIENTS)
    headers = {"Authorization": f"Bearer {stack.api_key}"}
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", headers=headers, limits=limits, timeout=60) as client:
            _wait_until_ready(client, process)
            yield client
    finally:
        process.terminate()
        process.wait()


def _wait_until_ready(client: httpx.Client, process: "subprocess.Popen[bytes]") -> None:
    while process.poll() is None:
        try:
            client.get("/health/ready").raise_for_status()
        except httpx.HTTPError:
            time.sleep(0.1)
        else:
            return
    raise ChildProcessError("an API process did not start")


def _warm(clients: dict[int, httpx.Client]) -> None:
    rng = random.Random(SEED)
    memories = [{"namespace": "line", "content": sentences.sentence(rng)} for _ in range(FIRST)]
    next(iter(clients.values())).post("/v1/memories/batch", json={"memories": memories}).raise_for_status()
    for client in clients.values():
        _ask(client, rng)


def _ask(client: httpx.Client, rng: random.Random) -> None:
    """One request of mixed work: two of five keep a memory, two recall, one lists."""
    kind = rng.randrange(5)
    if kind < 2:
        keep = {"namespace": "line", "content": sentences.sentence(rng)}
        answer = client.post("/v1/memories", json=keep)
    elif kind < 4:
        wanted = {"namespace": "line", "query": sentences.inquiry(rng)}
        answer = client.post("/v1/recall", json=wanted)
    else:
        answer = client.get("/v1/memories", params={"namespace": "line", "limit": 20})
    answer.raise_for_status()


def _put_under_load(client: httpx.Client, load: Load, seconds: float) -> None:
    """Have all clients ask one request after the other for so many seconds."""
    began = time.perf_counter()

    def ask_on(seed: int) -> list[float]:
        rng, taken = random.Random(seed), list[float]()
        while (before := time.perf_counter()) < began + seconds:
            _ask(client, rng)
            taken.append(time.perf_counter() - before)
        return taken

    with ThreadPoolExecutor(CLIENTS) as pool:
        for taken in pool.map(ask_on, range(CLIENTS)):
            load.taken += taken
    load.seconds += time.perf_counter() - began


if __name__ == "__main__":
    main()
