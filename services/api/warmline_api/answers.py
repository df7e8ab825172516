"""Answers: what routes answer, stated once, as the annotation of what they return.

A route that goes through ``Caller.once`` returns ``Answer[Session]``: a response that is written already, and the shape
that the type checker holds the work to, and that the OpenAPI document shows.
"""

import inspect
from collections.abc import Callable, Mapping
from typing import Any, Generic, Self, TypeVar, get_args, get_origin
from urllib.parse import quote

from fastapi import APIRouter, Body, Response
from fastapi.datastructures import Default, DefaultPlaceholder
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from warmline_api.versions import etag_of

Shape = TypeVar("Shape", bound=BaseModel)

REPEATED = {"Idempotent-Replay": "true"}
"""The header of an answer to what was sent before."""


LOCATIONS = {
    "start_session": ("sessions", "id"),
    "accept_handoff": ("sessions", "session", "id"),
    "remember": ("memories", "id"),
    "request_handoff": ("handoffs", "id"),
    "create_operator": ("operators", "name"),
    "add_webhook": ("webhooks", "id"),
    "ping_webhook": ("deliveries", "id"),
    "make_sheet": ("shifts", "id"),
    "make_customer": ("customers", "id"),
    "upload_attachment": ("attachments", "id"),
}
"""The operations that make something that can be read afterwards: the noun of its path, and where its id stands in the
answer."""


class Answer(Response, Generic[Shape]):
    """A response of a shape that was validated when it was made.

    FastAPI passes responses on untouched. It would validate a model once more, and turn it into JSON by way of
    dictionaries, which together cost more than a small endpoint itself.
    """

    media_type = "application/json"

    @classmethod
    def of(cls, made: Shape, status: int, operation: str) -> Self:
        """What the work of an operation made, as a response that says where it is."""
        return cls(made.model_dump_json(), status, _location(operation, made))

    @classmethod
    def versioned(cls, shown: Shape) -> Self:
        """What can be overwritten, with its version."""
        return cls(shown.model_dump_json(), 200, {"ETag": etag_of(shown)})

    @classmethod
    def repeated(cls, recorded: Mapping[str, Any], status: int, operation: str) -> Self:
        """What the first request of an Idempotency-Key was answered, as it was recorded; a header says so."""
        return cls(JSONResponse(recorded).body, status, REPEATED | _location(operation, recorded))


class Routes(APIRouter):
    """A router that reads the shape of an answer from ``Answer[Shape]``, where FastAPI sees a response of any shape."""

    def add_api_route(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        """Add a route; every decorator ends here. A ``response_model`` that is given stands before the annotation."""
        # A decorator passes on a placeholder where nobody gave a model. ``None`` would mean that there shall be none.
        is_open = isinstance(options.get("response_model", Default(None)), DefaultPlaceholder)
        returned = inspect.signature(endpoint, eval_str=True).return_annotation
        if is_open and get_origin(returned) is Answer:
            (options["response_model"],) = get_args(returned)
        super().add_api_route(path, endpoint, **options)


def _location(operation: str, made: BaseModel | Mapping[str, Any]) -> dict[str, str]:
    """The header that says where what was made can be read; none for an operation that makes nothing of that sort."""
    if operation not in LOCATIONS:
        return {}
    noun, *path = LOCATIONS[operation]
    found: Any = made
    for name in path:
        found = found[name] if isinstance(found, Mapping) else getattr(found, name)
    return {"Location": f"/v1/{noun}/{quote(str(found), safe='')}"}


def optional_body(shape: type[BaseModel]) -> Any:
    """Say in an annotation that a body may be left out: ``ask: Annotated[EndSession, optional_body(EndSession)]``.

    What is left out counts as ``{}``, and the OpenAPI document says so, as it does for a default in the signature.
    """
    return Body(default_factory=shape, json_schema_extra={"default": {}})
