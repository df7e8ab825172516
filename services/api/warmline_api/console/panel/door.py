"""The door: signing in to a side panel with a code of the console, and out of it."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from warmline_api.addresses import address_of
from warmline_api.console import shell
from warmline_api.console.entrance import Attempts, PanelCodes, WrongPanelCode
from warmline_api.console.languages import _
from warmline_api.console.panel.frames import COOKIE, LONGEST, Frame, Framed, in_frame
from warmline_memory import operators, security_log
from warmline_memory.errors import Unauthenticated, WarmlineError
from warmline_memory.platform import Platform

router = APIRouter(prefix="/panel/{tenant}")


def shown_door(request: Request, frame: Frame, next: str, error: WarmlineError | None = None) -> HTMLResponse:
    """What is shown to whoever is not signed in: how to."""
    page = shell.page(
        request, "panel/door.html", title=_("Sign in to the side panel"), error=error, frame=frame, here=next
    )
    return frame.framed(page)


@router.post("/sign-in")
def sign_in(
    request: Request, frame: Framed, code: Annotated[str, Form()] = "", next: Annotated[str, Form()] = ""
) -> Response:
    """Sign in with a code."""
    shell.refuse_other_origins(request)
    after = frame.inside(next)
    try:
        token = _let_in(request, frame, code[:LONGEST])
    except WarmlineError as error:
        return shown_door(request, frame, after, error)
    return frame.framed(frame.with_login(RedirectResponse(after, 303), token))


@router.post("/sign-out")
async def sign_out(request: Request, frame: Framed) -> Response:
    """Sign out of the side panel alone."""
    visitor = in_frame(await shell.posting_by(request, COOKIE), frame)
    with visitor.transaction() as db:
        operators.end_sign_in(db, visitor.token_hash)
    return frame.framed(frame.with_login(RedirectResponse(frame.inside(shell.field(visitor.form, "next")), 303), ""))


def _let_in(request: Request, frame: Frame, code: str) -> str:
    """The cookie's secret of a new login. Raises ``WrongPanelCode``, ``TooManyAttempts`` and ``Unavailable``."""
    attempts: Attempts = request.app.state.attempts
    codes: PanelCodes = request.app.state.panel_codes
    platform: Platform = request.app.state.platform
    address = address_of(request)
    # Counted by where they come from: nobody's name is known here, and one who guesses must not shut others out.
    counted = (f"panel/{frame.tenant[:LONGEST]}/{address}", address or "")
    attempts.begin(*counted)
    operator_id = codes.take(code, frame.tenant_id) if frame.tenant_id is not None else None
    if operator_id is None or frame.tenant_id is None:
        security_log.of_refusal("sign-in", "panel-code", address=address)
        raise WrongPanelCode
    try:
        with platform.database.transaction(tenant_id=frame.tenant_id, address=address) as db:
            token = operators.open_login(db, operator_id, request.headers.get("user-agent"), "panel")
    except Unauthenticated as error:
        # Disabled since they took the code.
        raise WrongPanelCode from error
    attempts.forget(*counted)
    return token
