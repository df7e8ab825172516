"""Errors as ``application/problem+json``."""

import logging
import math
from collections.abc import Sequence
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from warmline_api.routers import route_of
from warmline_memory import logs
from warmline_memory.errors import NotFound, OutcomeUnknown, Unavailable, WarmlineError
from warmline_schemas.problems import PROBLEM_MEDIA_TYPE, STATUS, FieldError, Problem, ProblemType

log = logging.getLogger("warmline.api")

SAFE = {"GET", "HEAD"}
"""Methods that change nothing."""


def register(app: FastAPI) -> None:
    """Turn every error of an application into a problem."""
    app.add_exception_handler(WarmlineError, _on_known_error)
    app.add_exception_handler(RequestValidationError, _on_malformed_request)
    app.add_exception_handler(HTTPException, _on_routing_error)
    app.add_middleware(UnknownErrors)


def problem_response(problem: Problem, retry_seconds: float = 1.0) -> JSONResponse:
    """A problem as a response; where it may pass, with the seconds after which it is worth trying again."""
    headers = {"Retry-After": str(math.ceil(retry_seconds))} if problem.status == 503 else None
    if problem.status == 401:
        # RFC 9110, 11.6.1: a 401 names the scheme by which the client may sign in.
        headers = {"WWW-Authenticate": "Bearer"}
    problem.request_id = logs.facts().get("request_id")
    return JSONResponse(problem.to_json(), problem.status, headers, media_type=PROBLEM_MEDIA_TYPE)


class UnknownErrors:
    """Answers a failure that nothing else knows with a problem, and the connection stays open for the next request.

    A handler for ``Exception`` would not do: its error is raised again, and the server then closes the connection.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

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
            await _unknown_error(scope, error)(scope, receive, send)


async def _on_known_error(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, WarmlineError)  # noqa: S101 (registered for this class)
    return _known_error(request, error)


async def _on_malformed_request(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)  # noqa: S101 (registered for this class)
    # FastAPI answers 422 for a path that holds no UUID, and so tells apart what cannot exist from what does not.
    if _names_a_thing_that_cannot_be(error.errors()):
        return _known_error(request, NotFound(noun="thing", id=request.url.path))
    errors = [_field_error(item) for item in error.errors()]
    detail = "; ".join(f"{item.field}: {item.message}" for item in errors[:3])
    return problem_response(Problem.of(ProblemType.INVALID_REQUEST, detail, errors))


async def _on_routing_error(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)  # noqa: S101 (registered for this class)
    if error.status_code == 404:
        detail = f"There is no {request.url.path}. /docs lists what there is."
        return problem_response(Problem.of(ProblemType.NOT_FOUND, detail))
    if error.status_code == 405:
        response = problem_response(
            Problem.of(ProblemType.METHOD_NOT_ALLOWED, f"{request.url.path} does not take {request.method}.")
        )
        response.headers.update(error.headers or {})
        return response
    return problem_response(Problem.of(ProblemType.INVALID_REQUEST, str(error.detail)))


def _known_error(request: Request, error: WarmlineError) -> JSONResponse:
    if error.problem is ProblemType.INTERNAL_ERROR:
        return _unknown_error(request.scope, error)
    if isinstance(error, OutcomeUnknown) and request.method in SAFE:
        # Nothing was to be stored, so there is nothing that could be unknown.
        error = Unavailable(what="The database", fix="Try again when it is back.")
    if STATUS[error.problem] >= 500:
        # A cause that is a library's may quote a customer, so its type is logged, and not what it says.
        cause = f", as of {logs.described(error.__cause__)}" if error.__cause__ else ""
        log.warning("%s answered %d: %s%s", _route(request.scope), STATUS[error.problem], error, cause)
    # Ids are given to every client; other facts only where the error says that they are members of its problem.
    facts = {name: str(value) for name, value in error.facts.items() if name.endswith("_id") and value is not None}
    members = {name: error.facts[name] for name in error.members}
    field = error.facts.get("field")
    errors = None if field is None else [FieldError(field=field, message=str(error))]
    problem = Problem.of(error.problem, str(error), errors, **facts, **members)
    return problem_response(problem, error.retry_seconds)


def _unknown_error(scope: Scope, error: Exception) -> JSONResponse:
    log.error("%s failed", _route(scope), exc_info=error)
    detail = "Something went wrong on our side. The API's log says what, under the id of this request."
    return problem_response(Problem.of(ProblemType.INTERNAL_ERROR, detail))


def _route(scope: Scope) -> str:
    """A request's method and route. The path itself may hold a customer's name, and does not go into the log."""
    return f"{scope['method']} {route_of(scope) or '(no route)'}"


def _names_a_thing_that_cannot_be(errors: Sequence[Any]) -> bool:
    """A path that holds no valid id names nothing: 404, as for any other id that is not there."""
    return any(item["loc"][0] == "path" for item in errors)


def _field_error(item: Any) -> FieldError:
    message = item["msg"].removeprefix("Value error, ")
    if item["type"] == "json_invalid":
        return FieldError(field="body", message=f"is not JSON: {item.get('ctx', {}).get('error', message)}")
    return FieldError(field=".".join(map(str, item["loc"])), message=message)
