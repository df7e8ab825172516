"""Periods: the days that an operator asks for, in their own time zone."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from pydantic import TypeAdapter

from warmline_api.console.languages import _, marked
from warmline_api.console.shell import MalformedForm
from warmline_schemas.analytics import Bucket
from warmline_schemas.wire import Day

DEFAULT_DAYS = 7
HOURLY_DAYS, DAILY_DAYS = 2, 62
"""Up to so many days are shown by the hour, and up to so many by the day, where nobody chose."""
QUICK = ((marked("Today"), 1), (marked("7 days"), 7), (marked("30 days"), 30), (marked("90 days"), 90))

_DAY: TypeAdapter[date] = TypeAdapter(Day)


@dataclass(frozen=True)
class Period:
    """From the first day on and through the last, in a zone."""

    first: date
    last: date
    bucket: Bucket
    zone: str

    @property
    def since(self) -> datetime:
        """When it begins."""
        return datetime.combine(self.first, time(), ZoneInfo(self.zone)).astimezone(UTC)

    @property
    def until(self) -> datetime:
        """When it ends: at the end of the last day."""
        # The beginning of the next day: a day has 23 or 25 hours when clocks are changed, so no fixed length is added.
        return datetime.combine(self.last + timedelta(days=1), time(), ZoneInfo(self.zone)).astimezone(UTC)

    @property
    def before(self) -> "Period":
        """As many days, up to this period."""
        days = self.last - self.first + timedelta(days=1)
        return replace(self, first=self.first - days, last=self.last - days)


def read(first: str, last: str, bucket: str, zone: str) -> Period:
    """The period that a form asks for: the last seven days where it leaves both out.

    Raises ``MalformedForm`` for what is no day, and where the last one lies before the first.
    """
    ends = _day(last) or datetime.now(ZoneInfo(zone)).date()
    begins = _day(first) or ends - timedelta(days=DEFAULT_DAYS - 1)
    if ends < begins:
        raise MalformedForm(
            faults=_("The last day, {last}, is before the first, {first}. Exchange them.", last=ends, first=begins)
        )
    days = (ends - begins).days + 1
    fitting = Bucket.HOUR if days <= HOURLY_DAYS else Bucket.DAY if days <= DAILY_DAYS else Bucket.WEEK
    return Period(begins, ends, Bucket(bucket) if bucket in set(Bucket) else fitting, zone)


def quick(zone: str) -> list[tuple[str, date, date]]:
    """Periods that are often asked for, until today: name, first and last day."""
    today = datetime.now(ZoneInfo(zone)).date()
    return [(_(name), today - timedelta(days=days - 1), today) for name, days in QUICK]


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        return _DAY.validate_python(text)
    except ValueError as error:
        fault = _("“{typed}” is no day of the years 1900 to 2199. Write it as 2026-03-31.", typed=text)
        raise MalformedForm(faults=fault) from error
