"""The site: all pages as one application of their own, so that its errors are pages and the API's are problems."""

from urllib.parse import quote

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException

from warmline_api.console import analytics, desk, entrance, handoffs, panel, settings, shell, shifts
from warmline_api.console.languages import _
from warmline_api.console.shell import FOLDER, PREFIX, Assets, Guard, Visitor, signed_in
from warmline_memory.errors import StepMissing, Unauthenticated, WarmlineError
from warmline_memory.settings import Settings


def mount(app: FastAPI, platform: Settings) -> None:
    """Serve the console's pages under ``/console``, with the platform of the application."""
    # An application of its own has its own handlers of errors. The state is shared, so that both use one pool of
    # connections.
    site = FastAPI(openapi_url=None)
    site.state = app.state
    for room in (shell, entrance, desk, handoffs, shifts, analytics, settings, panel):
        for router in room.ROUTERS:
            site.include_router(router)
    site.mount("/static", Assets(directory=FOLDER), name="static")
    site.add_exception_handler(WarmlineError, _on_known_error)
    site.add_exception_handler(RequestValidationError, _on_unknown_page)
    site.add_exception_handler(HTTPException, _on_unknown_page)
    site.add_middleware(Guard, frame_origins=platform.console_frame_origins)
    app.mount(PREFIX, site)


def _on_known_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, WarmlineError)  # noqa: S101 (registered for this class)
    if panel.is_of(request):
        return panel.refused(request, error)
    if isinstance(error, StepMissing):
        return RedirectResponse(f"{PREFIX}/sign-in/{error.facts['step']}", 303)
    if isinstance(error, Unauthenticated):
        asked = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        after = f"?next={quote(asked)}" if request.method == "GET" else ""
        return RedirectResponse(f"{PREFIX}/sign-in{after}", 303)
    return _problem(request, error)


def _on_unknown_page(request: Request, _error: Exception) -> Response:
    if panel.is_of(request):
        return panel.refused(request, shell.UnknownPage())
    return _problem(request, shell.UnknownPage())


def _problem(request: Request, error: WarmlineError) -> HTMLResponse:
    title = _("There is no such page") if shell.status_of(error) == 404 else _("That did not work")
    # The page of an error has the menu where somebody is signed in. The lookup may fail for the reason of the error
    # itself.
    try:
        seen_by: Visitor | Request = signed_in(request)
    except WarmlineError:
        seen_by = request
    return shell.page(seen_by, "shell/problem.html", title=title, error=error)
