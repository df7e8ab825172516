"""Wording: times, codes and targets as an operator reads them. A browser keeps the times up to date."""

import re
from datetime import UTC, date, datetime, timedelta
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup, escape

from warmline_api.console import languages
from warmline_api.console.languages import _, marked
from warmline_api.console.shell import titles
from warmline_memory.storage import tables
from warmline_schemas.targets import TargetKind, kind_of, name_of
from warmline_schemas.wire import shown_moment

ADDRESS = re.compile(r"https?://[^\s<>\"]+")
AFTER_ADDRESS = ".,;:!?)]}'»”’。、」"
"""What ends a sentence or a pair of brackets, and seldom an address."""
MINUTE, HOUR, DAY = 60, 3_600, 86_400
TARGET_WORDS = {TargetKind.QUEUE: marked("queue {name}"), TargetKind.SKILL: marked("skill {name}")}


def span(seconds: float) -> str:
    """A length of time in its largest unit, or two of them: `45 s`, `12 min`, `3 h 20 min`, `4 d`."""
    whole = int(abs(seconds))
    if whole < MINUTE:
        return _("{n} s", n=whole)
    if whole < HOUR:
        return _("{n} min", n=whole // MINUTE)
    if whole < DAY:
        hours, minutes = whole // HOUR, whole % HOUR // MINUTE
        is_long = not minutes or hours >= 10
        return _("{n} h", n=hours) if is_long else _("{hours} h {minutes} min", hours=hours, minutes=minutes)
    return _("{n} d", n=whole // DAY)


def speaker(name: str | None) -> str:
    """Who said a quote: the customer, an agent, or a person by name."""
    return _("customer") if name == "user" else (name or "").partition(":")[2] or name or ""


@pass_context
def moment(context: Context, at: datetime | None) -> Markup | str:
    """A time as a clock shows it to the operator: `14:02`, `yesterday 14:02`, `21 Nov 14:02`."""
    if at is None:
        return "–"
    zone = ZoneInfo(context["zone"])
    local, today = shown_moment(at).astimezone(zone), datetime.now(zone).date()
    return _time(at, _day_and_hour(local, (today - local.date()).days), languages.full_time(local))


def clock(at: datetime, zone: str) -> str:
    """What a clock in a time zone shows: `Sat 14:02`."""
    return languages.clock(at.astimezone(ZoneInfo(zone)))


@pass_context
def local_time(context: Context, at: datetime, zone: str) -> Markup:
    """A day and a time as a clock in a time zone shows them, `Mon 2 Mar 08:00`; the operator's own behind them."""
    there, own = at.astimezone(ZoneInfo(zone)), at.astimezone(ZoneInfo(context["zone"]))
    return _time(at, languages.weekday_and_time(there), languages.full_time(own))


def local_day(day: date) -> str:
    """A day: `2 March 2026`."""
    return languages.long_day(day)


@pass_context
def whole_moment(context: Context, at: datetime) -> str:
    """A time with its day and its zone, as it is still understood on paper."""
    return languages.full_time(at.astimezone(ZoneInfo(context["zone"])))


@pass_context
def age(context: Context, at: datetime | None) -> Markup | str:
    """How long ago a time is, or how far ahead: `12 min`. A little JavaScript keeps it up to date."""
    if at is None:
        return "–"
    local = shown_moment(at).astimezone(ZoneInfo(context["zone"]))
    shown = span((datetime.now(UTC) - at).total_seconds())
    return _time(at, shown, languages.full_time(local), "data-age")


@pass_context
def due(context: Context, at: datetime | None) -> Markup | str:
    """How long until it is late, or since when it is: `4 min left`, `12 min over`."""
    if at is None:
        return _("no deadline")
    local, left = shown_moment(at).astimezone(ZoneInfo(context["zone"])), (at - datetime.now(UTC)).total_seconds()
    shown = _("{span} left", span=span(left)) if left > 0 else _("{span} over", span=span(left))
    return _time(at, shown, languages.full_time(local), "data-due")


def pressure(at: datetime | None) -> str:
    """How a promise stands: `late`, `soon` (within five minutes), or neither."""
    return "late" if is_past(at) else "soon" if is_near(at) else "calm"


def is_past(at: datetime | None) -> bool:
    """Whether a time has come."""
    return at is not None and at <= datetime.now(UTC)


def is_ahead(at: datetime | None) -> bool:
    """Whether there is a time, and it has not come."""
    return at is not None and not is_past(at)


def is_near(at: datetime | None, seconds: float = 300) -> bool:
    """Whether a time comes within so many seconds, or has come."""
    return at is not None and at <= datetime.now(UTC) + timedelta(seconds=seconds)


def spaced(name: str) -> str:
    """A name that somebody gave, such as a slot's, as words: `order_number` → `order number`."""
    return name.replace("_", " ")


def target(name: str) -> str:
    """A target as people say it: `queue billing`, `ines`, `billing-specialist`."""
    said = TARGET_WORDS.get(kind_of(name))
    return _(said, name=name_of(name)) if said else name_of(name)


@pass_context
def called(context: Context, name: str) -> str:
    """A target as people say it, by the names that operators and queues were given where somebody is signed in."""
    visitor = context["visitor"]
    return str(visitor.called(name)) if visitor else target(name)


def people_get_it_at(handoff: tables.Handoff) -> datetime | None:
    """When a handoff that waits for an agent goes to people, unless the agent takes it."""
    waits = handoff.state in tables.WAITING and kind_of(handoff.target) is TargetKind.AGENT
    return handoff.alarm_at if waits else None


def masked(url: str) -> str:
    """An address of a webhook without its path, which is often the secret by which its receiver knows us."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}" + (
        "/…" if parts.path.strip("/") or parts.query else ""
    )


def linked(text: str) -> Markup:
    """A text in which addresses on the web are links. They open beside this page, and are not told where it is."""
    written, end = Markup(), 0
    for found in ADDRESS.finditer(text):
        address = found[0].rstrip(AFTER_ADDRESS)
        link = Markup('<a href="{0}" target="_blank" rel="noopener noreferrer nofollow">{0}</a>').format(address)
        written += escape(text[end : found.start()]) + link
        end = found.start() + len(address)
    return written + escape(text[end:])


def percent(share: float | None) -> str:
    """A share of one as whole percent."""
    return "–" if share is None else _("{number} %", number=f"{share * 100:.0f}")


def sentence(said: str) -> str:
    """Words as a sentence or a heading begins. What follows stays as it is: in German it has capitals of its own."""
    return f"{said[:1].upper()}{said[1:]}"


def _day_and_hour(local: datetime, days: int) -> str:
    hour = languages.hour(local)
    if days == 0:
        return hour
    if days == 1:
        return _("yesterday {time}", time=hour)
    if days == -1:
        return _("tomorrow {time}", time=hour)
    return languages.day_and_time(local, with_year=abs(days) > 300)


# The server writes every time as words, so that pages work without JavaScript. `data-age` and `data-due` let the script
# keep the words up to date.
def _time(at: datetime, shown: str, title: str, live: str = "") -> Markup:
    iso = shown_moment(at).astimezone(UTC).isoformat(timespec="seconds")
    return Markup('<time datetime="{}" title="{}" {}>{}</time>').format(iso, title, live, shown)


FILTERS = {
    "span": span,
    "moment": moment,
    "speaker": speaker,
    "age": age,
    "clock": clock,
    "local_time": local_time,
    "local_day": local_day,
    "whole_moment": whole_moment,
    "due": due,
    "pressure": pressure,
    "is_past": is_past,
    "is_ahead": is_ahead,
    "words": titles.words,
    "spaced": spaced,
    "sentence": sentence,
    "commas": languages.list_of,
    "decimal": languages.decimal,
    "weekday": languages.weekday,
    "short_weekday": languages.short_weekday,
    "target": called,
    "percent": percent,
    "title": titles.title,
    "nth_handoff": titles.nth_handoff,
    "escalations": titles.escalations,
    "masked": masked,
    "linked": linked,
    "people_get_it_at": people_get_it_at,
}
