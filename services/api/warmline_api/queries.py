"""Query parameters: those that several lists share, and what is answered to one that an operation does not have."""

import inspect
import json
from collections.abc import Callable
from functools import cache
from typing import Annotated, Any, get_args, get_origin
from uuid import UUID

from fastapi import Path, Query, Request, params
from fastapi.exceptions import RequestValidationError
from pydantic import AfterValidator

from warmline_schemas.wire import Moment, Namespace


def _an_object(text: str | None) -> str | None:
    try:
        is_object = text is None or isinstance(json.loads(text), dict)
    except ValueError:
        is_object = False
    if not is_object:
        raise ValueError('write a JSON object, such as {"device": "phone"}')
    return text


SEVERAL = 100
"""A filter takes at most this many values."""
Limit = Annotated[int, Query(ge=1, le=500, description="At most this many items a page.")]
Cursor = Annotated[str | None, Query(max_length=100, description="`next_cursor` of the page before.")]
OfNamespace = Annotated[list[Namespace] | None, Query(max_length=SEVERAL, description="Only these namespaces.")]
OfOneNamespace = Annotated[Namespace | None, Query(description="Only this namespace.")]
OfChain = Annotated[list[UUID] | None, Query(max_length=SEVERAL, description="Only these chains.")]
Since = Annotated[Moment | None, Query(description="Only those from this moment on, with its offset.")]
Until = Annotated[Moment | None, Query(description="Only those before this moment, with its offset.")]
HavingMetadata = Annotated[
    str | None,
    AfterValidator(_an_object),
    Query(
        max_length=4_000,
        description="Only those whose metadata have all of these members, as a JSON object.",
        examples=['{"device": "phone"}'],
    ),
]
InNamespace = Annotated[Namespace, Path(description="The namespace; it may hold slashes.")]


def check_parameters(request: Request) -> None:
    """Refuse parameters that the operation does not have, and those that it takes once and got several times.

    A filter that is misspelt would otherwise be left out, and the answer hold what nobody asked for. Raises
    ``RequestValidationError``, which names them.
    """
    if not request.query_params:
        return
    known = _parameters(request.scope["endpoint"])
    there = f"there are {', '.join(known)}" if known else "this operation has none"
    faults = []
    for name, values in ((name, request.query_params.getlist(name)) for name in request.query_params):
        if name not in known:
            faults.append({"type": "unknown", "loc": ("query", name), "msg": f"is no parameter here; {there}"})
        elif len(values) > 1 and not known[name]:
            faults.append({"type": "repeated", "loc": ("query", name), "msg": "is taken once; give it once"})
    if faults:
        raise RequestValidationError(faults)


@cache
def _parameters(endpoint: Callable[..., Any]) -> dict[str, bool]:
    """The query parameters of a route's function by name, and whether each may be given several times."""
    known = inspect.signature(endpoint, eval_str=True).parameters.items()
    asked = {name: get_args(one.annotation) for name, one in known if get_origin(one.annotation) is Annotated}
    return {
        name: any(get_origin(kind) is list for kind in (of, *get_args(of)))
        for name, (of, *marks) in asked.items()
        if any(isinstance(mark, params.Query) for mark in marks)
    }
