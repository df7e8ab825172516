"""Snoozes: how long a handoff can be set aside."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from warmline_api.console.languages import _
from warmline_api.console.shell import malformed


def chosen(typed: str, picked: str, zone: str) -> str | None:
    """Until when something is set aside: a time that was typed, which is the operator's own, or else one that was
    picked; None where neither is there. Raises ``MalformedForm``."""
    if not typed:
        return picked or None
    try:
        local = datetime.fromisoformat(typed)
    except ValueError as error:
        raise malformed({"at": _("Enter a day and a time.")}) from error
    return local.replace(tzinfo=ZoneInfo(zone)).isoformat()


def snoozes(zone: str) -> list[tuple[str, str]]:
    """How long a handoff can be set aside: the time, and in words. Mornings are the operator's own."""
    now = datetime.now(ZoneInfo(zone))
    morning = (now + timedelta(days=1)).replace(hour=8, minute=0, second=0, microsecond=0)
    monday = morning + timedelta(days=(7 - morning.weekday()) % 7)
    later = {
        _("in 15 minutes"): timedelta(minutes=15),
        _("in 1 hour"): timedelta(hours=1),
        _("in 4 hours"): timedelta(hours=4),
    }
    found = [((now + span).isoformat(), words) for words, span in later.items()]
    return [*found, (morning.isoformat(), _("tomorrow at 8:00")), (monday.isoformat(), _("on Monday at 8:00"))]
