"""What a streaming replica takes off the primary: recalls with and without one, while other clients write.

    python -m bench.replica [--memories 3000] [--seconds 20] [--rounds 2] [--readers 4] [--writers 2]

A PostgreSQL and its replica, made by pg_basebackup, and two platforms on them, of which one knows the replica. Readers
recall from one namespace as fast as they are answered, writers keep memories in namespaces of their own; the platforms
take turns. One line of JSON a turn: how many recalls a second and how long they took, how many memories were kept,
which share of recalls the replica answered and why the primary answered the others, and how much processor time either
server took, in milliseconds a recall, with what the writes cost in it.

``held`` recalls are those of a namespace that the process holds; ``filtered`` ones the database scans. Everything
shares this machine's cores, and the replica replays what the primary writes on the same ones: what is gained is the
primary's processor time, and not throughput.
"""

import argparse
import json
import random
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil
from prometheus_client.parser import text_string_to_metric_families

from bench import sentences
from bench.timing import latencies
from tests.builders.replicas import StreamingReplica
from warmline_local.servers import EmbeddedPostgres
from warmline_local.stack import Stack
from warmline_local.stack.databases import SERVICE_LOGIN, ensure_service_login, prepare_database
from warmline_memory.settings import Settings

NAMESPACE = "bench/recalled"
BATCH = 500
QUESTIONS = 200
RECALLS: dict[str, dict[str, object]] = {"held": {}, "filtered": {"kinds": ["message"]}}


@dataclass(frozen=True)
class Servers:
    """The two servers, and a platform for each way to read: without the replica and with it."""

    primary: EmbeddedPostgres
    replica: StreamingReplica
    platforms: Mapping[bool, Stack]


def main() -> None:
    """Print a line for each turn."""
    asked = _arguments()
    rng = random.Random(7)
    with _servers() as servers:
        key = servers.platforms[False].api_key
        _fill(servers.platforms[False].url, key, [sentences.memory(rng, _id(rng)) for _ in range(asked.memories)])
        questions = [sentences.question(rng, _id(rng)) for _ in range(QUESTIONS)]
        time.sleep(3)  # what was filled in is replayed, and indexed where it is much
        for turn in range(asked.rounds):
            for name, filters in RECALLS.items():
                for with_replica in (False, True):
                    found = _turn(servers, with_replica, key, questions, filters, asked)
                    line = {"turn": turn, "recall": name, "replica": with_replica, **found}
                    print(json.dumps(line), flush=True)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, default in {"memories": 3_000, "rounds": 2, "readers": 4, "writers": 2}.items():
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--seconds", type=float, default=20.0)
    return parser.parse_args()


def _id(rng: random.Random) -> str:
    return f"order {rng.randrange(10_000, 99_999)}"


@contextmanager
def _servers() -> Iterator[Servers]:
    with ExitStack() as stack:
        folders = [Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="warmline-"))) for _ in range(4)]
        primary = stack.enter_context(EmbeddedPostgres(folders[0]))
        ensure_service_login(primary.url)
        service = primary.url_as(SERVICE_LOGIN)
        prepare_database(primary.url, service)
        replica = stack.enter_context(StreamingReplica(folders[1], primary))
        platforms = {}
        for with_replica, home in zip((False, True), folders[2:], strict=True):
            settings = Settings(
                home=home,
                port=0,
                database_url=service,
                migration_database_url=primary.url,
                replica_database_url=replica.url_as(SERVICE_LOGIN) if with_replica else "",
                redis_url="",
                requests_per_key=0,
                requests_per_tenant=0,
                requests_per_address=0,
            )
            platforms[with_replica] = stack.enter_context(Stack(settings))
        yield Servers(primary, replica, platforms)


def _fill(url: str, key: str, texts: list[str]) -> None:
    with _client(url, key) as http:
        for start in range(0, len(texts), BATCH):
            batch = [{"namespace": NAMESPACE, "content": text} for text in texts[start : start + BATCH]]
            http.post("/v1/memories/batch", json={"memories": batch}).raise_for_status()


def _turn(
    servers: Servers,
    with_replica: bool,
    key: str,
    questions: list[str],
    filters: dict[str, object],
    asked: argparse.Namespace,
) -> dict[str, object]:
    """Read and write for a while; the figures."""
    url = servers.platforms[with_replica].url
    over, took, kept = threading.Event(), [], []
    counted, used = _reads(url, key), _processor(servers)
    threads = [
        threading.Thread(target=_read, args=[url, key, questions, filters, over, took]) for _ in range(asked.readers)
    ]
    threads += [threading.Thread(target=_write, args=[url, key, n, over, kept]) for n in range(asked.writers)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    time.sleep(asked.seconds)
    over.set()
    for thread in threads:
        thread.join()
    elapsed = time.perf_counter() - began
    reads = {why: count - counted.get(why, 0.0) for why, count in _reads(url, key).items()}
    spent = {name: now - used[name] for name, now in _processor(servers).items()}
    return {
        "recalls_per_second": round(len(took) / elapsed, 1),
        **{name: round(value, 1) for name, value in latencies(took).items()},
        "kept_per_second": round(sum(kept) / elapsed, 1),
        "answered_by": {why: round(count / len(took), 3) for why, count in reads.items() if count},
        **{f"{name}_ms_per_recall": round(1000 * seconds / len(took), 2) for name, seconds in spent.items()},
    }


def _read(
    url: str, key: str, questions: list[str], filters: dict[str, object], over: threading.Event, took: list[float]
) -> None:
    rng = random.Random(threading.get_ident())
    with _client(url, key) as http:
        while not over.is_set():
            ask = {"namespace": NAMESPACE, "query": rng.choice(questions), **filters}
            began = time.perf_counter()
            http.post("/v1/recall", json=ask).raise_for_status()
            took.append(time.perf_counter() - began)


def _write(url: str, key: str, number: int, over: threading.Event, kept: list[int]) -> None:
    rng = random.Random(number)
    with _client(url, key) as http:
        while not over.is_set():
            said = {"namespace": f"bench/writer-{number}", "content": sentences.memory(rng, _id(rng))}
            http.post("/v1/memories", json=said).raise_for_status()
            kept.append(1)


def _client(url: str, key: str) -> httpx.Client:
    return httpx.Client(base_url=url, headers={"Authorization": f"Bearer {key}"}, timeout=60, trust_env=False)


def _reads(url: str, key: str) -> dict[str, float]:
    """How many reads each server has answered, and why."""
    with _client(url, key) as http:
        families = text_string_to_metric_families(http.get("/metrics").text)
    samples = [one for family in families for one in family.samples if one.name == "warmline_heavy_reads_total"]
    return {" ".join(filter(None, (one.labels["server"], one.labels["why"]))): one.value for one in samples}


def _processor(servers: Servers) -> dict[str, float]:
    """The processor time of either server so far, in seconds, with that of connections that are over."""
    return {
        "primary": _spent(servers.primary),
        "replica": _spent(servers.replica),
    }


def _spent(server: EmbeddedPostgres) -> float:
    launched = psutil.Process(json.loads((server.folder / "pid").read_text())["pid"])
    spent = 0.0
    for process in (launched, *launched.children(recursive=True)):
        times = process.cpu_times()
        spent += times.user + times.system + times.children_user + times.children_system
    return spent


if __name__ == "__main__":
    main()
