"""Shift changes: who is on duty, the sheet that one shift hands to the next, its signatures and read-backs."""

from warmline_memory.shifts.duty import following as following_shifts, on as shifts_on
from warmline_memory.shifts.ending import sweep as sweep_endings
from warmline_memory.shifts.rotas import (
    delete as delete_rota,
    list_all as list_rotas,
    now,
    on as on_duty,
    read as read_rota,
    write as write_rota,
)
from warmline_memory.shifts.sheets import to_markdown
from warmline_memory.shifts.signing import REQUESTED_ANEW, sign
from warmline_memory.shifts.taking_over import acknowledge, acknowledge_item, decline_item, get, list_page, make

__all__ = [
    "REQUESTED_ANEW",
    "acknowledge",
    "acknowledge_item",
    "decline_item",
    "delete_rota",
    "following_shifts",
    "get",
    "list_page",
    "list_rotas",
    "make",
    "now",
    "on_duty",
    "read_rota",
    "shifts_on",
    "sign",
    "sweep_endings",
    "to_markdown",
    "write_rota",
]
