"""The asynchronous client. The synchronous one is written from these modules by ``python -m tests.sync_client``.

Each module here has its twin in ``warmline``: the same words without ``async`` and ``await``. Only ``tasks`` is written
by hand twice, as ``warmline.threads``: it has what tasks and threads do in different ways.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from warmline.asynchronous.client import AsyncDakera, AsyncWarmline
    from warmline.asynchronous.live import AsyncLiveSession
    from warmline.asynchronous.memory import AsyncPatternMemory
    from warmline.asynchronous.outbox import AsyncOutbox
    from warmline.asynchronous.streams import AsyncStream
    from warmline.asynchronous.takeover import AsyncLeanTakeover, AsyncTakeover
    from warmline.asynchronous.toolbox import AsyncToolbox
    from warmline.asynchronous.transport import AsyncHttpClient

__all__ = [
    "AsyncDakera",
    "AsyncHttpClient",
    "AsyncLeanTakeover",
    "AsyncLiveSession",
    "AsyncOutbox",
    "AsyncPatternMemory",
    "AsyncStream",
    "AsyncTakeover",
    "AsyncToolbox",
    "AsyncWarmline",
]

# Where the names are, which are loaded when they are used first, as in ``warmline``.
_ROOMS = {
    "AsyncDakera": "client",
    "AsyncHttpClient": "transport",
    "AsyncLeanTakeover": "takeover",
    "AsyncLiveSession": "live",
    "AsyncOutbox": "outbox",
    "AsyncPatternMemory": "memory",
    "AsyncStream": "streams",
    "AsyncTakeover": "takeover",
    "AsyncToolbox": "toolbox",
    "AsyncWarmline": "client",
}


def __getattr__(name: str) -> Any:
    if name not in _ROOMS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = globals()[name] = getattr(import_module(f"{__name__}.{_ROOMS[name]}"), name)
    return found
