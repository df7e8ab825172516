"""Customers over HTTP: who they are in a channel, and what they say."""

from itertools import count
from typing import Any

from tests.builders.requests import Json, post
from tests.conftest import Api

NUMBERS = count(1)
MIRA = "Mira Joshi"


def a_customer(api: Api, status: int = 201, **changes: Any) -> Json:
    """A customer of the channel `chat`, under an id that no other has unless ids are given."""
    ids = [{"channel": "chat", "id": f"c-{next(NUMBERS)}"}]
    return post(api, "customers", {"ids": ids, "display_name": MIRA, **changes}, status)


def say(api: Api, customer: Json, content: str, status: int = 201, **changes: Any) -> Json:
    """A message of a customer's, under an id that no other has unless one is given."""
    said = {"content": content, "external_id": f"said-{next(NUMBERS)}", "bot": "tier1-bot", **changes}
    return post(api, f"customers/{customer['id']}/messages", said, status)
