"""The application: ``uvicorn --factory warmline_api.app:create_app``."""

import logging
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from importlib.metadata import version

from fastapi import FastAPI

from warmline_api import console, documentation, problems
from warmline_api.admissions import Admissions
from warmline_api.console import Guesses
from warmline_api.limits import BodyLimit
from warmline_api.open_streams import OpenStreams
from warmline_api.readiness import Readiness
from warmline_api.request_ids import RequestIds
from warmline_api.routes import HEALTH, METRICS, ROUTERS
from warmline_api.routes.namespaces import IMPORT_PATH
from warmline_api.watching import Watching
from warmline_memory import logs, security_log
from warmline_memory.errors import SetupError
from warmline_memory.messaging import open_celery
from warmline_memory.platform import open_platform
from warmline_memory.settings import Settings, load_settings

log = logging.getLogger("warmline")


def create_app(settings: Settings | None = None) -> FastAPI:
    """Make the application. The database, the model and Redis are opened when it starts, and closed when it stops."""
    settings = settings or load_settings()
    logs.keep(settings.log_level, as_json=settings.log_json)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        try:
            security_log.keep(settings.security_log)
            platform = open_platform(settings, open_celery(settings))
            with (
                platform as app.state.platform,
                closing(Guesses(settings.redis_url)) as app.state.guesses,
                OpenStreams(settings) as app.state.streams,
            ):
                app.state.readiness = Readiness(app.state.platform)
                yield
        # uvicorn prints a traceback of whatever the lifespan raises. What is wrong with the set-up is one sentence that
        # says what to do, so it is logged, and the process ends by itself.
        except SetupError as error:
            log.critical("%s", error)
            sys.exit(1)

    app = FastAPI(
        title="Warmline",
        version=version("warmline"),
        description=documentation.OVERVIEW,
        lifespan=lifespan,
        openapi_tags=documentation.TAGS,
        generate_unique_id_function=lambda route: route.name,
    )
    app.state.admissions = Admissions()
    _assemble(app, settings)
    return app


def _assemble(app: FastAPI, settings: Settings) -> None:
    """Add the middleware, the routes and the console."""
    # Middleware that is added later stands further outside. Problems also answer what fails in the limit, or in
    # between; and all of them name the request's id.
    app.add_middleware(BodyLimit, max_bytes=settings.max_body_bytes, streamed=IMPORT_PATH)
    problems.register(app)
    app.add_middleware(RequestIds)
    app.add_middleware(Watching)
    app.include_router(HEALTH)
    app.include_router(METRICS)
    for router in ROUTERS:
        app.include_router(router, prefix="/v1", responses=documentation.PROBLEMS)
    # The console is mounted last: a mount takes whatever path begins with its prefix.
    documentation.complete(app)
    console.mount(app)
