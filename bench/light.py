"""How much memory the platform for one developer takes: `warmline up --light`, all its processes together.

    python -m bench.light [--turns 100] [--most 400]

A coding session of so many turns is captured and handed off, its brief is taken over and a memory recalled. Printed are
JSON lines in megabytes: for each part and all together when nothing happens and after it, and all together at the
highest moment while that is done. ``pss_mb`` is what Linux charges: a page that processes share is counted once, in
parts. In ``resident_mb`` it is counted once for each. It exits with 1 where ``pss_mb`` is ever above ``--most``.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil

from bench.coding.__main__ import rows
from bench.figures import Figures
from tests.builders.transcripts import lines
from warmline import Warmline
from warmline.capture import Keeper, open_reader, place_of

MEGABYTE = 1_000_000
EVERY_SECONDS = 0.1
STARTING_SECONDS = 120.0
QUIET_SECONDS = 10.0
NAMESPACE = "code/light"


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; 1 where it takes too much."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.light", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--turns", type=int, default=100)
    parser.add_argument("--most", type=float, default=400.0, help="the bar, in megabytes")
    options = parser.parse_args(arguments)
    figures = Figures()
    with tempfile.TemporaryDirectory(prefix="wl-") as folder, a_light_platform(Path(folder)) as (launcher, told):
        time.sleep(QUIET_SECONDS)
        _tell(figures, "idle", launcher)
        with highest(launcher) as peak, Warmline(told["url"], told["api_key"], timeout=120) as client:
            _work(client, Path(folder), options.turns)
        figures.add(when="peak", part="all", **peak)
        time.sleep(QUIET_SECONDS)
        _tell(figures, "after", launcher)
    figures.print_tables()
    return int(peak["pss_mb"] > options.most)


@contextmanager
def a_light_platform(home: Path) -> Iterator[tuple[psutil.Process, dict[str, Any]]]:
    """One in a folder of its own: its launcher, and where it says that it is."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("WARMLINE_")}
    command = [sys.executable, "-P", "-m", "warmline_local.commands.light", "--home", str(home), "--port", "0"]
    started = subprocess.Popen(command, env=kept, stdout=subprocess.DEVNULL)
    file, deadline = home / "stack.json", time.monotonic() + STARTING_SECONDS
    try:
        while not file.exists():
            if started.poll() is not None or time.monotonic() > deadline:
                raise LookupError("the platform did not start")
            time.sleep(EVERY_SECONDS)
        yield psutil.Process(started.pid), json.loads(file.read_text())
    finally:
        started.terminate()
        started.wait()


def by_part(launcher: psutil.Process) -> dict[str, dict[str, float]]:
    """What each part takes."""
    parts: dict[str, dict[str, float]] = {}
    for one in [launcher, *launcher.children(recursive=True)]:
        taken = _taken_by(one)
        if taken is not None:
            known = parts.setdefault(_part_of(one, launcher), dict.fromkeys(taken, 0.0))
            known.update({name: known[name] + value for name, value in taken.items()})
    return parts


def together(launcher: psutil.Process) -> dict[str, float]:
    """What all of them take."""
    parts = by_part(launcher).values()
    return {name: sum(part[name] for part in parts) for name in ("processes", "pss_mb", "resident_mb")}


@contextmanager
def highest(launcher: psutil.Process) -> Iterator[dict[str, float]]:
    """The highest figures of all that are taken in the block; to be read after it."""
    peak, over = together(launcher), threading.Event()

    def watch() -> None:
        while not over.wait(EVERY_SECONDS):
            for name, value in together(launcher).items():
                peak[name] = max(peak[name], value)

    watching = threading.Thread(target=watch, name="footprint")
    watching.start()
    try:
        yield peak
    finally:
        over.set()
        watching.join()


def _tell(figures: Figures, when: str, launcher: psutil.Process) -> None:
    for part, taken in by_part(launcher).items():
        figures.add(when=when, part=part, **taken)
    figures.add(when=when, part="all", **together(launcher))


def _work(client: Warmline, folder: Path, turns: int) -> None:
    path = folder / "s-1.jsonl"
    path.write_text(lines(rows(turns, kilobytes=2)))
    transcript = open_reader("claude-code", path).read()
    keeper = Keeper(client, place_of(folder, "claude-code", NAMESPACE), transcript)
    keeper.keep(transcript)
    handoff = client.handoffs.request(keeper.started().id, to="claude-code", reason="Context is full")
    client.handoffs.wait(handoff.id, timeout=300)
    client.memories.recall("which tests failed", namespace=NAMESPACE, top_k=50, token_budget=2_000)
    with client.accept(handoff.id, agent="claude-code") as warm:
        warm.session.remember("Going on.", role="agent")


def _taken_by(process: psutil.Process) -> dict[str, float] | None:
    """Megabytes; None where it has ended."""
    try:
        known = process.memory_full_info()
    except psutil.NoSuchProcess:
        return None
    return {"processes": 1.0, "pss_mb": known.pss / MEGABYTE, "resident_mb": known.rss / MEGABYTE}


def _part_of(process: psutil.Process, launcher: psutil.Process) -> str:
    try:
        name, words = process.name(), " ".join(process.cmdline())
    except psutil.NoSuchProcess:
        return "ended"
    if process == launcher:
        return "launcher, API and worker"
    if "guard.py" in words:
        return "guards"
    return name if name.startswith(("postgres", "redis")) else "copies that write briefs"


if __name__ == "__main__":
    sys.exit(main())
