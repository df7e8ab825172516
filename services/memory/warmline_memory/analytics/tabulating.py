"""Tabulating: analytics as CSV, a row a group, in an order of columns that stays."""

import csv
import io
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from warmline_memory.language.unseen import as_read
from warmline_schemas.analytics import Analytics, Figures

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""A spreadsheet takes a cell that begins with one of these for a formula and runs it (OWASP, "CSV Injection")."""


def to_csv(analytics: Analytics) -> str:
    """All groups of figures, one a row: `total`, `time`, `queue`, `agent`, `reason`; then the issues and the reasons of
    returns, which have columns of their own.

    Lines end as RFC 4180 has it. A name that a spreadsheet would take for a formula is led by an apostrophe.
    """
    rows = list(_rows(analytics))
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]), restval="")
    writer.writeheader()
    writer.writerows({name: cell(value) for name, value in row.items()} for row in rows)
    return out.getvalue()


def _rows(analytics: Analytics) -> Iterator[dict[str, Any]]:
    issues = analytics.issues.model_dump()
    contained = issues.pop("contained")
    own = {f"issues_{name}": value for name, value in (*issues.items(), *_flat("contained", contained))}
    yield {"group": "total", "name": "", **_columns(analytics.total), **own, "times": ""}
    for point in analytics.over_time:
        yield {"group": "time", "name": point.at, **_columns(point.figures)}
    for group, found in (
        ("queue", analytics.by_queue),
        ("agent", analytics.by_agent),
        ("reason", analytics.by_reason),
    ):
        yield from ({"group": group, "name": one.name, **_columns(one.figures)} for one in found)
    yield from ({"group": "return reason", "name": one.reason, "times": one.count} for one in analytics.return_reasons)


def _columns(figures: Figures) -> dict[str, Any]:
    columns: dict[str, Any] = {}
    for name, value in figures.model_dump().items():
        columns |= dict(_flat(name, value)) if isinstance(value, dict) else {name: value}
    return columns


def _flat(name: str, parts: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    return ((f"{name}_{part}", value) for part, value in parts.items())


def cell(value: Any) -> str:
    """A value as a cell of a CSV shows it."""
    match value:
        case None:
            return ""
        case datetime():
            return value.isoformat()
        case float():
            return f"{value:.6g}"
        case str():
            return f"'{value}" if _bare(value).startswith(FORMULA) else value
    return str(value)


def _bare(value: str) -> str:
    """The beginning of a text as spreadsheets read it: wide signs count as plain ones, what is unseen is not there."""
    return as_read(value).text.lstrip(" ")
