"""``python -m warmline_api``: serves the API on ``WARMLINE_HOST`` and ``WARMLINE_PORT`` with all its limits."""

import resource

import uvicorn

from warmline_api import serving
from warmline_memory.settings import load_settings


def main() -> None:
    """Serve until a signal stops it."""
    # A connection is an open file, and the usual soft limit of 1,024 of them is below what the settings allow.
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    settings = load_settings()
    uvicorn.run(
        "warmline_api.app:create_app",
        factory=True,
        host=settings.host,
        port=settings.port,
        **serving.options(settings),
    )


if __name__ == "__main__":
    main()
