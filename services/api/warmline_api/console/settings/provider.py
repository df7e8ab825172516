"""Settings: the OpenID provider at which the tenant's operators sign in."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response

from warmline_api.console import shell
from warmline_api.console.languages import _
from warmline_api.console.settings import tabs
from warmline_api.console.shell import PREFIX, MalformedForm, Posted, Signed, Visitor, require, require_reading
from warmline_api.identity import ProviderClient
from warmline_memory import operators
from warmline_memory.errors import WarmlineError
from warmline_schemas.operators import OperatorRole, SetIdentityProvider

router = APIRouter()

HERE = f"{tabs.HERE}/provider"


@router.get("/settings/provider")
def show_provider(visitor: Signed) -> Response:
    """The tenant's provider, as a form."""
    require_reading(visitor, OperatorRole.ADMIN)
    return _page(visitor)


@router.post("/settings/provider")
def set_provider(visitor: Posted) -> Response:
    """Set the provider up, or change it."""
    require(visitor, OperatorRole.ADMIN)
    try:
        roles = _roles(shell.field(visitor.form, "roles"))
        adds = "adds_operators" in visitor.form
        ask = shell.read_form(SetIdentityProvider, visitor.form, roles=roles, adds_operators=adds)
        client: ProviderClient = visitor.request.app.state.provider_client
        why = client.refusal(ask.issuer)
        if why is not None:
            raise MalformedForm(faults=_("Issuer: {why}", why=why))
        with visitor.transaction() as db:
            operators.set_provider(db, ask)
    except WarmlineError as error:
        return _page(visitor, error)
    return shell.done(HERE, _("Saved. Try it in another browser before you switch passwords off."))


@router.post("/settings/provider/remove")
def remove_provider(visitor: Posted) -> Response:
    """Have nobody sign in through a provider any more."""
    require(visitor, OperatorRole.ADMIN)
    try:
        with visitor.transaction() as db:
            operators.remove_provider(db)
    except WarmlineError as error:
        return _page(visitor, error)
    return shell.done(HERE, _("Nobody signs in through a provider any more."))


@router.post("/settings/operators/{operator_id}/identity")
def link_identity(operator_id: UUID, visitor: Posted) -> Response:
    """Say who an operator is at the provider."""
    require(visitor, OperatorRole.ADMIN)
    subject = shell.field(visitor.form, "subject")
    with visitor.transaction() as db:
        provider = operators.read_provider(db)
        if provider is None or not subject:
            raise MalformedForm(faults=_("Set a provider up first, and give the subject that it has for somebody."))
        operators.link_identity(db, operator_id, provider.issuer, subject)
    return shell.done(f"{tabs.HERE}/operators/{operator_id}", _("Linked. They can sign in through the provider."))


def _roles(typed: str) -> dict[str, str]:
    """The roles, which the form has as a line ``VALUE = ROLE`` for each."""
    pairs = [line.rpartition("=") for line in typed.splitlines() if line.strip()]
    if any(not value.strip() for value, _, _ in pairs):
        raise MalformedForm(faults=_("Roles: write a line for each, such as warmline-leads = lead."))
    return {value.strip(): role.strip() for value, _, role in pairs}


def _page(visitor: Visitor, error: WarmlineError | None = None) -> HTMLResponse:
    with visitor.transaction() as db:
        provider = operators.read_provider(db)
    done = visitor.request.url.replace(path=f"{PREFIX}/sign-in/provider/done", query="")
    context: dict[str, Any] = {"provider": provider, "redirect_uri": str(done)}
    return tabs.page(visitor, "settings/provider.html", title=_("Provider"), error=error, **context)
