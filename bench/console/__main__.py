"""Opens the pages, and prints."""

import argparse
import random
import re
import secrets
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Literal

import httpx
from playwright.sync_api import Browser, Page

from bench import sentences
from bench.console import __doc__ as about
from bench.console.chromium import open_chromium
from bench.console.crowding import CREW, crowd, lengthen
from bench.figures import Figures
from bench.stacks import own_stack, owner_url
from bench.timing import latencies, timed
from warmline import Warmline
from warmline_schemas.handoffs import Handoff

SEED = 7
QUEUE, EMPTY_QUEUE = "queue:billing", "queue:empty"
PASSWORD = secrets.token_urlsafe(12)
# Each client waits for its brief, so that more than a few of them would only wait for the one worker.
AT_ONCE = 4
BATCH = 500
WRITTEN = 500
"""Memories of the long conversation that are written; embedding more of them would take minutes."""
WARM_UP = 10
MOST_WORKED = 100
"""An operator works this many queues at most."""
SETTLED_MS = 300
OBSERVE = """
window.warmlineShift = 0;
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.warmlineShift += entry.value;
}).observe({type: "layout-shift", buffered: true});
"""
WATCH = """
() => {
  window.seen = {};
  const look = () => {
    for (const row of document.querySelectorAll("main .ticket-link")) window.seen[row.textContent] ??= Date.now();
    requestAnimationFrame(look);
  };
  look();
}
"""
"""Notes in which frame of the screen each handoff's row was there first."""
ASSETS = re.compile(r"(?:href|src)=\"(/console/static/[^\"]+)\"")


def fill(client: Warmline, number: int, queue: str = QUEUE) -> Handoff:
    """Ask for a handoff of a short conversation to a queue, and wait for its brief."""
    rng = random.Random(SEED + number)
    with client.session(agent="tier1-bot", namespace=f"customer/{number}") as session:
        session.remember("Account ID", slot=("account_id", f"ACC-{number}"), importance=0.8)
        session.remember(sentences.sentence(rng), role="user")
        handoff = session.hand_off(to=queue, reason=sentences.sentence(rng)[:200])
    return client.handoffs.wait(handoff.id)


def long_handoff(client: Warmline, url: str, memories: int) -> tuple[str, str]:
    """A handoff of a long conversation: its id, and that of its source session. What is beyond ``WRITTEN`` memories is
    copied, as the owner of the database at ``url``."""
    rng = random.Random(SEED)
    session = client.session(agent="tier1-bot", namespace="customer/long")
    turns = [
        {"session_id": session.id, "content": sentences.sentence(rng), "role": ("user", "agent")[turn % 2]}
        for turn in range(min(memories, WRITTEN))
    ]
    for first in range(0, len(turns), BATCH):
        client.memories.remember_many(turns[first : first + BATCH])
    if memories > WRITTEN:
        lengthen(url, str(session.id), memories // WRITTEN)
    handoff = session.hand_off(to=QUEUE, reason="The customer asks for a person")
    client.handoffs.wait(handoff.id)
    return str(handoff.id), str(session.id)


def hire(client: Warmline, name: str, *queues: str, role: Literal["operator", "admin"] = "operator") -> dict[str, str]:
    """Add somebody who works some queues; what they sign in with."""
    worked = [queue.removeprefix("queue:") for queue in queues]
    client.operators.create(name, queues=worked, capacity=1000, password=PASSWORD, role=role)
    return {"name": f"{client.whoami().tenant}/{name}", "password": PASSWORD}


def sign_in(browser: httpx.Client, form: dict[str, str]) -> None:
    """Sign an operator in."""
    answer = browser.post("/console/sign-in", data=form)
    if answer.status_code != 303:
        raise RuntimeError(f"nobody could sign in: {answer.status_code}")


def weight(browser: httpx.Client, page: httpx.Response) -> dict[str, float]:
    """The kilobytes of a page with all that it loads, and how many of them go over the wire: browsers take gzip."""
    loaded = [page, *(browser.get(asset) for asset in dict.fromkeys(ASSETS.findall(page.text)))]
    return {
        "kilobytes": sum(len(one.content) for one in loaded) / 1000,
        "sent_kilobytes": sum(one.num_bytes_downloaded for one in loaded) / 1000,
    }


def pages(handoff_id: str, session_id: str) -> Iterator[tuple[str, str]]:
    """What is measured, by name and path."""
    yield "queue", "/console/"
    yield "queue, all", "/console/?to=all"
    yield "queue, the last page", "/console/?to=all&page=100"
    yield "search", "/console/search?q=refund+order"
    yield "my work", "/console/mine"
    yield "handoff", f"/console/handoffs/{handoff_id}"
    yield "conversation", f"/console/conversations/{session_id}"
    yield "why these memories", f"/console/handoffs/{handoff_id}/why"


def measure_pages(figures: Figures, url: str, form: dict[str, str], places: tuple[str, str], rounds: int) -> None:
    """How long each page takes for somebody, and what it weighs."""
    with httpx.Client(base_url=url, timeout=60) as browser:
        sign_in(browser, form)
        _measure_pages(figures, browser, form["name"].split("/")[1], places, rounds)


def _measure_pages(figures: Figures, browser: httpx.Client, who: str, places: tuple[str, str], rounds: int) -> None:
    for name, path in pages(*places):
        page = browser.get(path).raise_for_status()
        timed(browser.get, [path] * WARM_UP, clients=1)
        times = timed(browser.get, [path] * rounds, clients=1)
        figures.add(page=name, to=who, **times.figures, **weight(browser, page), status=page.status_code)


def measure_list(figures: Figures, client: Warmline, rounds: int) -> None:
    """How long the API takes to list what an operator may take first."""
    times = timed(lambda name: next(client.queues.waiting("billing", operator=name)), ["bench"] * rounds, clients=1)
    figures.add(measure="the first page of what waits, over the API", **times.figures)


def measure_open_page(figures: Figures, client: Warmline, page: Page, numbers: range) -> None:
    """How soon an open page of a queue shows a handoff: from the transaction that makes it ready to its row."""
    seconds = []
    for number in numbers:
        handoff = fill(client, number, EMPTY_QUEUE)
        shown = page.wait_for_function("name => window.seen[name]", arg=handoff.namespace).json_value()
        seconds.append(shown / 1000 - handoff.ready_at.timestamp())
        # The queue is empty again for the next one, so that every row is found in a page of the same length.
        client.handoffs.accept(handoff.id, agent="human:watching")
    figures.add(measure="from the commit to an open page", **latencies(seconds), rounds=len(seconds))


def measure_shift(figures: Figures, chromium: Browser, url: str, form: dict[str, str], places: tuple[str, str]) -> None:
    """How far what is on a page moves while the page loads."""
    page = signed_in(chromium, url, form)
    page.add_init_script(OBSERVE)
    for name, path in pages(*places):
        page.goto(path, wait_until="load")
        page.wait_for_timeout(SETTLED_MS)
        figures.add(page=name, shift=float(page.evaluate("window.warmlineShift")))


def open_queue(chromium: Browser, url: str, form: dict[str, str]) -> Page:
    """The queue of an operator, open in Chromium."""
    page = signed_in(chromium, url, form)
    page.goto("/console/")
    page.evaluate(WATCH)
    return page


def signed_in(chromium: Browser, url: str, form: dict[str, str]) -> Page:
    """A page of Chromium in which somebody is signed in."""
    page = chromium.new_context(base_url=url).new_page()
    # The cookie of this request is the page's too: both belong to the same browser context.
    page.context.request.post("/console/sign-in", form=form)
    return page


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.console", description=about, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--open", type=int, default=500, help="handoffs that wait in the queue")
    parser.add_argument("--memories", type=int, default=2000, help="memories of the long conversation")
    parser.add_argument("--crowd", type=int, default=0, help="further open cases, copied")
    parser.add_argument("--queues", type=int, default=500, help="in so many queues")
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--coming", type=int, default=40, help="handoffs that come while a queue page is open")
    options = parser.parse_args()
    figures = Figures()
    with open_chromium() as chromium, own_stack() as stack, Warmline(stack.url, stack.api_key, timeout=60) as client:
        with ThreadPoolExecutor(AT_ONCE) as pool:
            list(pool.map(lambda number: fill(client, number), range(options.open)))
        places = long_handoff(client, owner_url(stack), options.memories)
        if options.crowd:
            crowd(owner_url(stack), options.crowd, options.queues)
        # The worker still sends announcements and takes measures of what was just written; both are to be over.
        time.sleep(2)
        measure_pages(figures, stack.url, hire(client, "bench", QUEUE), places, options.rounds)
        if options.crowd:
            worked = [f"{CREW}{number}" for number in range(min(options.queues, MOST_WORKED))]
            measure_pages(figures, stack.url, hire(client, "busy", QUEUE, *worked[1:]), places, options.rounds)
            admin = hire(client, "admin", QUEUE, role="admin")
            measure_pages(figures, stack.url, admin, places, options.rounds)
            measure_shift(figures, chromium, stack.url, admin, places)
        measure_list(figures, client, options.rounds)
        page = open_queue(chromium, stack.url, hire(client, "watching", EMPTY_QUEUE))
        measure_open_page(figures, client, page, range(options.open, options.open + options.coming))
    figures.print_tables()


if __name__ == "__main__":
    main()
