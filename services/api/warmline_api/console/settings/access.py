"""Settings: how an operator gets in, as an administrator sees to it: a link for a password, signing out, deleting."""

from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import Response

from warmline_api.console import shell
from warmline_api.console.languages import _, ngettext
from warmline_api.console.settings import tabs
from warmline_api.console.shell import PREFIX, MalformedForm, Posted, Visitor, require
from warmline_memory import desk, operators
from warmline_schemas.operators import OperatorRole

router = APIRouter()

HERE = f"{tabs.HERE}/operators"


@router.post("/settings/operators/{operator_id}/password-link")
def make_password_link(operator_id: UUID, visitor: Posted) -> Response:
    """Make a link by which an operator sets a new password. It is shown on the page that follows, this once."""
    _check(visitor, operator_id)
    with visitor.transaction() as db:
        link = operators.make_password_link(db, operator_id)
        operator = operators.get(db, operator_id)
    url = str(visitor.request.url.replace(path=f"{PREFIX}/new-password/{link.token}", query=""))
    title = _("Link for a new password")
    return tabs.page(visitor, "settings/password_link.html", title=title, operator=operator, url=url, until=link.until)


@router.post("/settings/operators/{operator_id}/sign-out")
def sign_operator_out(operator_id: UUID, visitor: Posted) -> Response:
    """End every login of an operator."""
    _check(visitor, operator_id)
    with visitor.transaction() as db:
        operator = operators.get(db, operator_id)
        operators.end_sign_ins(db, operator_id)
    return shell.done(f"{HERE}/{operator_id}", _("{name} is signed out everywhere.", name=operator.display_name))


@router.post("/settings/operators/{operator_id}/second-factor")
def remove_second_factor(operator_id: UUID, visitor: Posted) -> Response:
    """Take an operator's second factor away, as they lost it; that ends every login of theirs."""
    _check(visitor, operator_id)
    with visitor.transaction() as db:
        operator = operators.get(db, operator_id)
        operators.remove_second_factor(db, operator_id)
    return shell.done(f"{HERE}/{operator_id}", _("{name} has no second factor any more.", name=operator.display_name))


@router.post("/settings/operators/{operator_id}/delete")
def delete_operator(operator_id: UUID, visitor: Posted) -> Response:
    """Delete an operator; what they hold goes back to the queues."""
    _check(visitor, operator_id)
    with visitor.transaction() as db:
        operator = operators.get(db, operator_id)
        passed_on = desk.dismiss(db, operator_id)
    said = ngettext(
        "{name} is deleted. {n} of their cases went on to others.",
        "{name} is deleted. {n} of their cases went on to others.",
        passed_on,
        name=operator.display_name,
    )
    return shell.done(HERE, said)


def _check(visitor: Visitor, operator_id: UUID) -> None:
    """Raise ``RoleForbids``, and ``MalformedForm`` where an administrator would shut themselves out."""
    require(visitor, OperatorRole.ADMIN)
    if operator_id == visitor.operator.id:
        raise MalformedForm(faults=_("You cannot lock yourself out. Ask another administrator to do that."))
