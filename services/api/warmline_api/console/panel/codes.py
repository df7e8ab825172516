"""Codes: what an operator takes from the console to sign in to the side panel."""

from fastapi import APIRouter
from fastapi.responses import Response

from warmline_api.console import shell
from warmline_api.console.entrance import PanelCodes
from warmline_api.console.languages import _, marked
from warmline_api.console.shell import PostedForOneself, Signed, Visitor
from warmline_memory import tenancy

router = APIRouter()

TITLE = marked("Sign in to the side panel")


@router.get("/panel-code")
def show_code_form(visitor: Signed) -> Response:
    """What the side panel is, and a button for a code."""
    return _page(visitor, None)


@router.post("/panel-code")
def make_code(visitor: PostedForOneself) -> Response:
    """Show a code, which can be typed in once, within minutes."""
    codes: PanelCodes = visitor.request.app.state.panel_codes
    return _page(visitor, codes.make(visitor.operator.tenant_id, visitor.operator.id))


def _page(visitor: Visitor, code: str | None) -> Response:
    with visitor.transaction() as db:
        origins = tenancy.signed_in(db).preferences.panel_origins
    return shell.page(visitor, "panel/code.html", title=_(TITLE), code=code, origins=origins)
