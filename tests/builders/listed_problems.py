"""The API as tests serve it: an answer that the OpenAPI document does not list for its operation fails."""

import json
import re
from typing import Any

from fastapi import FastAPI
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from warmline_schemas.problems import PROBLEM_MEDIA_TYPE

_listed: dict[str, set[str]] = {}
"""The problem types of each operation, read once a process: the document is the same for all settings."""


class ListedProblems:
    """Passes requests on, and fails where an operation answers a problem that it does not list."""

    def __init__(self, app: FastAPI) -> None:
        self.app: ASGIApp = app
        if not _listed:
            _listed.update(problems_of(app.openapi()))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        is_problem = False

        async def seen(message: Message) -> None:
            nonlocal is_problem
            if message["type"] == "http.response.start":
                is_problem = dict(message["headers"]).get(b"content-type") == PROBLEM_MEDIA_TYPE.encode()
            elif message["type"] == "http.response.body" and is_problem:
                listed = _listed.get(getattr(scope.get("route"), "name", ""))
                found = json.loads(message["body"])["type"].rpartition(":")[2]
                # 405 answers a method that the operation does not have, so it is listed by none.
                allowed = {"method-not-allowed", *(listed or {found})}
                assert found in allowed, f"{scope['route'].name} does not list {found}"
            await send(message)

        await self.app(scope, receive, seen)


def problems_of(document: dict[str, Any]) -> dict[str, set[str]]:
    """The problem types that each operation of a document lists, by its id."""
    shared = document["components"]["responses"]
    found: dict[str, set[str]] = {}
    for operation in (one for entry in document["paths"].values() for one in entry.values()):
        answers = [shared.get(one.get("$ref", "").rpartition("/")[2], one) for one in operation["responses"].values()]
        listed = [one["description"] for one in answers if PROBLEM_MEDIA_TYPE in one.get("content", {})]
        found[operation["operationId"]] = {name for names in listed for name in re.findall("`([a-z-]+)`", names)}
    return found
