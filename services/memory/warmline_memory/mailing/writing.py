"""Writing: the words of an e-mail to an operator, in plain text and in their own time zone. Pure: it asks no clock."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from warmline_memory.language import shown
from warmline_schemas.operators import MailAbout

SUBJECT_CHARS = 120
LINE_CHARS = 280


@dataclass(frozen=True)
class Addressee:
    """Whom an e-mail is for. ``limit`` is their number an hour, where this is the last one for now."""

    name: str
    zone: str
    limit: int | None


@dataclass(frozen=True)
class Item:
    """One thing that an e-mail tells. ``customer`` and ``ask`` are there only where the tenant wants them told."""

    notice: UUID
    about: MailAbout
    path: str
    """The page of the console, below its address."""
    by: str | None
    """Who names the reader."""
    promise: str | None
    queue: str | None
    urgency: str | None
    reason: str | None
    """The code of the reason: no customer's words."""
    since: datetime
    until: datetime | None
    customer: str | None
    ask: str | None


def write(to: Addressee, items: Sequence[Item], console: str) -> tuple[str, str]:
    """The subject and the text of an e-mail that tells of some things. ``console`` is where the console is."""
    zone = ZoneInfo(to.zone)
    told = "\n\n".join(_told(one, zone, console) for one in items)
    end = [f"Times are in {to.zone}. What you are told by e-mail is set in your profile: {console}/settings"]
    if to.limit is not None:
        most = f"{to.limit} an hour" if to.limit > 1 else "one an hour"
        end.insert(0, f"You get no more than {most}: what comes next is kept, and comes together in one e-mail.")
    return _subject(items, zone), "\n\n".join([f"Hello {_line(to.name)},", told, "--\n" + "\n".join(end)]) + "\n"


def _subject(items: Sequence[Item], zone: ZoneInfo) -> str:
    if len(items) == 1:
        return _line(f"{_headline(items[0], zone)}{_aside(items[0])}", SUBJECT_CHARS)
    counted = Counter(one.about for one in items)
    return f"Warmline: {', '.join(f'{count} {_COUNTED[about]}' for about, count in counted.items())}"


_COUNTED = {
    MailAbout.WAITING: "waiting",
    MailAbout.LATE: "late",
    MailAbout.OFFERED: "offered to you",
    MailAbout.MENTIONED: "naming you",
}


def _aside(item: Item) -> str:
    aside = ", ".join(one for one in (item.queue, item.urgency) if one)
    return f" ({aside})" if aside else ""


def _headline(item: Item, zone: ZoneInfo) -> str:
    who = _line(item.customer) if item.customer else "A case"
    if item.about is MailAbout.MENTIONED:
        return f"{_line(item.by or 'A colleague')} named you in a note" + (f": {who}" if item.customer else "")
    if item.about is MailAbout.OFFERED:
        return f"{who} is offered to you" + (f" until {_clock(item.until, zone)}" if item.until else "")
    return f"{who} waits for you" if item.about is MailAbout.WAITING else f"{who} is late: {_LATE[item.promise or '']}"


_LATE = {
    "accept": "nobody has taken it over",
    "first_reply": "nobody has replied yet",
    "resolve": "it is not resolved",
    "": "a promise was not kept",
}


def _told(item: Item, zone: ZoneInfo, console: str) -> str:
    """One thing in a few lines, the link last."""
    facts = [f"in {item.queue}" if item.queue else "", f"urgency {item.urgency}" if item.urgency else ""]
    facts += [item.reason.replace("_", " ") if item.reason and item.reason != "other" else ""]
    lines = [f"{_headline(item, zone)}.", f"  {', '.join(_line(one) for one in facts if one)}".rstrip()]
    if item.ask:
        lines.append(f"  Asked first: {_line(item.ask)}")
    lines.append(f"  {_times(item, zone)}")
    return "\n".join([*(one for one in lines if one.strip()), f"  {console}/{item.path}"])


def _times(item: Item, zone: ZoneInfo) -> str:
    if item.about is MailAbout.MENTIONED:
        return f"On {_moment(item.since, zone)}."
    since = f"It waits since {_moment(item.since, zone)}"
    if item.until is None or item.about is MailAbout.OFFERED:
        return f"{since}."
    return f"{since}; {'due' if item.about is MailAbout.LATE else 'to be taken over by'} {_moment(item.until, zone)}."


def _moment(at: datetime, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%a %d %b, %H:%M}"


def _clock(at: datetime, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%H:%M}"


def _line(text: str, most: int = LINE_CHARS) -> str:
    """A text of others on one line, without what nobody sees in it."""
    line = " ".join(shown(text).split())
    return line if len(line) <= most else f"{line[: most - 1]}…"
