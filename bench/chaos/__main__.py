"""Starts a stack, makes trouble for it, and looks at what is left."""

import argparse
import json
import random
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import httpx
import psutil

from bench.chaos import __doc__ as about
from bench.chaos.clients import READY_SECONDS, Work, verdict, wait_until_ready
from bench.chaos.faults import Clock, trouble
from bench.hosts.callers import ANSWER_SECONDS
from warmline_local.stack import Stack
from warmline_memory.settings import Settings

CALM_SECONDS = 120.0
"""So long the parts have to answer again once nothing is done to them any more."""


def main() -> int:
    """Run it, print the report, and say whether all is as it was told."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.chaos", description=about, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--handoffs", type=int, default=1_000)
    parser.add_argument("--memories", type=int, default=20_000)
    parser.add_argument("--clients", type=int, default=16)
    parser.add_argument("--every", type=float, default=4.0, help="seconds from one fault to the next")
    parser.add_argument("--clock", action="store_true", help="the clock jumps, too, by libfaketime")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    work = Work(options.handoffs, max(1, options.memories // options.handoffs))
    with tempfile.TemporaryDirectory(prefix="warmline-chaos-") as folder:
        clock = Clock(Path(folder)) if options.clock else None
        report = played(Path(folder), work, options.clients, options.every, random.Random(options.seed), clock)
        report["processes_left"] = len(left(folder))
    print(json.dumps(report))
    late = report["ready_after_seconds"] is None or report["ready_after_seconds"] > READY_SECONDS
    return int(any(report["wrong"].values()) or late or report["processes_left"] > 0)


def played(
    folder: Path, work: Work, clients: int, every: float, chance: random.Random, clock: Clock | None
) -> dict[str, Any]:
    """Work in trouble, then calm; the report."""
    # Clients of one address and one key are what is measured here, and not how often one of them may ask.
    free = {"requests_per_key": 0, "requests_per_tenant": 0, "requests_per_address": 0}
    clocks = nullcontext() if clock is None else clock.settable()
    with clocks, Stack(Settings(home=folder, port=0, **free)) as stack, ThreadPoolExecutor(1) as other:
        threading.Thread(target=stack.wait, daemon=True).start()
        headers, began, over = {"Authorization": f"Bearer {stack.api_key}"}, time.monotonic(), threading.Event()
        limits = httpx.Limits(max_connections=clients + 4)
        with httpx.Client(base_url=stack.url, headers=headers, timeout=ANSWER_SECONDS, limits=limits) as http:
            faults = other.submit(trouble, stack, every, over, chance, clock)
            try:
                work.by(clients, http)
            finally:
                over.set()
            done, seconds = faults.result(), time.monotonic() - began
            back = until_answering(http)
            ready = wait_until_ready(http, work)
            return {
                "seconds": round(seconds, 1),
                "faults": dict(done),
                "memories": sum(map(len, work.contents.values())),
                "handoffs": len(work.told.handoffs),
                "refused": work.refusals(),
                "never_answered": work.told.never,
                "answering_after_seconds": round(back, 1),
                "ready_after_seconds": None if ready is None else round(ready, 1),
                "wrong": verdict(http, work),
            }


def until_answering(http: httpx.Client) -> float:
    """The seconds until the API is ready again."""
    began = time.monotonic()
    while time.monotonic() - began < CALM_SECONDS:
        try:
            if http.get("/health/ready").status_code == 200:
                break
        except httpx.TransportError:
            pass
        time.sleep(0.2)
    return time.monotonic() - began


def left(folder: str) -> list[int]:
    """The processes that still work on a folder."""
    return [
        process.pid
        for process in psutil.process_iter(["cmdline"])
        if any(folder in word for word in process.info["cmdline"] or ())
    ]


if __name__ == "__main__":
    sys.exit(main())
