"""Whether the service lives, and whether it can do its work."""

from importlib.metadata import version
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from warmline_api.problems import problem_response
from warmline_schemas.problems import PROBLEM_MEDIA_TYPE, Check, Health, Problem, ProblemType

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
    """Database and model answer. Without Redis or a worker handoffs wait, and nothing is lost: `checks` says so."""
    findings = request.app.state.readiness.look()
    down = findings.down()
    if down:
        detail = f"Not ready: {' and '.join(down)} down. The API's log says why."
        return problem_response(Problem.of(ProblemType.UNAVAILABLE, detail, checks=findings.checks))
    status = "degraded" if Check.DOWN in findings.checks.values() else "ready"
    waiting = findings.backlog and findings.backlog.waiting
    return Health(status=status, version=version("warmline"), checks=findings.checks, waiting=waiting)
