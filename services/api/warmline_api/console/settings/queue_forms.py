"""Queue forms: how a queue works as fields, and what a posted form makes of it."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import ValidationError

from warmline_api.console import shell
from warmline_api.console.languages import _
from warmline_api.console.settings import durations
from warmline_schemas.queues import Queue, Weekday, WriteQueue

SPARE_LEVELS = 2
MOST_LEVELS = 10
# Times as `08:00-12:00` with a hyphen or an en dash, several of them with anything between; whether 25:00 is a time is
# for the domain to say. What the pattern leaves over but for blanks, commas and semicolons is a mistake.
HOURS = re.compile(r"(\d{1,2}:\d\d)\s*[-–]\s*(\d{1,2}:\d\d)")
PROMISES = ("accept_seconds", "first_reply_seconds", "resolve_seconds")
LENGTHS = ("offer_seconds", "lease_seconds", "stalled_seconds")


def write(queue: Queue) -> dict[str, Any]:
    """The fields of a queue's form by name; levels and weekdays as lists of further fields."""
    hours = queue.office_hours
    levels = [(durations.shown(level.wait_seconds), level.to or "") for level in queue.levels]
    spare = min(SPARE_LEVELS, MOST_LEVELS - len(levels))
    return {
        "title": queue.title or "",
        **{name: durations.shown(getattr(queue.promises, name)) for name in PROMISES},
        **{name: durations.shown(getattr(queue, name)) for name in LENGTHS},
        "assigning": queue.assigning,
        "nobody_there": queue.nobody_there,
        "read_back_required": queue.read_back_required,
        "levels": [*levels, *[("", "")] * spare],
        "zone": hours.zone if hours else "",
        "days": [(day, _hours_of(queue, day)) for day in Weekday],
        "closed_on": "\n".join(str(day) for day in hours.closed_on) if hours else "",
    }


def typed(form: Mapping[str, Any]) -> dict[str, Any]:
    """The fields as they were typed, for showing them again."""
    names = ("title", *PROMISES, *LENGTHS, "assigning", "nobody_there", "zone", "closed_on")
    return {
        **{name: form.get(name, "") for name in names},
        "read_back_required": "read_back_required" in form,
        "levels": list(_levels(form)),
        "days": [(day, form.get(f"day-{day}", "")) for day in Weekday],
    }


def read(form: Mapping[str, Any]) -> WriteQueue:
    """What a posted form makes of a queue. Raises ``MalformedForm``, which names the fields."""
    faults: dict[str, str] = {}
    promises = {name: _length(form, name, faults) for name in PROMISES}
    lengths = {name: _length(form, name, faults) for name in LENGTHS}
    asked = {
        "title": str(form.get("title", "")).strip() or None,
        "promises": promises,
        # A length that was left empty is not given, so that the default of the domain holds.
        **{name: seconds for name, seconds in lengths.items() if seconds is not None},
        "levels": [
            {"wait_seconds": _length(form, f"level-{number}-wait", faults), "to": to or None}
            for number, (wait, to) in enumerate(_levels(form))
            if wait or to
        ],
        "assigning": form.get("assigning"),
        "nobody_there": form.get("nobody_there"),
        "read_back_required": "read_back_required" in form,
        "office_hours": _office_hours(form, faults),
    }
    try:
        written = WriteQueue.model_validate(asked)
    except ValidationError as error:
        raise shell.malformed(shell.faults_of(error, _field_of) | faults) from error
    if faults:
        raise shell.malformed(faults)
    return written


def _levels(form: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for number in range(MOST_LEVELS):
        if f"level-{number}-wait" in form:
            yield str(form[f"level-{number}-wait"]).strip(), str(form.get(f"level-{number}-to", "")).strip()


def _length(form: Mapping[str, Any], name: str, faults: dict[str, str]) -> int | None:
    try:
        return durations.read(str(form.get(name, "")))
    except ValueError as error:
        faults[name] = str(error)
        return None


def _office_hours(form: Mapping[str, Any], faults: dict[str, str]) -> dict[str, Any] | None:
    """Office hours, or None where no day has any: then the queue is always staffed."""
    days = [
        {"day": day, "opens": opens.zfill(5), "closes": closes.zfill(5)}
        for day in Weekday
        for opens, closes in _hours(str(form.get(f"day-{day}", "")), day, faults)
    ]
    closed = str(form.get("closed_on", "")).replace(",", " ").split()
    return {"zone": str(form.get("zone", "")).strip() or "UTC", "days": days, "closed_on": closed} if days else None


def _hours(written: str, day: Weekday, faults: dict[str, str]) -> list[tuple[str, str]]:
    found = HOURS.findall(written)
    if HOURS.sub("", written).strip(" ,;"):
        faults[f"day-{day}"] = _("Enter hours, e.g. 08:00-12:00, 13:00-18:00.")
    return found


def _hours_of(queue: Queue, day: Weekday) -> str:
    hours = queue.office_hours.days if queue.office_hours else []
    return ", ".join(f"{one.opens}-{one.closes}" for one in hours if one.day == day)


def _field_of(place: tuple[int | str, ...]) -> str:
    """The field that holds what stands at a place of the request."""
    names = [part for part in place if isinstance(part, str)]
    if place[0] == "levels" and len(place) > 2:
        return f"level-{place[1]}-{'to' if place[2] == 'to' else 'wait'}"
    if place[0] == "office_hours":
        return names[1] if len(names) > 1 and names[1] in {"zone", "closed_on"} else "days"
    return names[-1]
