"""``warmline status``: what runs, in which version, what waits, and how the worker's jobs went."""

from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import version

import httpx
from prometheus_client.parser import text_string_to_metric_families

from warmline.cli.output import JsonFlag, show_fields, show_json
from warmline_local.commands.complaints import complaints
from warmline_local.stack import find_database, find_running
from warmline_memory import handoffs, webhooks, workers
from warmline_memory.settings import Settings, load_settings
from warmline_memory.storage import Database, Role
from warmline_memory.workers import JobRun, Worker

ANSWER_SECONDS = 10.0


@dataclass(frozen=True)
class Api:
    """What a process of the API says of itself; no version where it does not answer."""

    url: str
    version: str | None
    postbox: Mapping[str, int]
    """Messages for Redis: how many were left, sent, dropped and failed. Empty where its metrics are not shown to us."""
    reads: Mapping[str, int]
    """How many heavy reads were answered by the replica, and by the primary and why. Empty likewise, and without a
    replica."""


@dataclass(frozen=True)
class Status:
    """How the platform is now."""

    version: str
    api: Api
    workers: Sequence[Worker]
    due: int
    """Handoffs that are due for a brief."""
    oldest_seconds: float
    """How long the first of them has been due."""
    handoffs: Mapping[str, int]
    deliveries: Mapping[str, int]
    jobs: Mapping[str, JobRun]


def status(as_json: JsonFlag = False) -> None:
    """Say what runs and in which version, what waits, and how the worker's jobs went the last time."""
    with complaints():
        found = read_status(load_settings())
    if as_json:
        show_json(asdict(found))
    else:
        show_fields(_lines(found))


def read_status(settings: Settings) -> Status:
    """Ask the database, and the API on this machine or at WARMLINE_HOST. Raises ``Unavailable`` without a database."""
    running = find_running(settings.home)
    url = running.url if running else f"http://{settings.host}:{settings.port}"
    with closing(Database(settings, find_database(settings).service_url)) as database:
        backlog, known = handoffs.backlog(database), workers.seen(database)
        with database.transaction(role=Role.SWEEP) as db:
            deliveries = webhooks.count_undelivered(db)
        return Status(
            version=version("warmline"),
            api=_api(url, settings.metrics_token.get_secret_value()),
            workers=known,
            due=backlog.waiting,
            oldest_seconds=backlog.oldest_seconds,
            handoffs=handoffs.count_open(database),
            deliveries=deliveries,
            jobs=workers.last_runs(known),
        )


def _api(url: str, token: str) -> Api:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    try:
        with httpx.Client(base_url=url, timeout=ANSWER_SECONDS, trust_env=False) as http:
            alive = http.get("/health/live").raise_for_status().json()
            shown = http.get("/metrics", headers=headers)
    except (httpx.HTTPError, ValueError):
        return Api(url, None, {}, {})
    counted = shown.text if shown.is_success else ""
    return Api(
        url,
        alive.get("version"),
        postbox=_counted(counted, "warmline_postbox_messages_total"),
        reads=_counted(counted, "warmline_heavy_reads_total"),
    )


def _counted(shown: str, name: str) -> dict[str, int]:
    """A counter by its labels, one after the other."""
    samples = [one for family in text_string_to_metric_families(shown) for one in family.samples]
    return {" ".join(filter(None, one.labels.values())): int(one.value) for one in samples if one.name == name}


def _lines(found: Status) -> dict[str, object]:
    """The same for people, a line for each part."""
    lines: dict[str, object] = {
        "warmline": found.version,
        "api": f"{found.api.url}, {found.api.version or 'does not answer'}",
        "postbox": _counts(found.api.postbox) or "nothing was left, or its API does not say",
        **({"heavy reads": _counts(found.api.reads)} if found.api.reads else {}),
        "briefs due": f"{found.due}, the first for {found.oldest_seconds:.0f} s" if found.due else "none",
        "handoffs": _counts(found.handoffs) or "none is open",
        "deliveries": _counts(found.deliveries),
    }
    for worker in found.workers:
        silent = (
            "" if worker.lives else f", and has said nothing for {worker.silent_seconds:.0f} s: it is taken for dead"
        )
        lines[f"worker {worker.name}"] = f"{worker.version}, since {worker.started_at:%Y-%m-%d %H:%M} UTC{silent}"
    if not found.workers:
        lines["worker"] = "none runs"
    for name, run in found.jobs.items():
        lines[f"job {name}"] = _went(run)
    return lines


def _went(run: JobRun) -> str:
    ago = max(0.0, (datetime.now(UTC) - run.at).total_seconds())
    how = f"failed: {run.problem}" if run.problem else f"went well in {run.seconds:.1f} s"
    return f"{ago:.0f} s ago, {how}"


def _counts(counted: Mapping[str, int]) -> str:
    return ", ".join(f"{count} {name}" for name, count in counted.items())
