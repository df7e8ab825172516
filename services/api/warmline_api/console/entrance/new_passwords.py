"""Setting a password by the link that an administrator made: once, and without a present one."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, Response
from starlette.concurrency import run_in_threadpool

from warmline_api.addresses import address_of
from warmline_api.console import shell
from warmline_api.console.entrance import cookies
from warmline_api.console.languages import _, marked
from warmline_api.console.shell import MalformedForm
from warmline_api.lines import Passwords
from warmline_memory import operators, tenancy
from warmline_memory.errors import WarmlineError
from warmline_memory.operators import Linked
from warmline_memory.platform import Platform
from warmline_schemas.operators import NewPassword

router = APIRouter()

TITLE = marked("Set your password")


@router.get("/new-password/{token}")
def show_new_password(request: Request, token: str) -> Response:
    """The form for a new password."""
    return _form(request, _linked(request, token))


@router.post("/new-password/{token}")
async def set_new_password(
    request: Request,
    token: str,
    passwords: Passwords,
    password: Annotated[str, Form()] = "",
    again: Annotated[str, Form()] = "",
) -> Response:
    """Set a password. The link is used up by that, and every login of the operator ends."""
    shell.refuse_other_origins(request)
    # Looked up before anything costly is done: whoever has no link gets no turn in the line.
    linked = await run_in_threadpool(_linked, request, token)
    try:
        if password != again:
            raise MalformedForm(faults=_("The password and its repetition differ."))
        new = shell.read_form(NewPassword, {"password": password}).password.get_secret_value()
        await passwords.served(_set, request, linked, token, new)
    except WarmlineError as error:
        return _form(request, linked, error)
    return cookies.let_out(_("Your password is set. Sign in with it."))


def _linked(request: Request, token: str) -> Linked:
    """Raises ``LinkIsOver``."""
    platform: Platform = request.app.state.platform
    token_hash = tenancy.key_hash(token)
    with platform.database.transaction(key_hash=token_hash) as db:
        return operators.find_password_link(db, token_hash)


def _set(request: Request, linked: Linked, token: str, password: str) -> None:
    """Raises ``WeakPassword`` and ``LinkIsOver``."""
    password_hash = operators.hash_password(password, linked.tenant, linked.name, linked.display_name)
    platform: Platform = request.app.state.platform
    address = address_of(request)
    with platform.database.transaction(tenant_id=linked.tenant_id, address=address) as db:
        operators.use_password_link(db, linked, tenancy.key_hash(token), password_hash)
    request.app.state.attempts.forget(f"{linked.tenant}/{linked.name}", address or "")


def _form(request: Request, linked: Linked, error: WarmlineError | None = None) -> HTMLResponse:
    return shell.page(request, "entrance/new_password.html", title=_(TITLE), error=error, linked=linked)
