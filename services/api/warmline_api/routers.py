"""Routers: the modules of a package that serve paths, named once."""

from importlib import import_module

from fastapi import APIRouter
from fastapi.routing import APIRoute
from starlette.types import Scope


def routers_of(package: str, *modules: str) -> tuple[APIRouter, ...]:
    """The ``router`` of each of these modules, in this order, which is the order of matching and of the documentation.

    Names instead of imported modules: an import would list every module, and the tuple of routers would list it again.
    """
    found: list[APIRouter] = [import_module(f"{package}.{module}").router for module in modules]
    return tuple(found)


def served_by(router: APIRouter) -> list[str]:
    """What a router serves, as ``GET /path``: its own paths, without the prefix under which it is mounted."""
    routes = [route for route in router.routes if isinstance(route, APIRoute)]
    return [f"{method} {route.path}" for route in routes for method in sorted(route.methods or ())]


def route_of(scope: Scope) -> str | None:
    """The route that a request took, such as ``/handoffs/{handoff_id}``; pages begin with ``/console``. None where it
    took none."""
    path = getattr(scope.get("route"), "path", None)
    # What an application is mounted under is no part of its routes' paths, and half of the pages' are those of the API
    # as well. What a proxy takes away (ASGI's ``root_path``) stands before it, and differs between deployments.
    within = scope.get("root_path", "").removeprefix(scope.get("app_root_path", scope.get("root_path", "")))
    return None if path is None else f"{within}{path}"
