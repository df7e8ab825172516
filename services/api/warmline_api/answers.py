"""Answers: what routes answer, stated once, as the annotation of what they return.

A route that goes through ``Caller.once`` returns ``Answer[Session]``: a response that is written already, and the shape
that the type checker holds the work to, and that the OpenAPI document shows.
"""

import inspect
from collections.abc import Callable, Mapping
from typing import Any, Generic, Self, TypeVar, get_args, get_origin

from fastapi import APIRouter, Body, Response
from fastapi.datastructures import Default, DefaultPlaceholder
from fastapi.responses import JSONResponse
from pydantic import BaseModel

Shape = TypeVar("Shape", bound=BaseModel)


class Answer(Response, Generic[Shape]):
    """A response of a shape that was validated when it was made.

    FastAPI passes responses on untouched. It would validate a model once more, and turn it into JSON by way of
    dictionaries, which together cost more than a small endpoint itself.
    """

    media_type = "application/json"

    @classmethod
    def of(cls, made: Shape, status: int) -> Self:
        """What the work made, as a response."""
        return cls(made.model_dump_json(), status)

    @classmethod
    def repeated(cls, recorded: Mapping[str, Any], status: int) -> Self:
        """What the first request of an Idempotency-Key was answered, as it was recorded; a header says so."""
        return cls(JSONResponse(recorded).body, status, {"Idempotent-Replay": "true"})


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


def optional_body(shape: type[BaseModel]) -> Any:
    """Say in an annotation that a body may be left out: ``ask: Annotated[EndSession, optional_body(EndSession)]``.

    What is left out counts as ``{}``, and the OpenAPI document says so, as it does for a default in the signature.
    """
    return Body(default_factory=shape, json_schema_extra={"default": {}})
