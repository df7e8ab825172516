"""The server: how it is, what it can do, and whose key the request has."""

from importlib.metadata import version

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from warmline_api.callers import Reader
from warmline_api.dakera import refusals
from warmline_api.dakera.answers import Json
from warmline_memory import tenancy
from warmline_memory.errors import Unavailable
from warmline_schemas.keys import EVERY, Scope
from warmline_schemas.wire import MAX_CONTENT_CHARS

router = APIRouter()

NAMES = {
    "agent_id_pattern": "[A-Za-z0-9][A-Za-z0-9_.:/@+-]*",
    "agent_id_max_bytes": 200,
    "session_id_max_bytes": 255,
    "agent_namespace_prefix": "",
    "agent_namespace_max_bytes": 200,
}


@router.get("/health", name="live")
@router.get("/health/live", name="live")
async def health() -> Json:
    """The process answers."""
    return {"status": "healthy", "version": version("warmline")}


@router.get("/health/ready", name="ready", response_model=None)
def ready(request: Request) -> Json | JSONResponse:
    """The database and the model answer."""
    down = request.app.state.readiness.look().down()
    if down:
        error = Unavailable(what=" and ".join(down).capitalize(), fix="The API's log says why.")
        return refusals.refused(request.scope, error)
    return {"status": "ready", "version": version("warmline")}


@router.get("/v1/capabilities", name="whoami")
def capabilities(caller: Reader) -> Json:
    """What there is of what Dakera has."""
    with caller.transaction():
        embedder = caller.platform.embedder
        model = {"name": embedder.name, "dimension": embedder.dimension, "active": True}
        return {
            "capabilities_version": 2,
            "server_version": version("warmline"),
            "api_versions": ["v1"],
            "default_model": embedder.name,
            "models": [model],
            "index_kinds": ["hnsw", "flat"],
            "distance_metrics": ["cosine"],
            "search_mode": "hybrid",
            "search_modes_accepted": ["hybrid"],
            "naming": NAMES,
            "sessions": {"idle_timeout_secs": 0, "max_idle_timeout_secs": 0, "touch": True, "ended_reason": True},
            "auth": {"prefix_patterns": True, "sessions_by_agent": True},
            "max_content_chars": MAX_CONTENT_CHARS,
        }


@router.get("/v1/auth/whoami", name="whoami")
def whoami(caller: Reader) -> Json:
    """The key of the request. ``admin`` may forget, ``write`` may keep, ``read`` may only read."""
    with caller.transaction() as db:
        who = tenancy.signed_in(db)
        reaches_all = tuple(who.grant.namespaces) == (EVERY,)
        return {
            "key_id": str(who.id),
            "name": who.actor.name,
            "scope": _scope(set(who.grant.scopes)),
            "namespaces": None if reaches_all else list(who.grant.namespaces),
            "unrestricted": reaches_all,
            "expires_at": None,
            "grants_version": 1,
            "inert_namespaces": [],
            "auth_enabled": True,
        }


def _scope(scopes: set[Scope]) -> str:
    if Scope.ADMINISTER in scopes:
        return "admin"
    return "write" if Scope.REMEMBER in scopes else "read"
