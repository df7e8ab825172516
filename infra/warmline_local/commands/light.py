"""``warmline up --light``: becomes the program of a light platform, whose environment must be set before it begins."""

import os
import sys
from collections.abc import Sequence

ENVIRONMENT = {
    # Each thread of linear algebra has buffers of some megabytes, and one process of a light platform computes at once.
    "OPENBLAS_NUM_THREADS": "1",
    # The C library keeps one heap for all threads in place of one for each, and gives back what is free at its end.
    "MALLOC_ARENA_MAX": "1",
    "MALLOC_TRIM_THRESHOLD_": "4000000",
    # What is larger is not taken from the heap, and is given back when it is freed. Unset, the limit grows with use.
    "MALLOC_MMAP_THRESHOLD_": "262144",
    # Where in its line each part of the code stands, which Python only marks in tracebacks.
    "PYTHONNODEBUGRANGES": "1",
}
"""Variables of libraries; those that somebody has set go before them."""


def become_light(words: Sequence[str]) -> None:
    """Go on as the program that loads what a light platform needs, and nothing else. Does not return."""
    command = [sys.executable, "-P", "-m", "warmline_local.commands.light_program", *words]
    os.execve(sys.executable, command, {**ENVIRONMENT, **os.environ})  # noqa: S606 (our own interpreter and module)


if __name__ == "__main__":
    become_light(sys.argv[1:])
