"""Lets ever more clients work on a stack of the benchmark's own, and prints."""

import argparse
import sys
from collections.abc import Sequence

from bench import mixed
from bench.clients import __doc__ as about
from bench.figures import Figures
from bench.stacks import own_stack
from bench.timing import percentile

LEAST_SHARE = 0.8
MOST_SECONDS = 10.0
RECOVERY_SECONDS = 30.0
NORMAL = 2.0
"""Times of the calm median up to this are normal."""
IN_A_ROW = 10


def main() -> int:
    """Measure and print; 1 where a bar is not met."""
    options = _options()
    figures = Figures()
    with own_stack() as stack, mixed.connected(stack.url, stack.api_key, [0]) as lone:
        mixed.work(lone, options.seconds / 4)
        calm = mixed.work(lone, options.seconds / 2)
        figures.add(clients=1, **mixed.figures(calm, options.seconds / 2))
        rates, wrong = [], 0
        for count in options.clients:
            with mixed.connected(stack.url, stack.api_key, range(1, count + 1)) as clients:
                measured = mixed.figures(mixed.work(clients, options.seconds), options.seconds)
            figures.add(clients=count, **measured)
            rates.append(measured["done_a_second"])
            wrong += int(measured["errors"] + measured["never_answered"] + measured["refused_without_a_time"])
        seconds = seconds_to_normal(mixed.work(lone, RECOVERY_SECONDS), percentile([one.took for one in calm], 0.5))
    share = rates[-1] / max(rates)
    figures.add(share_of_best=share, normal_after_seconds=seconds, wrong=wrong)
    figures.print_tables()
    return int(wrong > 0 or share < LEAST_SHARE or seconds is None or seconds > MOST_SECONDS)


def seconds_to_normal(answers: Sequence[mixed.Answered], calm: float) -> float | None:
    """After how many seconds requests are done in a usual time again, several in a row; None where they are not."""
    row = 0
    for one in answers:
        row = row + 1 if one.took <= NORMAL * calm and not one.refused else 0
        if row == IN_A_ROW:
            return one.began + one.took - answers[0].began
    return None


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m bench.clients", description=about, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--clients", type=int, nargs="+", default=[64, 256], help="how many at once, one after another")
    parser.add_argument("--seconds", type=float, default=20.0, help="how long they work")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
