"""Plays, kills, counts, and prints."""

import argparse
import dataclasses
import json
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from bench.bridges import __doc__ as about
from bench.bridges.killing import KilledBridge
from bench.bridges.playing import play
from bench.stacks import own_stack
from tests.builders.answering_bot import Bot
from tests.builders.chatwoot import ACCOUNT, BOT, a_chatwoot, settings_for
from warmline import Warmline


@dataclass(frozen=True)
class Platform:
    """Where the stack is."""

    url: str
    key: str


def main() -> None:
    """Measure and print. The exit status is 1 where something was lost or doubled."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.bridges", description=about, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--conversations", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with own_stack() as stack, a_chatwoot(redelivers=0.1) as fake, tempfile.TemporaryDirectory() as folder:
        place = Platform(stack.url, stack.api_key)
        settings = settings_for(fake, settle_seconds=1.0, catch_up_seconds=5.0)
        with (
            KilledBridge(Path(folder), settings, place.url, place.key, options.seed) as bridge,
            Warmline(place.url, place.key) as client,
            Bot(place),
        ):
            fake.targets = {sender: f"{bridge.url}/chatwoot/{sender}" for sender in (BOT, ACCOUNT)}
            began = time.monotonic()
            found = play(fake, bridge, client, options.conversations, options.seed)
            seconds = time.monotonic() - began
    acknowledged = statistics.quantiles(fake.seconds, n=100)
    figures = {
        "conversations": options.conversations,
        "starts": bridge.starts,
        "kills": bridge.kills,
        "killed_at_work": bridge.killed_at_work,
        "seconds": round(seconds, 1),
        "webhooks": len(fake.seconds),
        "acknowledged_p50_ms": round(1000 * acknowledged[49], 1),
        "acknowledged_p95_ms": round(1000 * acknowledged[94], 1),
        "acknowledged_most_ms": round(1000 * max(fake.seconds), 1),
    }
    print(json.dumps({**figures, **dataclasses.asdict(found)}))
    sys.exit(1 if found.wrong else 0)


if __name__ == "__main__":
    main()
