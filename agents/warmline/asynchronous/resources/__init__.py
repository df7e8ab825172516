"""What the platform keeps, one class for each part of the HTTP API: ``client.memories`` is such a class,
and so on.

Each method is one call over the wire: it builds the request from its arguments, sends it, and returns the answer as a
shape of ``warmline_schemas``. Working in a session is done with ``live`` and ``takeover``, which use these.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from warmline.asynchronous.resources.analytics import AnalyticsFilters, AsyncFigures
    from warmline.asynchronous.resources.attachments import AsyncAttachments
    from warmline.asynchronous.resources.chains import AsyncChains
    from warmline.asynchronous.resources.consolidations import AsyncConsolidations
    from warmline.asynchronous.resources.customers import AsyncCustomers
    from warmline.asynchronous.resources.events import AsyncEvents
    from warmline.asynchronous.resources.flags import AsyncFlags
    from warmline.asynchronous.resources.handoffs import Acceptance, AsyncHandoffs, Mode, StartMode
    from warmline.asynchronous.resources.keys import AsyncKeys
    from warmline.asynchronous.resources.memories import AsyncMemories
    from warmline.asynchronous.resources.namespaces import AsyncNamespaces
    from warmline.asynchronous.resources.operators import AsyncOperators
    from warmline.asynchronous.resources.queues import AsyncQueues
    from warmline.asynchronous.resources.rotas import AsyncRotas
    from warmline.asynchronous.resources.saved_replies import AsyncSavedReplies
    from warmline.asynchronous.resources.sessions import AsyncSessions
    from warmline.asynchronous.resources.shifts import AsyncShifts
    from warmline.asynchronous.resources.templates import AsyncTemplates
    from warmline.asynchronous.resources.webhooks import AsyncWebhooks

__all__ = [
    "Acceptance",
    "AnalyticsFilters",
    "AsyncAttachments",
    "AsyncChains",
    "AsyncConsolidations",
    "AsyncCustomers",
    "AsyncEvents",
    "AsyncFigures",
    "AsyncFlags",
    "AsyncHandoffs",
    "AsyncKeys",
    "AsyncMemories",
    "AsyncNamespaces",
    "AsyncOperators",
    "AsyncQueues",
    "AsyncRotas",
    "AsyncSavedReplies",
    "AsyncSessions",
    "AsyncShifts",
    "AsyncTemplates",
    "AsyncWebhooks",
    "Mode",
    "StartMode",
]

# Where the names are that are loaded when they are used first: a program that only remembers and recalls needs none of
# the shapes of the other parts.
_ROOMS = {
    "Acceptance": "handoffs",
    "AnalyticsFilters": "analytics",
    "AsyncAttachments": "attachments",
    "AsyncChains": "chains",
    "AsyncConsolidations": "consolidations",
    "AsyncCustomers": "customers",
    "AsyncEvents": "events",
    "AsyncFigures": "analytics",
    "AsyncFlags": "flags",
    "AsyncHandoffs": "handoffs",
    "AsyncKeys": "keys",
    "AsyncMemories": "memories",
    "AsyncNamespaces": "namespaces",
    "AsyncOperators": "operators",
    "AsyncQueues": "queues",
    "AsyncRotas": "rotas",
    "AsyncSavedReplies": "saved_replies",
    "AsyncSessions": "sessions",
    "AsyncShifts": "shifts",
    "AsyncTemplates": "templates",
    "AsyncWebhooks": "webhooks",
    "Mode": "handoffs",
    "StartMode": "handoffs",
}


def __getattr__(name: str) -> Any:
    if name not in _ROOMS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = globals()[name] = getattr(import_module(f"{__name__}.{_ROOMS[name]}"), name)
    return found
