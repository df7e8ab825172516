"""Operators of a tenant over HTTP."""

from typing import Any

from tests.builders.requests import Json, patch, post
from tests.conftest import Api


def an_operator(api: Api, name: str = "ann", presence: str | None = "available", **changes: Any) -> Json:
    """An operator who works billing, and who is there unless another presence is given."""
    operator = post(api, "operators", {"name": name, "queues": ["billing"], **changes}, 201)
    return operator if presence is None else revised(api, name, presence=presence)


def revised(api: Api, name: str, **changes: Any) -> Json:
    return patch(api, f"operators/{name}", changes)
