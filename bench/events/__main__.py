"""Commits events, waits for them elsewhere, and prints."""

import argparse
import json
import statistics
import tempfile
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from bench.events import __doc__ as about
from warmline import Warmline, WarmlineError
from warmline_local.stack import Stack
from warmline_memory import events, tenancy
from warmline_memory.messaging import Announcer
from warmline_memory.settings import Settings
from warmline_memory.storage import Database, Signals
from warmline_schemas.events import Event, EventType

# Without a pause one event would be measured while the one before is still on its way to twenty streams.
PAUSE_SECONDS = 0.05


class Arrivals:
    """When each event came in, by its number."""

    def __init__(self) -> None:
        self._at: dict[int, float] = {}
        self._news = threading.Condition()

    def note(self, sequence: int) -> None:
        """Note an arrival; the first one of a number counts."""
        with self._news:
            self._at.setdefault(sequence, time.perf_counter())
            self._news.notify_all()

    def wait(self, sequence: int) -> float:
        """When an event came in, once it has."""
        with self._news:
            self._news.wait_for(lambda: sequence in self._at, timeout=30)
            return self._at[sequence]


def follow(client: Warmline, arrivals: Arrivals) -> None:
    """Read a stream, until the client is closed."""
    with suppress(RuntimeError, WarmlineError):
        for one in client.events.stream(after=0, types=[EventType.HANDOFF_READY]):
            if isinstance(one, Event):
                arrivals.note(one.sequence)


def receiver(arrivals: Arrivals) -> ThreadingHTTPServer:
    """A webhook's receiver."""

    class Taking(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            """Take a message."""
            body = self.rfile.read(int(self.headers["Content-Length"]))
            arrivals.note(json.loads(body)["data"]["sequence"])
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    return ThreadingHTTPServer(("127.0.0.1", 0), Taking)


def happen(database: Database, key: str) -> tuple[int, float]:
    """Commit an event in this process, as the platform does; its number, and when it was committed."""
    hashed = tenancy.key_hash(key)
    with database.transaction(key_hash=hashed) as db:
        tenancy.sign_in(db, hashed)
        events.record(db, EventType.HANDOFF_READY)
        sequence = events.last_sequence(db)
    return sequence, time.perf_counter()


def line(measure: str, seconds: Sequence[float], **facts: object) -> str:
    """A measurement as a JSON line, in milliseconds."""
    figures = {"p50_ms": statistics.median(seconds), "p95_ms": statistics.quantiles(seconds, n=20)[18]}
    figures["longest_ms"] = max(seconds)
    rounded = {name: round(value * 1000, 1) for name, value in figures.items()}
    return json.dumps({"measure": measure, **rounded, **facts})


def measure(stack: Stack, rounds: int, streams: int) -> tuple[list[float], list[float]]:
    """The seconds from each commit to a stream, and to a webhook."""
    streamed, posted = Arrivals(), Arrivals()
    # The event is committed in this process, as the API would do it, so that the clock starts at the commit itself.
    announcer = Announcer(stack.settings)
    database = Database(stack.settings, signals=Signals(news=announcer.announce))
    with Warmline(stack.url, stack.api_key) as client, receiver(posted) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        client.webhooks.add(f"http://127.0.0.1:{server.server_port}/events", types=[EventType.HANDOFF_READY])
        for _ in range(streams):
            threading.Thread(target=follow, args=(client, streamed), daemon=True).start()
        # All streams are open, and have read what there was, before the first event.
        time.sleep(2)
        times: list[tuple[float, float]] = []
        for _ in range(rounds):
            sequence, committed = happen(database, stack.api_key)
            times.append((streamed.wait(sequence) - committed, posted.wait(sequence) - committed))
            time.sleep(PAUSE_SECONDS)
        server.shutdown()
    announcer.close()
    database.close()
    return [stream for stream, _ in times], [webhook for _, webhook in times]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.events", description=about, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--streams", type=int, default=20, help="open streams of one tenant")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="warmline-bench-") as home:
        nowhere = Settings(home=Path(home), port=0, database_url="", migration_database_url="", redis_url="")
        with Stack(nowhere.model_copy(update={"webhook_allow_private": "127.0.0.1"})) as stack:
            streamed, posted = measure(stack, options.rounds, options.streams)
    print(line("commit to an open stream", streamed, rounds=options.rounds, streams=options.streams))
    print(line("commit to a webhook", posted, rounds=options.rounds, streams=options.streams))


if __name__ == "__main__":
    main()
