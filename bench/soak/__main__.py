"""Puts a stack of the benchmark's own under an even load for minutes, and prints what it held and what grew."""

import argparse
import sys
import time
from collections.abc import Sequence

import httpx

from bench import mixed
from bench.figures import Figures
from bench.soak import __doc__ as about
from bench.soak.held import Held, held
from bench.stacks import own_stack

PEAK_SECONDS = 30.0
PARTS = 4
WARM_UP = 2
"""So many parts are the warm-up: the processes that write briefs grow with the first of them."""
REST_SECONDS = 15.0
"""So long nothing is asked before it is looked: briefs that were asked for are written by then."""
MOST_GROWTH = 0.03
SMALL_MEGABYTES = 20.0
"""What is smaller than this grows by some percent with one buffer; it counts with the others."""
MOST_MORE = 2
"""So many files or connections more are one that was just in use."""


def main() -> int:
    """Measure and print; 1 where anything grew too much."""
    options = _options()
    figures = Figures()
    seconds = options.minutes * 60 / PARTS
    with own_stack() as stack:
        headers = {"Authorization": f"Bearer {stack.api_key}"}
        with httpx.Client(base_url=stack.url, headers=headers, timeout=60) as http:
            clients = [mixed.Client(http, number) for number in range(options.clients)]
            peak = mixed.figures(mixed.work(clients, PEAK_SECONDS), PEAK_SECONDS)
            figures.add(part="peak", **peak)
            seen, errors = [], 0.0
            for part in range(PARTS):
                answers = mixed.work(clients, seconds, options.load * peak["done_a_second"])
                measured = mixed.figures(answers, seconds)
                figures.add(part=str(part + 1), **measured)
                errors += measured["errors"] + measured["never_answered"]
                time.sleep(REST_SECONDS)
                seen.append(held(stack))
                figures.add(after=part + 1, **seen[-1])
    grown = growth(seen)
    for name, (warm, last) in grown.items():
        figures.add(held=name, after_warm_up=warm, at_the_end=last, growth=last / warm - 1 if warm else 0.0)
    figures.print_tables()
    return int(errors > 0 or too_much(grown))


def growth(seen: Sequence[Held]) -> dict[str, tuple[float, float]]:
    """What was held after the warm-up and at the end, by part and sort, and of all parts' memory together."""
    warm, last = seen[WARM_UP - 1], seen[-1]
    found = {name: (warm[name], last[name]) for name in warm}
    memory = [name for name in found if name.endswith("_megabytes")]
    return {**found, "all_megabytes": (sum(warm[one] for one in memory), sum(last[one] for one in memory))}


def too_much(grown: dict[str, tuple[float, float]]) -> bool:
    """Whether memory grew by more than a few percent, or files, processes or connections at all."""
    memory = [both for name, both in grown.items() if name.endswith("_megabytes") and both[0] >= SMALL_MEGABYTES]
    counts = [both for name, both in grown.items() if name.endswith(("_files", "_processes", "_connections"))]
    return any(last > (1 + MOST_GROWTH) * warm for warm, last in memory) or any(
        last > warm + MOST_MORE for warm, last in counts
    )


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m bench.soak", description=about, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--minutes", type=float, default=12.0, help="minutes of it, but for the search for 100 %%")
    parser.add_argument("--load", type=float, default=0.7, help="the share of what the platform does at most")
    parser.add_argument("--clients", type=int, default=16)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
