"""Settings: an operator's own, queues, operators, API keys, preferences; webhooks and what became of each delivery."""

from warmline_api.routers import routers_of

ROUTERS = routers_of(
    __name__,
    "access",
    "deliveries",
    "keys",
    "operators",
    "own",
    "preferences",
    "provider",
    "queues",
    "saved_replies",
    "second_factor",
    "sign_ins",
)

__all__ = ["ROUTERS"]
