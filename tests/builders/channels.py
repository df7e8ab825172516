"""What a chat channel does over HTTP: it brings what was said in a case."""

from itertools import count
from typing import Any

from tests.builders.requests import Json, post
from tests.conftest import Api

NUMBERS = count(1)


def write(api: Api, chain: str, content: str, status: int = 201, **changes: Any) -> Json:
    """A message of a customer's, or with ``agent`` of our side; under an id that no other has, unless one is given."""
    said = {"content": content, "external_id": f"chat-{next(NUMBERS)}", **changes}
    return post(api, f"chains/{chain}/messages", said, status)
