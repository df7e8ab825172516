"""Metrics for Prometheus, for whoever has the token or is on this machine."""

import hmac
from ipaddress import ip_address

from fastapi import APIRouter, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from warmline_api.readiness import Findings
from warmline_memory import handoffs, metrics, webhooks
from warmline_memory.errors import NotFound
from warmline_memory.platform import Platform
from warmline_memory.storage import Role
from warmline_memory.workers import last_runs
from warmline_schemas.problems import Check

router = APIRouter(include_in_schema=False)

FORWARDED = ("forwarded", "x-forwarded-for")
"""What proxies add. A proxy on this machine passes on the requests of others, which come from no loopback address."""


@router.get("/metrics")
def show(request: Request) -> Response:
    """What this process counted, and how the platform is now."""
    platform: Platform = request.app.state.platform
    if not _may_see(request, platform.settings.metrics_token.get_secret_value()):
        raise NotFound(noun="path", id=request.url.path)
    now = CollectorRegistry()
    now.register(_Now(platform, request.app.state.readiness.look()))
    return Response(metrics.exposition() + generate_latest(now), media_type=CONTENT_TYPE_LATEST)


def _may_see(request: Request, token: str) -> bool:
    if token:
        given = request.headers.get("Authorization", "").encode()
        return hmac.compare_digest(given, f"Bearer {token}".encode())
    client = request.client.host if request.client else ""
    try:
        is_here = ip_address(client).is_loopback
    except ValueError:
        is_here = not client  # a Unix socket has no address
    return is_here and not any(name in request.headers for name in FORWARDED)


class _Now(Collector):
    """The state of the platform at the moment at which it is asked for."""

    def __init__(self, platform: Platform, findings: Findings) -> None:
        self._platform = platform
        self._findings = findings

    def collect(self) -> list[Metric]:
        """One gauge for each thing that goes up and down."""
        parts = metrics.gauges(
            "warmline_part_up",
            "Whether a part of the platform works.",
            "part",
            {name: float(check is Check.OK) for name, check in self._findings.checks.items()},
        )
        held, limit = self._platform.database.connections()
        pool = metrics.gauges(
            "warmline_database_connections",
            "Database connections of this process.",
            "state",
            {"in_use": held, "limit": limit},
        )
        return [parts, pool, *self._replica(), *self._work()]

    def _replica(self) -> list[Metric]:
        """How far the replica is behind; nothing without one, or while it is away."""
        lag = self._findings.lag
        if lag is None or not lag.up:
            return []
        return [
            metrics.gauge("warmline_replica_lag_bytes", "How much of the log the replica has not replayed.", lag.bytes),
            metrics.gauge(
                "warmline_replica_lag_seconds",
                "How old the newest is that the replica has; 0 where it has everything.",
                lag.seconds,
            ),
        ]

    def _work(self) -> list[Metric]:
        """What waits, and who works on it; nothing while the database is down."""
        backlog, database = self._findings.backlog, self._platform.database
        if backlog is None:
            return []
        runs = last_runs(self._findings.workers)
        with database.transaction(role=Role.SWEEP) as db:
            undelivered = webhooks.count_undelivered(db)
        return [
            metrics.gauge("warmline_handoffs_waiting", "Handoffs that are due for a brief.", backlog.waiting),
            metrics.gauge(
                "warmline_handoffs_oldest_wait_seconds",
                "How long the first of them has been due.",
                backlog.oldest_seconds,
            ),
            metrics.gauges("warmline_handoffs", "Handoffs that are not over.", "state", handoffs.count_open(database)),
            metrics.gauges("warmline_deliveries", "Deliveries to webhooks that did not arrive.", "state", undelivered),
            metrics.gauge("warmline_workers", "Workers that live.", sum(one.lives for one in self._findings.workers)),
            metrics.gauges(
                "warmline_job_last_run_timestamp_seconds",
                "When each job of the worker last began.",
                "job",
                {name: run.at.timestamp() for name, run in runs.items()},
            ),
            metrics.gauges(
                "warmline_job_failed",
                "Whether the last run of each job of the worker failed.",
                "job",
                {name: float(run.problem is not None) for name, run in runs.items()},
            ),
        ]
