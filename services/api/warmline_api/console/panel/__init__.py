"""The side panel: a case inside the page of a help desk, in a frame that only pages which the tenant names may have.

The brief, what proves it, taking it over with a read-back, and how the case came here. Everything else is in the
console, which no desk may show.
"""

from warmline_api.console.panel.frames import is_of
from warmline_api.console.panel.pages import refused
from warmline_api.routers import routers_of

ROUTERS = routers_of(__name__, "codes", "door", "pages")

__all__ = ["ROUTERS", "is_of", "refused"]
