"""The desk: what waits for an operator, what they hold, and the conversations that they lead."""

from warmline_api.console.desk.lists import AskedPart, address_of, mine, waiting
from warmline_api.console.desk.snoozes import chosen as chosen_snooze, snoozes
from warmline_api.console.desk.spoken import say_posted
from warmline_api.console.desk.threads import END, AskedPlace, Place, Thread, thread
from warmline_api.console.desk.turns import Turn, turns_of
from warmline_api.routers import routers_of

ROUTERS = routers_of(__name__, "attention", "conversations", "lists", "palette", "searching", "views")

__all__ = [
    "END",
    "ROUTERS",
    "AskedPart",
    "AskedPlace",
    "Place",
    "Thread",
    "Turn",
    "address_of",
    "chosen_snooze",
    "mine",
    "say_posted",
    "snoozes",
    "thread",
    "turns_of",
    "waiting",
]
