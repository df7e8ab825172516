"""The desk: what waits for an operator, what they hold, and the conversations that they lead."""

from warmline_api.console.desk.turns import turns_of
from warmline_api.routers import routers_of

ROUTERS = routers_of(__name__, "conversations", "lists")

__all__ = ["ROUTERS", "turns_of"]
