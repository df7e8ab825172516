"""The analytics API: figures about the tenant's handoffs."""

from datetime import datetime
from typing import TypedDict, Unpack

from warmline.asynchronous.transport import AsyncTransport
from warmline_schemas.analytics import Analytics, AnalyticsFormat, Bucket

PATH = "/v1/analytics"


class AnalyticsFilters(TypedDict, total=False):
    """Which handoffs are counted. Every filter can be left out.

    - ``since``, ``until``: handoffs requested from ``since`` on and before ``until``; by default in the last seven
      days.
    - ``bucket``: the length of a point over time, ``hour``, ``day`` or ``week``.
    - ``queue``: handoffs to one target, such as ``queue:billing``.
    - ``agent``: handoffs that this agent requested or accepted.
    - ``namespace``: handoffs of one namespace.
    - ``hops``: how many hops back the figures look for a ping-pong; by default 3.
    """

    since: datetime | None
    until: datetime | None
    bucket: Bucket | str | None
    queue: str | None
    agent: str | None
    namespace: str | None
    hops: int | None


class AsyncFigures:
    """``client.analytics``. Call it to read the figures. Both methods raise the errors of ``warmline.errors``."""

    def __init__(self, transport: AsyncTransport) -> None:
        self._transport = transport

    async def __call__(self, **filters: Unpack[AnalyticsFilters]) -> Analytics:
        """Read the figures of a period: in all, over time, by target, by agent, and by reason.

        ``AnalyticsFilters`` names the filters, and ``docs/analytics.md`` defines every figure.
        """
        return await self._transport.get(Analytics, PATH, _params(filters))

    async def csv(self, **filters: Unpack[AnalyticsFilters]) -> str:
        """Read the same figures as CSV: one row for each group, with the columns always in the same order."""
        return await self._transport.read_text(PATH, {**_params(filters), "format": AnalyticsFormat.CSV.value})


def _params(filters: AnalyticsFilters) -> dict[str, object]:
    return dict(filters)
