"""Whether the service lives, and whether it can do its work."""

from collections.abc import Callable
from importlib.metadata import version
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from sqlalchemy import text

from warmline_api.problems import problem_response
from warmline_memory.errors import WarmlineError
from warmline_memory.platform import Platform
from warmline_schemas.problems import PROBLEM_MEDIA_TYPE, Problem, ProblemType
from warmline_schemas.service import Check, Health

router = APIRouter(prefix="/health", tags=["health"])

UNREADY: dict[int | str, dict[str, Any]] = {
    503: {"model": Problem, "description": "unavailable", "content": {PROBLEM_MEDIA_TYPE: {}}}
}


@router.get("/live")
async def live() -> Health:
    """The process answers."""
    return Health(status="alive", version=version("warmline"))


@router.get("/ready", response_model=Health, responses=UNREADY)
def ready(request: Request) -> Health | JSONResponse:
    """Database and model answer. Redis may be down: handoffs then wait for the worker's sweep, and nothing is lost."""
    platform: Platform = request.app.state.platform
    checks = {
        "database": _check(lambda: _ask_database(platform)),
        # A model that is loaded can still fail, in a process of its own for example, so one word is embedded.
        "embedding": _check(lambda: platform.embed(["ready"])),
        "redis": Check.OK if platform.queue.answers() else Check.DOWN,
    }
    # Redis is left out: load balancers would take every process away at once, and the API works without it.
    down = [name for name in ("database", "embedding") if checks[name] is Check.DOWN]
    if down:
        detail = f"Not ready: {' and '.join(down)} down. The API's log says why."
        return problem_response(Problem.of(ProblemType.UNAVAILABLE, detail, checks=checks))
    return Health(status="ready", version=version("warmline"), checks=checks)


def _check(ask: Callable[[], object]) -> Check:
    try:
        ask()
    except WarmlineError:
        return Check.DOWN
    return Check.OK


def _ask_database(platform: Platform) -> None:
    with platform.database.transaction() as db:
        db.execute(text("SELECT 1"))
