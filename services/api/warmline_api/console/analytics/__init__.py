"""Analytics: how the handoffs of a period went, as figures, charts and tables."""

from warmline_api.routers import routers_of

ROUTERS = routers_of(__name__, "figures")

__all__ = ["ROUTERS"]
