"""Plays, and prints."""

import argparse
import random
import sys
import time

from bench.console.chromium import open_chromium
from bench.desk import __doc__ as about
from bench.desk.playing import Desk
from bench.figures import Figures
from bench.stacks import own_stack
from bench.timing import latencies
from warmline import Warmline

MOST_SECONDS = 2.0
"""So long a page may show what is not true any more."""


def main() -> int:
    """Play and print; 1 where anything happened that must not."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.desk", description=about, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    figures = Figures()
    with open_chromium() as chromium, own_stack() as stack, Warmline(stack.url, stack.api_key, timeout=60) as client:
        desk = Desk(client, chromium, stack.url, random.Random(options.seed))
        until = time.monotonic() + options.minutes * 60
        while time.monotonic() < until:
            desk.do_something()
    for kind, seconds in desk.seen_after.items():
        late = [one for one in seconds if one > MOST_SECONDS]
        figures.add(shown=kind, **latencies(seconds), times=len(seconds), later_than_2_s=len(late))
    for problem in desk.problems:
        figures.add(problem=problem)
    deeds = {f"deed_{name}": count for name, count in sorted(desk.deeds.items())}
    figures.add(seed=options.seed, minutes=options.minutes, problems=len(desk.problems), **deeds)
    figures.print_tables()
    is_late = any(one > MOST_SECONDS for seconds in desk.seen_after.values() for one in seconds)
    return int(is_late or bool(desk.problems))


if __name__ == "__main__":
    sys.exit(main())
