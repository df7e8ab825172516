"""How much memory the worker takes, before and while it writes briefs; how long it takes to import the SDK, and how
large it is.

    python -m bench.footprint CASES … [--limit 100] [--most 500]
    python -m bench.footprint --importing
    python -m bench.footprint --installing

The cases are played over HTTP on a stack of the benchmark's own. Looked at are the worker's processes: what is resident
of them, with what they share counted once for each, and what is theirs alone. The program prints JSON lines in
megabytes, and exits with 1 where the worker is ever above ``--most`` resident.

With ``--importing`` it prints the processor time of programs that do nothing but import, the best of several runs, and
how often that of the libraries alone it is. It exits with 1 where the SDK takes more than 0.3 seconds.

With ``--installing`` it installs the wheel of the clients into an empty environment, from the package index, and prints
how large each part of it is, with the bytecode that pip writes. It exits with 1 where all of it is more than 25 MB.
"""

import argparse
import resource
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import psutil

from bench.briefs.playing import play_all
from bench.briefs.recorded import read_recorded
from bench.figures import Figures
from bench.stacks import own_stack
from warmline import Warmline

ROOT = Path(__file__).parents[1]
MEGABYTE = 1_000_000
EVERY_SECONDS = 0.5
WORKER = "warmline_worker"

LIBRARIES = "import httpx; from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field"
# Every part, as it would be if parts were not loaded when they are used first.
EVERYTHING = """
from warmline import LiveSession, PatternMemory, Takeover, Warmline, resources
for name in resources.__all__:
    getattr(resources, name)
"""
PROGRAMS = {
    "nothing": "pass",
    "the libraries": LIBRARIES,
    "Warmline": "from warmline import Warmline",
    "everything": EVERYTHING,
}
RUNS = 7
MOST_IMPORTING = 0.3
MOST_INSTALLED_MB = 25.0


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; 1 where the worker takes too much."""
    options = _options(arguments)
    if options.importing:
        return importing()
    if options.installing:
        return installing()
    cases = [case for path in options.cases for case in read_recorded(path, options.limit)]
    figures = Figures()
    with own_stack() as stack, Warmline(stack.url, stack.api_key, timeout=60) as client:
        figures.add(when="idle", **footprint())
        with highest() as peak:
            played = sum(1 for _ in play_all(client, cases, options.clients))
        figures.add(when="after", briefs=played, **footprint())
        figures.add(when="peak", **peak)
    figures.print_tables()
    return int(peak["resident_mb"] > options.most)


def importing() -> int:
    """Measure and print what imports take; 1 where the SDK takes too long."""
    figures = Figures()
    seconds = {name: min(_seconds_of(program) for _ in range(RUNS)) for name, program in PROGRAMS.items()}
    for name, taken in seconds.items():
        figures.add(imported=name, cpu_seconds=taken, of_the_libraries=taken / seconds["the libraries"])
    figures.print_tables()
    return int(seconds["Warmline"] > MOST_IMPORTING)


def installing() -> int:
    """Measure and print what the clients take on a disk; 1 where that is too much."""
    with tempfile.TemporaryDirectory() as made:
        sizes = _installed_in(Path(made))
    figures = Figures()
    for name, size in sorted(sizes.items(), key=lambda one: -one[1]):
        figures.add(part=name, mb=size)
    figures.add(part="all", mb=sum(sizes.values()))
    figures.print_tables()
    return int(sum(sizes.values()) > MOST_INSTALLED_MB)


def footprint() -> dict[str, float]:
    """The megabytes of the worker's processes, which descend from this one. Raises ``LookupError`` without any."""
    found = [memory for one in _workers() if (memory := _memory_of(one))]
    if not found:
        raise LookupError("no worker runs")
    resident, own = (sum(column) / MEGABYTE for column in zip(*found, strict=True))
    return {"processes": len(found), "resident_mb": resident, "own_mb": own}


def worker_seconds() -> float:
    """The processor time that the worker's processes have taken so far."""
    times = [one.cpu_times() for one in _workers()]
    return sum(one.user + one.system for one in times)


@contextmanager
def highest() -> Iterator[dict[str, float]]:
    """The highest figures of all that are taken in the block; to be read after it."""
    peak = footprint()
    over = threading.Event()

    def watch() -> None:
        while not over.wait(EVERY_SECONDS):
            for name, value in footprint().items():
                peak[name] = max(peak[name], value)

    watching = threading.Thread(target=watch, name="footprint")
    watching.start()
    try:
        yield peak
    finally:
        over.set()
        watching.join()


def _seconds_of(program: str) -> float:
    """The processor time of a program that a new interpreter runs."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-c", program], check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _installed_in(folder: Path) -> dict[str, float]:
    """Install the clients alone into an environment in a folder; the megabytes of each folder and module of it."""
    distributions = [
        str(ROOT / "infra" / "distributions.py"),
        str(folder / "dist"),
        "--source",
        "https://git.example/it",
    ]
    subprocess.run([sys.executable, *distributions], check=True, capture_output=True)
    (wheel,) = (folder / "dist").glob("warmline-*.whl")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder / "venv"], check=True)
    pip = [sys.executable, "-m", "pip", "--python", str(folder / "venv"), "install", "--quiet", "--compile", str(wheel)]
    subprocess.run(pip, check=True)
    (site,) = (folder / "venv").glob("lib/python*/site-packages")
    sizes: dict[str, float] = {}
    for file in site.rglob("*"):
        if file.is_file():
            part = file.relative_to(site).parts[0]
            sizes[part] = sizes.get(part, 0.0) + file.stat().st_size / MEGABYTE
    return sizes


def _workers() -> list[psutil.Process]:
    """The worker and the processes that it started."""
    heads = [one for one in psutil.Process().children(recursive=True) if WORKER in _command_of(one)]
    return list({one.pid: one for head in heads for one in [head, *head.children(recursive=True)]}.values())


def _command_of(process: psutil.Process) -> str:
    try:
        return " ".join(process.cmdline())
    except psutil.NoSuchProcess:
        return ""


def _memory_of(process: psutil.Process) -> tuple[int, int] | None:
    """The bytes that are resident and those that are its own; None where it has ended."""
    try:
        known = process.memory_full_info()
    except psutil.NoSuchProcess:
        return None
    return known.rss, known.uss


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m bench.footprint", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--importing", action="store_true", help="what importing the SDK takes, and nothing else")
    parser.add_argument("--installing", action="store_true", help="how large the clients are, and nothing else")
    parser.add_argument("cases", nargs="*", type=Path, metavar="CASES", help="files of cases")
    parser.add_argument("--limit", type=int, default=100, help="the first so many of each file")
    parser.add_argument("--clients", type=int, default=4)
    parser.add_argument("--most", type=float, default=500.0, help="the bar, in megabytes")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
