"""Refusals: our problems in the shape of Dakera's errors, ``{"error", "code", "details"}``, with its codes."""

import json
import re
from typing import Any

from fastapi.responses import JSONResponse
from starlette.types import Scope

from warmline_api.problems import known_error
from warmline_memory.errors import WarmlineError
from warmline_schemas.problems import PROBLEM_URN, ProblemType

# Dakera's clients raise by the status: 400, 401, 403, 404, 409, 413, 429 and 503 are errors of their own classes.
CODES: dict[ProblemType, tuple[int, str]] = {
    ProblemType.INVALID_REQUEST: (400, "INVALID_REQUEST"),
    ProblemType.UNAUTHENTICATED: (401, "INVALID_API_KEY"),
    ProblemType.FORBIDDEN: (403, "NAMESPACE_ACCESS_DENIED"),
    ProblemType.NOT_FOUND: (404, "VECTOR_NOT_FOUND"),
    ProblemType.METHOD_NOT_ALLOWED: (405, "METHOD_NOT_ALLOWED"),
    ProblemType.REQUEST_TIMEOUT: (408, "REQUEST_TIMEOUT"),
    ProblemType.PAYLOAD_TOO_LARGE: (413, "PAYLOAD_TOO_LARGE"),
    ProblemType.QUOTA_REACHED: (413, "QUOTA_EXCEEDED"),
    ProblemType.HEADERS_TOO_LARGE: (413, "PAYLOAD_TOO_LARGE"),
    ProblemType.MISDIRECTED: (421, "HOST_NOT_ALLOWED"),
    ProblemType.RATE_LIMITED: (429, "RATE_LIMIT_EXCEEDED"),
    ProblemType.BUSY: (503, "SERVICE_UNAVAILABLE"),
    ProblemType.UNAVAILABLE: (503, "SERVICE_UNAVAILABLE"),
    # No 503: clients send again whatever was answered 503, and this may have been stored.
    ProblemType.OUTCOME_UNKNOWN: (500, "INTERNAL_ERROR"),
    ProblemType.INTERNAL_ERROR: (500, "INTERNAL_ERROR"),
}
"""The status and the code of each problem. All others are conflicts with the present state."""
CONFLICT = (409, "CONFLICT")
NOT_OURS = re.compile(
    r"/(v1/)?(namespaces|knowledge|memories/extract|memories/[^/]+/(links|graph|path)|memory/(entities|documents|deduplicated)"
    r"|import|export|extract|events|feedback|agents/[^/]+/(consolidat|compress|feedback|graph)|admin|ops|kpis|audit|analytics"
    r"|route|debug)\b.*"
)
"""Paths of Dakera's API for which there is nothing here."""


def refused(scope: Scope, error: WarmlineError) -> JSONResponse:
    """An error of the platform's own."""
    return translated(scope, known_error(scope, error))


def translated(scope: Scope, problem: JSONResponse) -> JSONResponse:
    """A problem as Dakera would say it; the headers stay."""
    said: dict[str, Any] = json.loads(bytes(problem.body))
    kind = ProblemType(said["type"].removeprefix(PROBLEM_URN))
    status, code = CODES.get(kind, CONFLICT)
    body = {"error": said["detail"], "code": _code(scope, kind, said) or code}
    details = "; ".join(f"{one['field']}: {one['message']}" for one in said.get("errors", ()))
    if details:
        body["details"] = details
    headers = {name: problem.headers[name] for name in ("Retry-After", "WWW-Authenticate") if name in problem.headers}
    if status == 500:
        headers.pop("Retry-After", None)
    return JSONResponse(body, status, headers)


def is_dakeras(path: str) -> bool:
    """Whether a path that leads nowhere is one of Dakera's own."""
    return NOT_OURS.fullmatch(path) is not None


def not_served(path: str) -> JSONResponse:
    """The answer for what Dakera has and Warmline has not."""
    error = f"Warmline does not serve {path}. docs/moving-from-dakera.md lists what it serves, and what to use instead."
    return JSONResponse({"error": error, "code": "NOT_IMPLEMENTED"}, 501)


def _code(scope: Scope, kind: ProblemType, said: dict[str, Any]) -> str | None:
    if kind is ProblemType.UNAUTHENTICATED and b"authorization" not in dict(scope["headers"]):
        return "AUTHENTICATION_REQUIRED"
    if kind is ProblemType.FORBIDDEN and str(said.get("missing", "")).startswith("scope:"):
        return "INSUFFICIENT_SCOPE"
    if kind is ProblemType.NOT_FOUND and "route" not in scope:
        return "ROUTE_NOT_FOUND"
    return None
