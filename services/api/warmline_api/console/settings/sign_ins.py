"""Settings: where one is signed in, and signing out there."""

from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import Response

from warmline_api.console import shell
from warmline_api.console.languages import _
from warmline_api.console.settings import tabs
from warmline_api.console.shell import PREFIX, PostedForOneself, Signed
from warmline_memory import operators

router = APIRouter()

HERE = f"{tabs.HERE}/sign-ins"


@router.get("/settings/sign-ins")
def list_sign_ins(visitor: Signed) -> Response:
    """Where the operator is signed in."""
    with visitor.transaction() as db:
        logins = operators.list_sign_ins(db, visitor.operator.id)
    return tabs.page(visitor, "settings/sign_ins.html", title=_("Where you are signed in"), logins=logins)


@router.post("/settings/sign-ins")
def end_sign_ins(visitor: PostedForOneself) -> Response:
    """Sign out everywhere, here too."""
    with visitor.transaction() as db:
        operators.end_sign_ins(db, visitor.operator.id)
    return shell.done(f"{PREFIX}/sign-in", _("You are signed out everywhere."))


@router.post("/settings/sign-ins/{sign_in_id}")
def end_one_sign_in(sign_in_id: UUID, visitor: PostedForOneself) -> Response:
    """Sign out in one place."""
    with visitor.transaction() as db:
        operators.end_one_sign_in(db, visitor.operator.id, sign_in_id)
    return shell.done(HERE, _("You are signed out there."))
