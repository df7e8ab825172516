"""The shapes that cross HTTP between Warmline and its clients. Servers and the SDK both import them.

A request is named by a verb (``StartSession``), an answer by a noun (``Session``).
"""

from importlib import import_module
from importlib.util import find_spec
from typing import Any


def __getattr__(name: str) -> Any:
    # A module is loaded when it is used first, because building its shapes takes time. It is an attribute from then on.
    path = f"{__name__}.{name}"
    if name.startswith("_") or find_spec(path) is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return import_module(path)
