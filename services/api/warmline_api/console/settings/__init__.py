"""Settings: an operator's own, queues, operators, API keys, preferences; webhooks and what became of each delivery."""

from warmline_api.routers import routers_of

ROUTERS = routers_of(__name__, "deliveries", "keys", "operators", "own", "preferences", "queues")

__all__ = ["ROUTERS"]
