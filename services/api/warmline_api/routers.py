"""Routers: the modules of a package that serve paths, named once."""

from importlib import import_module

from fastapi import APIRouter
from fastapi.routing import APIRoute


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
