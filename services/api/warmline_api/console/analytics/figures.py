"""Analytics: how the handoffs went, as figures, charts and tables, and to download."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query
from fastapi.responses import Response

from warmline_api.console import languages, shell
from warmline_api.console.analytics import periods
from warmline_api.console.analytics.charts import Chart, Form, Series
from warmline_api.console.languages import _, marked
from warmline_api.console.shell import Signed, Visitor
from warmline_memory import analytics
from warmline_memory.analytics import Ratings
from warmline_memory.errors import WarmlineError
from warmline_memory.storage import Transaction
from warmline_schemas.analytics import Analytics, AnalyticsFormat, Bucket, Figures

router = APIRouter()

MINUTE = 60
Text = Annotated[str, Query(max_length=200)]


@router.get("/analytics")
def show_analytics(
    visitor: Signed,
    since: Text = "",
    until: Text = "",
    bucket: Text = "",
    queue: Text = "",
    agent: Text = "",
    namespace: Text = "",
    format: AnalyticsFormat | None = None,
) -> Response:
    """The figures of a period, by default the last seven days; with ``format`` as a file to keep."""
    asked = {"since": since, "until": until, "bucket": bucket, "queue": queue, "agent": agent, "namespace": namespace}
    problem = None
    try:
        period = periods.read(since, until, bucket, visitor.operator.zone)
        found, ratings = _read(visitor, period, queue, agent, namespace)
    except WarmlineError as error:
        period, problem = periods.read("", "", "", visitor.operator.zone), shell.own_words(error)
        found, ratings = _read(visitor, period, queue, agent, namespace)
    if format is not None:
        return _file(found, format)
    before, ratings_before = _read(visitor, period.before, queue, agent, namespace)
    return shell.page(
        visitor,
        "analytics/analytics.html",
        title=_("Analytics"),
        problem=problem,
        asked=asked,
        period=period,
        quick=periods.quick(visitor.operator.zone),
        buckets=list(Bucket),
        found=found,
        ratings=ratings,
        before=before if before.total.handoffs else None,
        ratings_before=ratings_before,
        before_from=languages.day(period.before.since.astimezone(ZoneInfo(period.zone))),
        charts=charts_of(found, period.zone) if found.total.handoffs else [],
        query=visitor.request.url.query,
    )


def _read(
    visitor: Visitor, period: periods.Period, queue: str, agent: str, namespace: str
) -> tuple[Analytics, Ratings]:
    wanted = analytics.Wanted.of(
        period.since,
        period.until,
        bucket=period.bucket,
        queue=queue or None,
        agent=agent or None,
        namespace=namespace or None,
        zone=period.zone,
        targets=None if visitor.operator.sees_all else (*visitor.operator.worked, visitor.agent),
    )
    with visitor.transaction() as db:
        return db.read(lambda reader: _both(reader, wanted))


def _both(db: Transaction, wanted: analytics.Wanted) -> tuple[Analytics, Ratings]:
    # First, as what it is planned by is for few rows; the figures that follow are planned for many.
    ratings = analytics.read_ratings(db, wanted)
    return analytics.read(db, wanted), ratings


def _file(found: Analytics, format: AnalyticsFormat) -> Response:
    days: tuple[date, date] = (found.since.date(), found.until.date())
    name = f"warmline-{days[0]}-{days[1]}.{format.value}"
    is_csv = format is AnalyticsFormat.CSV
    return Response(
        analytics.to_csv(found) if is_csv else found.model_dump_json(indent=2),
        media_type="text/csv" if is_csv else "application/json",
        headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"},
    )


def charts_of(found: Analytics, zone: str) -> list[Chart]:
    """The charts of the page, each over the stretches of the period, which are named as they begin in a zone."""
    shown = languages.day_and_time if found.bucket is Bucket.HOUR else languages.day
    labels = [shown(point.at.astimezone(ZoneInfo(zone))) for point in found.over_time]
    points = [point.figures for point in found.over_time]
    return [
        Chart(
            key,
            _(title),
            _(unit),
            form,
            labels,
            [Series(_(name), list(map(value, points))) for name, value in series.items()],
        )
        for key, title, unit, form, series in CHARTS
    ]


def _minutes(seconds: float | None) -> float | None:
    return None if seconds is None else seconds / MINUTE


def _percent(rate: float | None) -> float | None:
    return None if rate is None else rate * 100


Shown = Mapping[str, Callable[[Figures], float | None]]
HALF, MOST = marked("median"), marked("95th percentile")
CHARTS: tuple[tuple[str, str, str, Form, Shown], ...] = (
    (
        "handoffs",
        marked("Handoffs"),
        marked("handoffs"),
        Form.BARS,
        {marked("requested"): lambda one: one.handoffs, marked("resolved"): lambda one: one.resolved},
    ),
    (
        "accept",
        marked("Time to take over"),
        marked("minutes"),
        Form.LINES,
        {
            HALF: lambda one: _minutes(one.time_to_accept.p50),
            MOST: lambda one: _minutes(one.time_to_accept.p95),
        },
    ),
    (
        "resolve",
        marked("Time to solve"),
        marked("minutes"),
        Form.LINES,
        {
            HALF: lambda one: _minutes(one.time_to_resolve.p50),
            MOST: lambda one: _minutes(one.time_to_resolve.p95),
        },
    ),
    (
        "promises",
        marked("Targets met"),
        marked("percent"),
        Form.LINES,
        {
            marked("taken over"): lambda one: _percent(one.accept_promise.rate),
            marked("first reply"): lambda one: _percent(one.first_reply_promise.rate),
            marked("solved"): lambda one: _percent(one.resolve_promise.rate),
        },
    ),
    (
        "trouble",
        marked("Escalated, returned, expired"),
        marked("handoffs"),
        Form.BARS,
        {
            marked("expired"): lambda one: one.lapsed,
            marked("escalated"): lambda one: one.escalated,
            marked("returned"): lambda one: one.returned.count,
        },
    ),
    (
        "briefs",
        marked("Asked again, and flagged"),
        marked("percent"),
        Form.LINES,
        {
            marked("repeat questions"): lambda one: _percent(one.repeat_questions.rate),
            marked("flagged lines"): lambda one: _percent(one.flagged_lines.rate),
        },
    ),
)
"""Key, title, unit, form and series of each chart."""
