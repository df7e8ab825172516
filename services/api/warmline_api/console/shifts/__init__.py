"""Shifts: who is on and who is next, the rotas that say so, and the sheets of shift changes."""

from warmline_api.routers import routers_of

ROUTERS = routers_of(__name__, "rotas", "calendars", "sheets")

__all__ = ["ROUTERS"]
