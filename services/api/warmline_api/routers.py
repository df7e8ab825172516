"""Routers: the modules of a package that serve paths, named once."""

from importlib import import_module

from fastapi import APIRouter


def routers_of(package: str, *modules: str) -> tuple[APIRouter, ...]:
    """The ``router`` of each of these modules, in this order, which is the order of matching and of the documentation.

    Names instead of imported modules: an import would list every module, and the tuple of routers would list it again.
    """
    found: list[APIRouter] = [import_module(f"{package}.{module}").router for module in modules]
    return tuple(found)
