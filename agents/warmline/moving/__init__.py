"""Moving: what Dakera, mem0 and Zep keep becomes memories here, from files that these export or over their own APIs.

``readings`` says which memory each of their items becomes, ``files`` and ``remote`` where the items come from, and
``bringing`` checks all of them before the first one is sent. Each has an external id made of its own, so that to bring
the same things again stores nothing twice.
"""

from warmline.moving.bringing import Brought, Plan, bring, plan
from warmline.moving.files import Item, Unreadable, items_of_file
from warmline.moving.readings import Origin
from warmline.moving.remote import items_of_server

__all__ = ["Brought", "Item", "Origin", "Plan", "Unreadable", "bring", "items_of_file", "items_of_server", "plan"]
