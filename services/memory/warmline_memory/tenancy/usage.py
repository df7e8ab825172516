"""Calls: what language models had to do with briefs, and what that cost. No contents, so forgetting leaves them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Date, cast, func, select

from warmline_memory.storage import tables
from warmline_memory.storage.transactions import Transaction
from warmline_schemas.briefs import SummaryReport
from warmline_schemas.tenancy import Usage, UsageOfDay

WRITTEN = "written"


def record(db: Transaction, handoff_id: UUID, report: SummaryReport | None) -> None:
    """Record a call for the tenant that the transaction has entered; it does nothing where no model was asked."""
    if report is None:
        return
    db.add(
        tables.SummaryCall(
            handoff_id=handoff_id,
            model=report.model,
            tokens_in=report.tokens_in,
            tokens_out=report.tokens_out,
            cost=report.cost,
            seconds=report.seconds,
            outcome=report.fell_back_because or WRITTEN,
        )
    )
    db.flush()


def usage(db: Transaction, *, since: datetime | None = None, until: datetime | None = None) -> Usage:
    """What the tenant's calls took by day (UTC) and model, newest day first; `since` is included, `until` is not."""
    call = tables.SummaryCall
    # Days of UTC, whatever zone the server or the connection has: a bill must not depend on who asks.
    day = cast(func.timezone("UTC", call.at), Date).label("day")
    rows = (
        select(
            day,
            call.model,
            func.count().label("calls"),
            func.count().filter(call.outcome != WRITTEN).label("fell_back"),
            func.sum(call.tokens_in).label("tokens_in"),
            func.sum(call.tokens_out).label("tokens_out"),
            func.sum(call.cost).label("cost"),
        )
        .group_by(day, call.model)
        .order_by(day.desc(), call.model)
    )
    if since is not None:
        rows = rows.where(call.at >= since)
    if until is not None:
        rows = rows.where(call.at < until)
    return Usage(days=[UsageOfDay.model_validate(row) for row in db.execute(rows)])
