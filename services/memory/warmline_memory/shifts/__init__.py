"""Shift changes: who is on duty, and the sheet by which one shift hands its work to the next.

The life of a sheet, a module each: it is made (``making``), signed by the outgoing person (``signing``), read back item
by item by the incoming one (``taking_over``), and followed by the worker meanwhile (``ending``). ``rotas`` and ``duty``
say who is on, ``plans`` what that means over some weeks, ``sheets`` reads a sheet, and ``ipass`` says what must be said
of an item.
"""

from warmline_memory.shifts.ending import sweep as sweep_endings
from warmline_memory.shifts.making import make
from warmline_memory.shifts.plans import Plan, Span, plan, shifts_within, today
from warmline_memory.shifts.rotas import (
    add_absence,
    add_swaps,
    all_now as rotas_now,
    delete as delete_rota,
    find as find_rota,
    list_page as list_rotas,
    on as on_duty,
    read as read_rota,
    take_back,
    write as write_rota,
)
from warmline_memory.shifts.sheets import get, list_page, to_markdown
from warmline_memory.shifts.signing import can_be_signed, sign
from warmline_memory.shifts.taking_over import acknowledge, acknowledge_item, decline_item

__all__ = [
    "Plan",
    "Span",
    "acknowledge",
    "acknowledge_item",
    "add_absence",
    "add_swaps",
    "can_be_signed",
    "decline_item",
    "delete_rota",
    "find_rota",
    "get",
    "list_page",
    "list_rotas",
    "make",
    "on_duty",
    "plan",
    "read_rota",
    "rotas_now",
    "shifts_within",
    "sign",
    "sweep_endings",
    "take_back",
    "to_markdown",
    "today",
    "write_rota",
]
