"""Analytics over the wire: how the tenant's handoffs went."""

from collections.abc import Mapping
from datetime import datetime
from typing import TypedDict, Unpack

from warmline.transport import Transport
from warmline_schemas.analytics import Analytics, AnalyticsFormat, Bucket

PATH = "/v1/analytics"


class AnalyticsFilters(TypedDict, total=False):
    """Which handoffs are counted; all of it may be left out.

    ``since`` and ``until``: those requested from one moment on and before the other, the last seven days by default.
    ``bucket``: how long a point over time is, ``hour``, ``day`` or ``week``. ``queue``: only those to a target such as
    ``queue:billing``. ``agent``: only those that it handed over or took over. ``namespace``: only its own. ``hops``:
    how many hops back a ping-pong is looked for, 3 by default.
    """

    since: datetime | None
    until: datetime | None
    bucket: Bucket | str | None
    queue: str | None
    agent: str | None
    namespace: str | None
    hops: int | None


class Figures:
    """``client.analytics``: called, it answers the figures. Both raise the tree of ``warmline.errors``."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def __call__(self, **asked: Unpack[AnalyticsFilters]) -> Analytics:
        """Read how the handoffs of a period went: in all, over time, by target, by who took over, by reason.

        ``AnalyticsFilters`` says what can be asked; ``docs/analytics.md`` defines every figure.
        """
        return self._transport.get(Analytics, PATH, _params(asked))

    def csv(self, **asked: Unpack[AnalyticsFilters]) -> str:
        """Read the same as CSV: a row a group, with the columns always in the same order."""
        return self._transport.read_text(PATH, {**_params(asked), "format": AnalyticsFormat.CSV.value})


def _params(asked: AnalyticsFilters) -> dict[str, object]:
    given: Mapping[str, object] = asked
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in given.items()}
