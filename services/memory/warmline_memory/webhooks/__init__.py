"""Webhooks: the endpoints that a tenant registers, which addresses they may have, and the deliveries to them."""

from warmline_memory.webhooks.addresses import AllowedAddresses
from warmline_memory.webhooks.deliveries import (
    Attempt,
    Due,
    Outcome,
    begin as begin_delivery,
    count_undelivered,
    due as due_deliveries,
    finish as finish_delivery,
    get as get_delivery,
    list_page as list_deliveries,
    ping,
    replay,
    replay_failed,
)
from warmline_memory.webhooks.endpoints import add, get, list_endpoints, remove, renew_seals, revise, rotate

__all__ = [
    "AllowedAddresses",
    "Attempt",
    "Due",
    "Outcome",
    "add",
    "begin_delivery",
    "count_undelivered",
    "due_deliveries",
    "finish_delivery",
    "get",
    "get_delivery",
    "list_deliveries",
    "list_endpoints",
    "ping",
    "remove",
    "renew_seals",
    "replay",
    "replay_failed",
    "revise",
    "rotate",
]
