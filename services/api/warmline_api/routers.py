"""Routers: the modules of a package that serve paths, named once."""

from collections.abc import Iterable
from importlib import import_module

from fastapi import APIRouter
from fastapi.routing import APIRoute
from starlette.routing import Match
from starlette.types import Scope

NO_ROUTE = "none"
"""The route of a path that leads nowhere: the path itself would let anybody make as many names as they like."""
VERSION = "/v1"


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


def route_of(scope: Scope) -> tuple[str, str]:
    """The method and the route of a request that was routed, as metrics, traces and the log name them: ``GET`` and
    ``/v1/handoffs/{handoff_id}``, never what a path holds. ``ANY`` and ``NO_ROUTE`` where it led nowhere."""
    path = getattr(scope.get("route"), "path", None)
    if path is None:
        # A method may be any word, and each word would be a name of its own.
        return "ANY", NO_ROUTE
    # A route knows neither the prefix of its router nor where the application that has it is mounted, and half of the
    # pages' paths are those of the API as well. What a proxy takes away (ASGI's ``root_path``) differs between
    # deployments.
    root = scope.get("app_root_path", scope.get("root_path", ""))
    mounted_at = scope.get("root_path", "").removeprefix(root)
    is_versioned = scope["path"].removeprefix(root).startswith(f"{VERSION}/")
    return scope["method"], f"{mounted_at}{VERSION if is_versioned else ''}{path}"


def methods_of(scope: Scope, routers: Iterable[APIRouter], prefix: str) -> list[str]:
    """The methods that a path takes, whichever routes take them; ``prefix`` is what the routers are mounted under."""
    # Not the scope itself: it was routed already, and remembers by which route.
    root = f"{scope.get('app_root_path', scope.get('root_path', ''))}{prefix}"
    asked = {"type": "http", "method": scope["method"], "path": scope["path"], "root_path": root, "headers": []}
    routes = [route for router in routers for route in router.routes if isinstance(route, APIRoute)]
    found = {method for one in routes if one.matches({**asked})[0] is not Match.NONE for method in one.methods or ()}
    return sorted(found | ({"HEAD"} if "GET" in found else set()))


def find_route(scope: Scope, routers: Iterable[APIRouter], prefix: str) -> None:
    """Note which route a request would take that is answered before it takes one; ``route_of`` then names it.

    ``prefix`` is what the routers are mounted under.
    """
    root = scope.get("root_path", "")
    within = {**scope, "root_path": f"{root}{prefix}"}
    for route in (route for router in routers for route in router.routes):
        if route.matches(within)[0] is Match.FULL:
            scope["route"] = route
            if prefix != VERSION:
                # An application of its own notes where it is mounted; this one is not reached.
                scope.update(app_root_path=root, root_path=within["root_path"])
            return
