"""The application, which ``python -m warmline_api`` serves."""

import logging
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractContextManager, asynccontextmanager
from functools import partial
from importlib.metadata import version

from fastapi import FastAPI

from warmline_api import console, conventions, dakera, documentation, problems
from warmline_api.admissions import Admissions
from warmline_api.browsers import Browsers
from warmline_api.console import open_entrance
from warmline_api.limits import ConnectionShares, Door, Gate, Quotas, Rates
from warmline_api.open_streams import OpenStreams
from warmline_api.readiness import Readiness
from warmline_api.request_ids import RequestIds
from warmline_api.routers import VERSION
from warmline_api.routes import HEALTH, METRICS, ROUTERS
from warmline_api.tracing import Tracing
from warmline_api.watching import Watching
from warmline_memory import logs, security_log, tracing
from warmline_memory.errors import SetupError
from warmline_memory.messaging import Onlookers, open_celery
from warmline_memory.platform import Platform, open_platform
from warmline_memory.settings import Settings, load_settings

log = logging.getLogger("warmline")


def create_app(
    settings: Settings | None = None, opened: Callable[[], AbstractContextManager[Platform]] | None = None
) -> FastAPI:
    """Make the application. The database, the model and Redis are opened when it starts, and closed when it stops.

    ``opened`` gives the platform where this process has more to do with it than to serve.
    """
    settings = settings or load_settings()
    open_own = opened or partial(open_platform, settings, open_celery(settings))
    logs.keep(settings.log_level, as_json=settings.log_json)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        try:
            security_log.keep(settings.security_log)
            platform = open_own()
            tracing.start("warmline-api", settings.traces_url)
            with (
                platform as app.state.platform,
                open_entrance(settings, app.state),
                OpenStreams(settings) as app.state.streams,
                Onlookers(settings) as app.state.onlookers,
                Rates(settings) as app.state.rates,
            ):
                app.state.readiness = Readiness(app.state.platform)
                yield
            tracing.stop()
        # uvicorn would print a traceback. What is wrong with the set-up is one sentence that says what to do.
        except SetupError as error:
            log.critical("%s", error)
            sys.exit(1)

    app = FastAPI(
        title="Warmline",
        version=version("warmline"),
        description=documentation.OVERVIEW,
        lifespan=lifespan,
        openapi_tags=documentation.TAGS,
        license_info=documentation.LICENSE,
        servers=[{"url": "/"}],
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        generate_unique_id_function=lambda route: route.name,
    )
    _assemble(app, settings)
    return app


def _assemble(app: FastAPI, settings: Settings) -> None:
    """Add what requests share, the middleware, the routes and the console."""
    app.state.admissions, app.state.quotas = Admissions(), Quotas(settings)
    app.state.connections = ConnectionShares(settings)
    # Middleware that is added later stands further outside. Problems also answer what fails in the gate, or in
    # between; and all of them name the request's id.
    doors = [Door(VERSION, ROUTERS, VERSION), Door(console.PREFIX), *([dakera.DOOR] if settings.dakera_routes else ())]
    app.add_middleware(Gate, settings=settings, state=app.state, doors=doors)
    problems.register(app, ROUTERS)
    conventions.keep(app, settings)
    app.add_middleware(Browsers, settings=settings)
    app.add_middleware(Tracing)
    app.add_middleware(RequestIds)
    app.add_middleware(Watching)
    app.include_router(HEALTH)
    app.include_router(METRICS)
    for router in ROUTERS:
        app.include_router(router, prefix=VERSION)
    # The console is mounted last: a mount takes whatever path begins with its prefix.
    documentation.complete(app)
    documentation.mount(app)
    console.mount(app, settings)
    if settings.dakera_routes:
        dakera.mount(app)
    _build_routes(app)


def _build_routes(app: FastAPI) -> None:
    """Have FastAPI make ready what the routes take and answer. It would do so when the first request comes, which then
    waits; and it switches warnings off meanwhile, for the whole process, which two threads cannot do at once."""
    nowhere = {"type": "http", "method": "GET", "path": "", "root_path": "", "headers": []}
    for route in app.routes:
        route.matches(nowhere.copy())
