"""Settings of one's own: the password, and what one works on."""

from fastapi import APIRouter
from fastapi.responses import Response

from warmline_api.console import shell
from warmline_api.console.settings import tabs
from warmline_api.console.shell import MalformedForm, PostedForOneself, Signed, Visitor
from warmline_memory import operators
from warmline_memory.errors import WarmlineError
from warmline_schemas.operators import ReviseOperator

router = APIRouter()

TITLE = "Settings"


@router.get("/settings")
def show_own(visitor: Signed) -> Response:
    """What an operator sets up for themselves."""
    return tabs.page(visitor, "settings/own.html", title=TITLE)


@router.post("/settings/password")
def change_password(visitor: PostedForOneself) -> Response:
    """Change one's own password. That signs the operator out everywhere, here too."""
    try:
        _change(visitor)
    except WarmlineError as error:
        return tabs.page(visitor, "settings/own.html", title=TITLE, error=error)
    return shell.done("/console/sign-in", "Your password is changed. Sign in with it.")


def _change(visitor: Visitor) -> None:
    """Raises ``MalformedForm``. Hashes are made and compared outside any transaction."""
    form = visitor.form
    with visitor.transaction() as db:
        kept = operators.find(db, visitor.operator.id).password_hash
    if not operators.password_fits(kept, str(form.get("current", ""))):
        raise MalformedForm(faults="That is not your present password.")
    if form.get("password") != form.get("again"):
        raise MalformedForm(faults="The new password and its repetition differ.")
    ask = shell.read_form(ReviseOperator, form)
    if ask.password is None:
        raise MalformedForm(faults="Give a new password.")
    new = operators.hash_password(ask.password.get_secret_value())
    with visitor.transaction() as db:
        operators.revise(db, visitor.operator.id, ReviseOperator(password=ask.password), new)
