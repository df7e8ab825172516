"""Errors as ``application/problem+json``."""

import logging
import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any

from fastapi import APIRouter, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from warmline_api.routers import VERSION, methods_of, route_of
from warmline_memory import logs
from warmline_memory.errors import NotFound, OutcomeUnknown, Overloaded, Unavailable, WarmlineError
from warmline_schemas.problems import PROBLEM_MEDIA_TYPE, STATUS, FieldError, Problem, ProblemType

log = logging.getLogger("warmline.api")

SAFE = {"GET", "HEAD"}
"""Methods that change nothing."""
PASSING = frozenset({429, 503})
"""What may go well later, and so says when."""


def register(app: FastAPI, routers: Sequence[APIRouter]) -> None:
    """Turn every error of an application into a problem; ``routers`` are those of the API."""
    app.add_exception_handler(WarmlineError, _on_known_error)
    app.add_exception_handler(RequestValidationError, on_malformed_request)
    app.add_exception_handler(HTTPException, partial(on_routing_error, routers=routers))
    app.add_middleware(UnknownErrors)


def problem_response(problem: Problem, retry_seconds: float = 1.0) -> JSONResponse:
    """A problem as a response; where it may pass, with the seconds after which it is worth trying again."""
    headers = {"Retry-After": str(math.ceil(retry_seconds))} if problem.status in PASSING else None
    if problem.status == 401:
        # RFC 9110, 11.6.1: a 401 names the scheme by which the client may sign in.
        headers = {"WWW-Authenticate": "Bearer"}
    problem.request_id = logs.facts().get("request_id")
    return JSONResponse(problem.to_json(), problem.status, headers, media_type=PROBLEM_MEDIA_TYPE)


class UnknownErrors:
    """Answers a failure that nothing else knows with a problem, and the connection stays open for the next request.

    A handler for ``Exception`` would not do: its error is raised again, and the server then closes the connection.
    """

    def __init__(self, app: ASGIApp, answer: Callable[[Scope, Exception], Response] | None = None) -> None:
        """``answer`` says how, where it is not with a problem."""
        self.app = app
        self._answer = answer or unknown_error

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; answer 500 if that fails before an answer has begun."""
        started = False

        async def watch(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self.app(scope, receive, watch)
        except Exception as error:
            # Once the answer has begun, nothing can be said any more; the server cuts the connection, so that nobody
            # takes half an answer for a whole one.
            if started or scope["type"] != "http":
                raise
            await self._answer(scope, error)(scope, receive, send)


async def _on_known_error(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, WarmlineError)  # noqa: S101 (registered for this class)
    return known_error(request.scope, error)


async def on_malformed_request(request: Request, error: Exception) -> JSONResponse:
    """A problem for a request that does not have the shape that its route takes."""
    assert isinstance(error, RequestValidationError)  # noqa: S101 (registered for this class)
    # FastAPI answers 422 for a path that holds no UUID, and so tells apart what cannot exist from what does not.
    if _names_a_thing_that_cannot_be(error.errors()):
        return known_error(request.scope, NotFound(noun="thing", id=request.url.path))
    errors = [_field_error(item) for item in error.errors()]
    detail = "; ".join(f"{item.field}: {item.message}" for item in errors[:3])
    return problem_response(Problem.of(ProblemType.INVALID_REQUEST, detail, errors))


async def on_routing_error(request: Request, error: Exception, routers: Sequence[APIRouter] = ()) -> JSONResponse:
    """A problem for a path that leads nowhere, or does not take the method. It names every method that the path takes
    by these routers, or else those of one route."""
    assert isinstance(error, HTTPException)  # noqa: S101 (registered for this class)
    if error.status_code == 404:
        detail = f"There is no {request.url.path}. /docs lists what there is."
        return problem_response(Problem.of(ProblemType.NOT_FOUND, detail))
    if error.status_code == 405:
        response = problem_response(
            Problem.of(ProblemType.METHOD_NOT_ALLOWED, f"{request.url.path} does not take {request.method}.")
        )
        # A route knows its own methods alone, and others of the same path take others.
        response.headers["Allow"] = ", ".join(methods_of(request.scope, routers, VERSION)) or _allowed(error)
        return response
    return problem_response(Problem.of(ProblemType.INVALID_REQUEST, str(error.detail)))


def _allowed(error: HTTPException) -> str:
    return (error.headers or {}).get("Allow", "")


def known_error(scope: Scope, error: WarmlineError) -> JSONResponse:
    """A problem for an error of the platform's own."""
    if error.problem is ProblemType.INTERNAL_ERROR:
        return unknown_error(scope, error)
    if isinstance(error, OutcomeUnknown) and scope["method"] in SAFE:
        # Nothing was to be stored, so there is nothing that could be unknown.
        error = _nothing_stored()
    # What is refused for being too much is counted; a line in the log for each would make a flood of one more sort.
    if STATUS[error.problem] >= 500 and not isinstance(error, Overloaded):
        # A cause that is a library's may quote a customer, so its type is logged, and not what it says.
        cause = f", as of {logs.described(error.__cause__)}" if error.__cause__ else ""
        log.warning("%s answered %d: %s%s", _route(scope), STATUS[error.problem], error, cause)
    # Ids are given to every client; other facts only where the error says that they are members of its problem.
    facts = {name: str(value) for name, value in error.facts.items() if name.endswith("_id") and value is not None}
    members = {name: error.facts[name] for name in error.members}
    field = error.facts.get("field")
    errors = None if field is None else [FieldError(field=field, message=str(error))]
    problem = Problem.of(error.problem, str(error), errors, **facts, **members)
    return problem_response(problem, error.retry_seconds)


@contextmanager
def only_looking() -> Iterator[None]:
    """A block that reads, before anything of a request is done: a commit of its that is lost leaves nothing unknown."""
    try:
        yield
    except OutcomeUnknown as error:
        raise _nothing_stored() from error.__cause__


def _nothing_stored() -> Unavailable:
    return Unavailable(what="The database", fix="Try again when it is back.")


def unknown_error(scope: Scope, error: Exception) -> JSONResponse:
    """A problem for what nobody expected, which the log says in full."""
    log.error("%s failed", _route(scope), exc_info=error)
    detail = "Something went wrong on our side. The API's log says what, under the id of this request."
    return problem_response(Problem.of(ProblemType.INTERNAL_ERROR, detail))


def _route(scope: Scope) -> str:
    """A request's method and route. The path itself may hold a customer's name, and does not go into the log."""
    return " ".join(route_of(scope))


def _names_a_thing_that_cannot_be(errors: Sequence[Any]) -> bool:
    """A path that holds no valid id names nothing: 404, as for any other id that is not there."""
    return any(item["loc"][0] == "path" for item in errors)


def _field_error(item: Any) -> FieldError:
    message = item["msg"].removeprefix("Value error, ")
    if item["type"] == "json_invalid":
        return FieldError(field="body", message=f"is not JSON: {item.get('ctx', {}).get('error', message)}")
    return FieldError(field=".".join(map(str, item["loc"])), message=message)
