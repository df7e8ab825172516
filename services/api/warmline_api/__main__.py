"""``python -m warmline_api``: serves the API on ``WARMLINE_HOST`` and ``WARMLINE_PORT`` with all its limits."""

import sys
from contextlib import suppress

import uvicorn
from uvicorn.config import STARTUP_FAILURE

from warmline_api import serving
from warmline_memory.settings import load_settings


def main() -> None:
    """Serve until a signal stops it."""
    serving.allow_connections()
    settings = load_settings()
    config = uvicorn.Config(
        "warmline_api.app:create_app",
        factory=True,
        host=settings.host,
        port=settings.port,
        **serving.options(settings),
    )
    server = serving.Server(config)
    with suppress(KeyboardInterrupt):
        server.run()
    if not server.started:
        sys.exit(STARTUP_FAILURE)


if __name__ == "__main__":
    main()
