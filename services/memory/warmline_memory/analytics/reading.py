"""Reading: the figures of a period, out of what the database counts."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from warmline_memory.analytics import statements
from warmline_memory.errors import PeriodTooLong
from warmline_memory.storage.transactions import Transaction
from warmline_schemas.analytics import Analytics, Bucket, Figures, Group, Issues, Point, ReturnReason

PERIOD = timedelta(days=7)
"""The length of the period where none is given; it ends now."""
MOST_POINTS = 1_000
"""A period has at most this many points over time; a longer period needs a longer bucket."""
MOST_GROUPS = 50
"""Of targets and of agents, at most this many have figures of their own: those with the most handoffs."""
MOST_RETURN_REASONS, MOST_REASONS_READ = 10, 20_000
"""At most this many reasons of returns are listed, and so many are read to know which are the most frequent."""
HOPS = 3
"""A handoff counts as ping-pong if it goes to whoever handed the chain on less than this many hops before."""
STEP = {Bucket.HOUR: timedelta(hours=1), Bucket.DAY: timedelta(days=1), Bucket.WEEK: timedelta(weeks=1)}


@dataclass(frozen=True)
class Wanted:
    """Which handoffs are counted: those that were requested from ``since`` on and before ``until``.

    ``agent`` handed over or took over; ``queue`` is a target, such as ``queue:billing``; ``targets`` are all of which
    the one who asks may know, None for every target.
    """

    since: datetime
    until: datetime
    bucket: Bucket = Bucket.DAY
    queue: str | None = None
    agent: str | None = None
    namespace: str | None = None
    targets: tuple[str, ...] | None = None
    hops: int = HOPS
    zone: str = "UTC"
    """Where days and weeks begin, and hours where they do not begin everywhere at once."""

    @classmethod
    def of(cls, since: datetime | None, until: datetime | None, **filters: Any) -> "Wanted":
        """The period that was asked for, by default the week until now. Raises ``PeriodTooLong``."""
        end = until or datetime.now(UTC)
        wanted = cls(since or end - PERIOD, end, **filters)
        if not timedelta(0) < wanted.until - wanted.since <= MOST_POINTS * STEP[wanted.bucket]:
            raise PeriodTooLong(bucket=wanted.bucket, most=MOST_POINTS)
        return wanted


def read(db: Transaction, wanted: Wanted) -> Analytics:
    """The figures of the handoffs that are wanted."""
    given = {
        "since": wanted.since,
        "until": wanted.until,
        "bucket": wanted.bucket.value,
        "queue": wanted.queue,
        "agent": wanted.agent,
        "namespace": wanted.namespace,
        "targets": None if wanted.targets is None else list(wanted.targets),
        "hops": wanted.hops,
        "zone": wanted.zone,
    }
    db.execute(statements.PLAN_FOR_MANY_ROWS)
    rows = _counted(db, given)
    return Analytics(
        since=wanted.since,
        until=wanted.until,
        bucket=wanted.bucket,
        hops=wanted.hops,
        total=next(_figures(row) for row in rows if row["grouping"] == _TOTAL),
        issues=_issues(db.execute(statements.ISSUES, given).one()._mapping),
        over_time=list(_over_time(rows, wanted)),
        by_queue=_groups(rows, _BY_QUEUE, "target")[:MOST_GROUPS],
        by_agent=_groups(rows, _BY_AGENT, "taker")[:MOST_GROUPS],
        by_reason=_groups(rows, _BY_REASON, "reason_code"),
        return_reasons=_return_reasons(db, given),
    )


def _counted(db: Transaction, given: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """A row for each group: what was counted of it, and how long that took."""
    times = {_place(row): row for row in map(_named, db.execute(statements.TIMES, given))}
    counts = map(_named, db.execute(statements.COUNTS, given))
    return [row | times.get(_place(row), _NO_TIMES) for row in counts]


def _return_reasons(db: Transaction, given: Mapping[str, Any]) -> list[ReturnReason]:
    """The most frequent reasons of returns. Those that are sealed are the same only once they are opened."""
    counted = Counter[str]()
    for reason, count in db.execute(statements.RETURN_REASONS, {**given, "most": MOST_REASONS_READ}):
        counted[reason] += count
    ordered = sorted(counted.items(), key=lambda one: (-one[1], one[0]))
    return [ReturnReason(reason=reason, count=count) for reason, count in ordered[:MOST_RETURN_REASONS]]


def _named(row: Any) -> dict[str, Any]:
    return dict(row._mapping)


def _place(row: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(row[name] for name in ("grouping", "target", "taker", "reason_code", "bucket"))


_TOOK = ("brief", "accept", "first_reply", "resolve")
"""What takes time; ``times.sql`` has a count and a spread of each."""
_PROMISED = ("accept", "first_reply", "resolve")
"""What is promised; ``counts.sql`` counts of each how often it was kept and how often broken."""
_HAPPENED = (
    *("lapsed", "offers_lapsed", "declined", "escalated"),
    *("stalled", "nobody_there", "info_requested", "redirected"),
)
"""What ``counts.sql`` counts of events."""
_NO_TIMES = {f"{name}_{what}": None for name in _TOOK for what in ("count", "spread")}
_BY_QUEUE, _BY_AGENT, _BY_REASON, _OVER_TIME, _TOTAL = 0b0111, 0b1011, 0b1101, 0b1110, 0b1111
"""What ``GROUPING (target, taker, reason_code, bucket)`` answers for a row: the bit of a column is set where the row is
not grouped by it."""


def _groups(rows: Iterable[Mapping[Any, Any]], grouping: int, name: str) -> list[Group]:
    found = [row for row in rows if row["grouping"] == grouping and row[name] is not None]
    found.sort(key=lambda row: (-row["handoffs"], row[name]))
    return [Group(name=row[name], figures=_figures(row)) for row in found]


def _over_time(rows: Iterable[Mapping[Any, Any]], wanted: Wanted) -> Iterator[Point]:
    """A point for every stretch of the period, also for those in which nothing was requested."""
    # Moments are compared in UTC: those of two zones are never the same to Python while clocks are changed.
    known = {row["bucket"].astimezone(UTC): _figures(row) for row in rows if row["grouping"] == _OVER_TIME}
    at = _beginning(wanted)
    while at < wanted.until:
        yield Point(at=at, figures=known.get(at, NOTHING))
        at = _next(at, wanted)


def _beginning(wanted: Wanted) -> datetime:
    """The beginning of the hour, day or week (from Monday on) in which a period begins, as ``date_trunc`` has it."""
    local = wanted.since.astimezone(ZoneInfo(wanted.zone))
    hour = local.replace(minute=0, second=0, microsecond=0)
    if wanted.bucket is Bucket.HOUR:
        return hour.astimezone(UTC)
    day = hour.replace(hour=0)
    return (day - timedelta(days=day.weekday()) if wanted.bucket is Bucket.WEEK else day).astimezone(UTC)


def _next(at: datetime, wanted: Wanted) -> datetime:
    """The beginning of the next stretch: an hour is always as long, a day is not where clocks are changed."""
    if wanted.bucket is Bucket.HOUR:
        return at + STEP[wanted.bucket]
    return (at.astimezone(ZoneInfo(wanted.zone)) + STEP[wanted.bucket]).astimezone(UTC)


def _issues(row: Mapping[Any, Any]) -> Issues:
    per_issue = row["transfers"] / row["issues"] if row["issues"] else None
    contained = _part(row["contained"], row["issues"])
    counted = {"count": row["issues"], "transfers": row["transfers"]}
    return Issues.model_validate({**counted, "transfers_per_issue": per_issue, "contained": contained})


def _figures(row: Mapping[Any, Any]) -> Figures:
    counts = {name: row[name] for name in _COUNTED}
    spreads = {f"time_to_{name}": _spread(row[f"{name}_count"], row[f"{name}_spread"]) for name in _TOOK}
    kept = {f"{name}_promise": _kept(row[f"{name}_kept"], row[f"{name}_broken"]) for name in _PROMISED}
    parts = {name: _part(row[part], row[of]) for name, (part, of) in _PARTS.items()}
    elements = row["elements"] / row["measured"] if row["measured"] else None
    others = {"missing_lines": row["missing"], "elements": elements}
    return Figures.model_validate({**counts, **spreads, **kept, **parts, **others})


def _spread(count: int | None, found: list[float] | None) -> dict[str, Any]:
    p50, p95 = found or (None, None)
    return {"count": count or 0, "p50": p50, "p95": p95}


def _part(count: int, of: int) -> dict[str, Any]:
    return {"count": count, "of": of, "rate": count / of if of else None}


def _kept(kept: int, broken: int) -> dict[str, Any]:
    return {"kept": kept, "broken": broken, "rate": kept / (kept + broken) if kept + broken else None}


_COUNTED = (
    *("handoffs", "consultations", "accepted", "resolved", "waiting", "failed"),
    *_HAPPENED,
)
_PARTS = {
    "abandoned": ("abandoned", "decided"),
    "ping_pong": ("ping_pong", "accepted"),
    "returned": ("returned", "handoffs"),
    "repeat_questions": ("repeated", "questions"),
    "flagged_lines": ("flagged", "lines"),
}
"""Shares: which count is the part, and which one the whole."""
NOTHING = _figures(defaultdict(int))
"""The figures of a stretch of time in which nothing was requested."""
