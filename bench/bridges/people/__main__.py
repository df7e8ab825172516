"""Plays, looks, and prints."""

import argparse
import dataclasses
import json
import sys
import tempfile
import time
from pathlib import Path

from bench.bridges.people import __doc__ as about
from bench.bridges.people.looking import look
from bench.bridges.people.places import opened
from bench.bridges.people.playing import play
from bench.stacks import own_stack


def main() -> None:
    """Play and print. The exit status is 1 where anything is wrong."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.bridges.people", description=about, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--conversations", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with (
        own_stack() as stack,
        tempfile.TemporaryDirectory() as folder,
        opened(stack.url, stack.api_key, Path(folder)) as places,
    ):
        began = time.monotonic()
        played = play(places, options.conversations, options.seed)
        seconds = time.monotonic() - began
        found = look(places, played)
    figures = {"conversations": options.conversations, "seconds": round(seconds, 1)}
    print(json.dumps({**figures, **dataclasses.asdict(found)}))
    sys.exit(1 if found.wrong else 0)


if __name__ == "__main__":
    main()
