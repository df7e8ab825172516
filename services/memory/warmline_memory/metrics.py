"""Metrics: what is counted and timed, for Prometheus. No label holds anything of a tenant or a customer.

With several processes behind one port PROMETHEUS_MULTIPROC_DIR names a folder, empty at the start, in which they add
up.
"""

import os
from collections.abc import Mapping

from prometheus_client import REGISTRY, CollectorRegistry, Counter, Histogram, generate_latest, start_http_server
from prometheus_client.metrics_core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector

SHARED_FOLDER = "PROMETHEUS_MULTIPROC_DIR"
"""The environment variable of prometheus_client's that lets several processes add up."""

requests = Counter("warmline_http_requests", "Requests that were answered.", ["method", "route", "status"])
request_seconds = Histogram("warmline_http_request_duration_seconds", "How long requests took.", ["method", "route"])
over_limit = Counter("warmline_rate_limited", "Requests that were over a limit.", ["limit"])
limits_alone = Counter(
    "warmline_rate_limits_alone", "How often requests could not be added up in Redis, so that each process has its own."
)
brief_seconds = Histogram(
    "warmline_brief_attempt_duration_seconds",
    "How long attempts at a brief took.",
    buckets=(0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60),
)

postbox = Counter(
    "warmline_postbox_messages",
    "Messages for Redis: left by requests, then sent, dropped unsent because Redis is away or far behind, or failed.",
    ["outcome"],
)

heavy_reads = Counter(
    "warmline_heavy_reads",
    "Reads that may go to a replica, by the server that answered, and why the primary had to: the replica was behind, "
    "down, busy, or failed meanwhile. None are counted where there is no replica.",
    ["server", "why"],
)

mails = Counter(
    "warmline_mails",
    "E-mails to operators: sent, refused (for one address), or failed since the mail server takes none.",
    ["outcome"],
)


def gauge(name: str, meaning: str, value: float) -> GaugeMetricFamily:
    """A value that is read when somebody asks for it."""
    return GaugeMetricFamily(name, meaning, value=value)


def gauges(name: str, meaning: str, label: str, values: Mapping[str, float]) -> GaugeMetricFamily:
    """Such values of one kind, by a label."""
    family = GaugeMetricFamily(name, meaning, labels=[label])
    for which, value in values.items():
        family.add_metric([which], value)
    return family


def exposition() -> bytes:
    """All counters and histograms, in Prometheus's text format."""
    if not os.environ.get(SHARED_FOLDER):
        return generate_latest(REGISTRY)
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return generate_latest(registry)


def serve(address: str, port: int) -> None:
    """Answer with this process's metrics on a port of its own, for as long as the process runs."""
    start_http_server(port, address)
