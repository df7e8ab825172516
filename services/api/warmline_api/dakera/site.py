"""The site: Dakera's routes as one application of their own, so that its errors are Dakera's and ours are problems."""

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import ValidationError
from starlette.exceptions import HTTPException

from warmline_api.dakera import refusals
from warmline_api.limits import Door
from warmline_api.problems import UnknownErrors, on_malformed_request, on_routing_error, unknown_error
from warmline_api.routers import routers_of
from warmline_memory.errors import WarmlineError

PREFIX = "/dakera"
ROUTERS = routers_of("warmline_api.dakera.routes", "sessions", "memories", "finding", "batches", "agents", "server")
DOOR = Door(f"{PREFIX}/v1", ROUTERS, PREFIX, refusals.refused)
"""What the gate lets in, counts and refuses as it does for our own routes."""


def mount(app: FastAPI) -> None:
    """Serve the routes under ``/dakera``, with the platform of the application. No OpenAPI document lists them."""
    site = FastAPI(openapi_url=None)
    # The state is shared, so that both use one pool of connections, and know the same keys.
    site.state = app.state
    for router in ROUTERS:
        site.include_router(router)
    site.add_exception_handler(WarmlineError, _on_known_error)
    site.add_exception_handler(RequestValidationError, _on_malformed_request)
    site.add_exception_handler(ValidationError, _on_malformed_request)
    site.add_exception_handler(HTTPException, _on_routing_error)
    site.add_middleware(
        UnknownErrors, answer=lambda scope, error: refusals.translated(scope, unknown_error(scope, error))
    )
    app.mount(PREFIX, site)


async def _on_known_error(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, WarmlineError)  # noqa: S101 (registered for this class)
    return refusals.refused(request.scope, error)


async def _on_malformed_request(request: Request, error: Exception) -> JSONResponse:
    # What a request says can also be too much for the shape of ours that it is translated to.
    if isinstance(error, ValidationError):
        error = RequestValidationError([{**one, "loc": ("body", *one["loc"])} for one in error.errors()])
    return refusals.translated(request.scope, await on_malformed_request(request, error))


async def _on_routing_error(request: Request, error: Exception) -> JSONResponse:
    path = request.scope["path"].removeprefix(request.scope.get("root_path", ""))
    if refusals.is_dakeras(path):
        return refusals.not_served(path)
    return refusals.translated(request.scope, await on_routing_error(request, error))
