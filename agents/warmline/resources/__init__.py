"""What the platform keeps, one class for each part of the HTTP API: ``client.memories`` is a ``Memories``, and so on.

Each method is one call over the wire: it builds the request from its arguments, sends it, and returns the answer as a
shape of ``warmline_schemas``. Working in a session is done with ``LiveSession`` and ``Takeover``, which use these.
"""

from warmline.resources.analytics import AnalyticsFilters, Figures
from warmline.resources.chains import Chains
from warmline.resources.consolidations import Consolidations
from warmline.resources.events import Events
from warmline.resources.flags import Flags
from warmline.resources.handoffs import Handoffs, Mode, StartMode
from warmline.resources.keys import Keys
from warmline.resources.memories import Memories, SlotLike, an_action
from warmline.resources.namespaces import Namespaces
from warmline.resources.operators import Operators
from warmline.resources.queues import Queues
from warmline.resources.rotas import Rotas
from warmline.resources.sessions import Sessions, StartedSession
from warmline.resources.shifts import Shifts
from warmline.resources.templates import Templates
from warmline.resources.webhooks import Webhooks

__all__ = [
    "AnalyticsFilters",
    "Chains",
    "Consolidations",
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
    "Sessions",
    "Shifts",
    "SlotLike",
    "StartMode",
    "StartedSession",
    "Templates",
    "Webhooks",
    "an_action",
]
