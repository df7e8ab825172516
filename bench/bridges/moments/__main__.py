"""Plays, compares, and prints."""

import argparse
import dataclasses
import json
import sys
import tempfile
from pathlib import Path

import httpx

from bench.bridges.moments import __doc__ as about
from bench.bridges.moments.playing import play
from bench.stacks import own_stack
from tests.builders.bridges import a_bridge
from tests.builders.chatwoot import a_chatwoot
from tests.conftest import Api

SOON = 2.0
"""Seconds by which whom a message concerns should see it."""


def main() -> None:
    """Play and print. The exit status is 1 where a message is lost, wrong, out of order, or seen late."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.bridges.moments", description=about, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--conversations", type=int, default=5)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with own_stack() as stack, a_chatwoot() as fake, tempfile.TemporaryDirectory() as folder:
        http = httpx.Client(base_url=stack.url, headers={"Authorization": f"Bearer {stack.api_key}"}, timeout=30)
        api = Api(stack.url, stack.api_key, http)
        with http, a_bridge(api, fake, Path(folder)):
            found = play(api, fake, options.conversations, options.seed)
    late = sum(seconds > SOON for seconds in found.seconds)
    figures = {"conversations": options.conversations, "late": late, **found.quantiles()}
    shown = {name: value for name, value in dataclasses.asdict(found).items() if name != "seconds"}
    print(json.dumps({**figures, **shown}))
    sys.exit(1 if found.wrong or late else 0)


if __name__ == "__main__":
    main()
