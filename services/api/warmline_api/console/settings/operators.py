"""Settings: operators."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import Response
from pydantic import SecretStr

from warmline_api.console import shell
from warmline_api.console.languages import _, marked
from warmline_api.console.settings import tabs
from warmline_api.console.shell import MalformedForm, Posted, Signed, Visitor, require, require_reading
from warmline_api.lines import Passwords
from warmline_memory import operators
from warmline_memory.errors import WarmlineError
from warmline_schemas.operators import CreateOperator, OperatorRole, ReviseOperator

router = APIRouter()

SHOWN = 100
HERE = f"{tabs.HERE}/operators"
TITLE = marked("Operators")
LISTS = ("queues", "skills", "languages")


@router.get("/settings/operators")
def list_operators(visitor: Signed, cursor: str | None = None) -> Response:
    """The tenant's operators, and a form for a new one."""
    require_reading(visitor, OperatorRole.ADMIN)
    return tabs.page(visitor, "settings/operators.html", title=_(TITLE), **_list(visitor, cursor))


@router.post("/settings/operators")
def create_operator(visitor: Posted, passwords: Passwords) -> Response:
    """Add an operator."""
    require(visitor, OperatorRole.ADMIN)
    try:
        ask = shell.read_form(CreateOperator, visitor.form, **_lists(visitor))
        password_hash = _hash(passwords, ask.password, visitor)
        with visitor.transaction() as db:
            made = operators.create(db, ask, password_hash)
    except WarmlineError as error:
        return tabs.page(visitor, "settings/operators.html", title=_(TITLE), error=error, **_list(visitor))
    return shell.done(HERE, _said_of(visitor, made.display_name, made.name))


@router.get("/settings/operators/{operator_id}")
def show_operator(operator_id: UUID, visitor: Signed) -> Response:
    """One operator as a form."""
    require_reading(visitor, OperatorRole.ADMIN)
    return tabs.page(visitor, "settings/operator.html", title=_("Operator"), **_one(visitor, operator_id))


@router.post("/settings/operators/{operator_id}")
def revise_operator(operator_id: UUID, visitor: Posted, passwords: Passwords) -> Response:
    """Change an operator, give them another password, or disable them."""
    require(visitor, OperatorRole.ADMIN)
    try:
        ask = shell.read_form(ReviseOperator, visitor.form, **_given(visitor))
        # The last administrator could otherwise shut everybody out, and only who can reach the database could undo
        # that.
        if operator_id == visitor.operator.id and (ask.disabled or ask.role is not OperatorRole.ADMIN):
            raise MalformedForm(faults=_("You cannot lock yourself out. Ask another administrator to do that."))
        password_hash = _hash(passwords, ask.password, visitor)
        with visitor.transaction() as db:
            revised = operators.revise(db, operator_id, ask, password_hash)
    except WarmlineError as error:
        context = _one(visitor, operator_id)
        return tabs.page(visitor, "settings/operator.html", title=_("Operator"), error=error, **context)
    return shell.done(HERE, _("Saved {name}.", name=revised.display_name))


def _said_of(visitor: Visitor, display_name: str, name: str) -> str:
    sign_in_name = f"{visitor.operator.tenant}/{name}"
    return _("Added {name}. They sign in as {sign_in_name}.", name=display_name, sign_in_name=sign_in_name)


def _given(visitor: Visitor) -> dict[str, object]:
    """What an empty field or none says, too: nothing in a list, no address, not disabled."""
    address = {"email": shell.field(visitor.form, "email")} if "email" in visitor.form else {}
    return {**_lists(visitor), **address, "disabled": "disabled" in visitor.form}


def _lists(visitor: Visitor) -> dict[str, list[str]]:
    """The fields that hold several names, with commas or blanks between them."""
    return {name: shell.field(visitor.form, name).replace(",", " ").split() for name in LISTS}


def _hash(passwords: Passwords, password: SecretStr | None, visitor: Visitor) -> str | None:
    if password is None:
        return None
    known = (visitor.operator.tenant, *(shell.field(visitor.form, name) for name in ("name", "display_name")))
    return passwords.wait(operators.hash_password, password.get_secret_value(), *known)


def _list(visitor: Visitor, cursor: str | None = None) -> dict[str, Any]:
    with visitor.transaction() as db:
        return {"people": operators.list_page(db, limit=SHOWN, cursor=cursor), "roles": list(OperatorRole)}


def _one(visitor: Visitor, operator_id: UUID) -> dict[str, Any]:
    with visitor.transaction() as db:
        return {
            "operator": operators.get(db, operator_id),
            "logins": operators.list_sign_ins(db, operator_id),
            "subject": operators.subject_of(db, operator_id),
            "has_provider": operators.read_provider(db) is not None,
            "factor": operators.second_factor_state(db, operator_id),
            "roles": list(OperatorRole),
        }
