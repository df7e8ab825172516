# Written by `python -m tests.sync_client` from asynchronous/resources/__init__.py: change that one.
"""What the platform keeps, one class for each part of the HTTP API: ``client.memories`` is such a class,
and so on.

Each method is one call over the wire: it builds the request from its arguments, sends it, and returns the answer as a
shape of ``warmline_schemas``. Working in a session is done with ``live`` and ``takeover``, which use these.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from warmline.resources.analytics import AnalyticsFilters, Figures
    from warmline.resources.attachments import Attachments
    from warmline.resources.chains import Chains
    from warmline.resources.consolidations import Consolidations
    from warmline.resources.customers import Customers
    from warmline.resources.events import Events
    from warmline.resources.flags import Flags
    from warmline.resources.handoffs import Acceptance, Handoffs, Mode, StartMode
    from warmline.resources.keys import Keys
    from warmline.resources.memories import Memories
    from warmline.resources.namespaces import Namespaces
    from warmline.resources.operators import Operators
    from warmline.resources.queues import Queues
    from warmline.resources.rotas import Rotas
    from warmline.resources.saved_replies import SavedReplies
    from warmline.resources.sessions import Sessions
    from warmline.resources.shifts import Shifts
    from warmline.resources.templates import Templates
    from warmline.resources.webhooks import Webhooks

__all__ = [
    "Acceptance",
    "AnalyticsFilters",
    "Attachments",
    "Chains",
    "Consolidations",
    "Customers",
    "Events",
    "Figures",
    "Flags",
    "Handoffs",
    "Keys",
    "Memories",
    "Mode",
    "Namespaces",
    "Operators",
    "Queues",
    "Rotas",
    "SavedReplies",
    "Sessions",
    "Shifts",
    "StartMode",
    "Templates",
    "Webhooks",
]

# Where the names are that are loaded when they are used first: a program that only remembers and recalls needs none of
# the shapes of the other parts.
_ROOMS = {
    "Acceptance": "handoffs",
    "AnalyticsFilters": "analytics",
    "Attachments": "attachments",
    "Chains": "chains",
    "Consolidations": "consolidations",
    "Customers": "customers",
    "Events": "events",
    "Figures": "analytics",
    "Flags": "flags",
    "Handoffs": "handoffs",
    "Keys": "keys",
    "Memories": "memories",
    "Namespaces": "namespaces",
    "Operators": "operators",
    "Queues": "queues",
    "Rotas": "rotas",
    "SavedReplies": "saved_replies",
    "Sessions": "sessions",
    "Shifts": "shifts",
    "Templates": "templates",
    "Webhooks": "webhooks",
    "Mode": "handoffs",
    "StartMode": "handoffs",
}


def __getattr__(name: str) -> Any:
    if name not in _ROOMS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = globals()[name] = getattr(import_module(f"{__name__}.{_ROOMS[name]}"), name)
    return found
