"""Sends, kills, sends again, counts, and prints."""

import argparse
import dataclasses
import json

from bench.messages import __doc__ as about
from bench.messages.killing import KilledApi
from bench.messages.sending import send, send_again, stored, transcript
from bench.stacks import own_stack
from warmline import Warmline


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.messages", description=about, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--messages", type=int, default=10_000)
    parser.add_argument("--batch", type=int, default=100)
    options = parser.parse_args()
    messages = transcript(options.messages)
    with own_stack() as stack, KilledApi(stack.settings) as api, Warmline(stack.url, stack.api_key) as client:
        session = client.sessions.start("bench", "bot")
        seconds = send(api, stack.api_key, session, messages, options.batch)
        first = stored(client, session, messages)
        again = send_again(client, session, messages, options.batch * 2 + 7)
        last = stored(client, session, messages)
    figures = {"sent": len(messages), "killed": api.killed, "seconds": round(seconds, 1)}
    print(json.dumps({**figures, "first": dataclasses.asdict(first), "again": again, "last": dataclasses.asdict(last)}))


if __name__ == "__main__":
    main()
