"""Pages for people: the documentation of the API, read from the document by Swagger UI, and the way to the console.

Swagger UI comes with the package ``fastapi-offline``, so that a page needs no other server than ours.
"""

from importlib.resources import files
from pathlib import Path

from fastapi import APIRouter, FastAPI
from fastapi.responses import FileResponse, RedirectResponse
from starlette.staticfiles import StaticFiles

router = APIRouter(include_in_schema=False)

HERE = Path(__file__).parent / "page"
SWAGGER_UI = Path(str(files("fastapi_offline"))) / "static"

HEADERS = {
    # Swagger UI sets styles of its own elements, and draws its pictures from data.
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
}


@router.get("/")
async def lead_to_console() -> RedirectResponse:
    """Whoever opens the address in a browser wants the console."""
    return RedirectResponse("/console", 307)


@router.get("/docs")
async def show_documentation() -> FileResponse:
    """The documentation of every operation."""
    return FileResponse(HERE / "docs.html", headers=HEADERS)


def mount(app: FastAPI) -> None:
    """Serve the pages, and what they need."""
    app.include_router(router)
    app.mount("/docs/swagger-ui", StaticFiles(directory=SWAGGER_UI))
    app.mount("/docs/page", StaticFiles(directory=HERE))
