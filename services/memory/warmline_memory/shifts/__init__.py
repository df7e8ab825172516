"""Shift changes: who is on duty, and the sheet by which one shift hands its work to the next.

The life of a sheet, a module each: it is made (``making``), signed by the outgoing person (``signing``), read back item
by item by the incoming one (``taking_over``), and followed by the worker meanwhile (``ending``). ``rotas`` and ``duty``
say who is on, ``plans`` what that means over some weeks, ``calendars`` and ``imports`` that as iCalendar, out and in,
``feeds`` in from an address.
``sheets`` reads a sheet, ``ipass`` says what must be said of an item, and by ``filling`` it is said there.
"""

from warmline_memory.shifts.calendars import (
    by_link as calendar_by_link,
    download as download_calendar,
    end_link as end_calendar_link,
    link_made_at as calendar_link_made_at,
    make_link as make_calendar_link,
)
from warmline_memory.shifts.ending import sweep as sweep_endings
from warmline_memory.shifts.feeds import (
    MOST_CHARS as MOST_CHARS_OF_FEED,
    Feed,
    Fetched,
    NotFetched,
    begin_due as begin_feeds,
    fail as fail_feed,
    problem_of as problem_of_feed,
    read_at as feed_read_at,
    take as take_feed,
)
from warmline_memory.shifts.filling import NOTHING as NOTHING_SAID, say
from warmline_memory.shifts.making import make
from warmline_memory.shifts.plans import Plan, Span, plan, shifts_within, today
from warmline_memory.shifts.rotas import (
    all_now as rotas_now,
    change as change_rota,
    delete as delete_rota,
    find as find_rota,
    list_page as list_rotas,
    on as on_duty,
    read as read_rota,
    take_back,
    unfollow as unfollow_calendar,
    write as write_rota,
)
from warmline_memory.shifts.sheets import get, list_page, to_markdown, zone_of as zone_of_sheet
from warmline_memory.shifts.signing import can_be_signed, sign
from warmline_memory.shifts.taking_over import acknowledge, acknowledge_item, decline_item

__all__ = [
    "MOST_CHARS_OF_FEED",
    "NOTHING_SAID",
    "Feed",
    "Fetched",
    "NotFetched",
    "Plan",
    "Span",
    "acknowledge",
    "acknowledge_item",
    "begin_feeds",
    "calendar_by_link",
    "calendar_link_made_at",
    "can_be_signed",
    "change_rota",
    "decline_item",
    "delete_rota",
    "download_calendar",
    "end_calendar_link",
    "fail_feed",
    "feed_read_at",
    "find_rota",
    "get",
    "list_page",
    "list_rotas",
    "make",
    "make_calendar_link",
    "on_duty",
    "plan",
    "problem_of_feed",
    "read_rota",
    "rotas_now",
    "say",
    "shifts_within",
    "sign",
    "sweep_endings",
    "take_back",
    "take_feed",
    "to_markdown",
    "today",
    "unfollow_calendar",
    "write_rota",
    "zone_of_sheet",
]
