"""Shifts: who is on and who is next, and the sheets of shift changes."""

from warmline_api.routers import routers_of

ROUTERS = routers_of(__name__, "sheets")

__all__ = ["ROUTERS"]
