"""The ``warmline`` command line.

``app`` puts the commands together. ``connection``, ``files``, ``options``, ``output`` and ``plugins`` are what they
share. The commands are grouped by what they are about: ``memories``, ``handoffs``, ``staffing`` and ``tenants``.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from warmline.cli.app import build_app, main

__all__ = ["build_app", "main"]


def __getattr__(name: str) -> Any:
    # Loaded when they are used first: the platform's own programs print with ``output``, and need none of the commands.
    if name not in __all__:
        raise AttributeError(f"module 'warmline.cli' has no attribute {name!r}")
    found = globals()[name] = getattr(import_module("warmline.cli.app"), name)
    return found
