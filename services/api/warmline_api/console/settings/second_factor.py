"""Settings: one's own second factor."""

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response

from warmline_api.addresses import address_of
from warmline_api.console import shell
from warmline_api.console.languages import _, marked
from warmline_api.console.settings import tabs
from warmline_api.console.shell import PREFIX, MalformedForm, PostedForOneself, Signed, Visitor
from warmline_memory import operators
from warmline_memory.errors import WarmlineError

router = APIRouter()

TITLE = marked("Second factor")


@router.get("/settings/second-factor")
def show_second_factor(visitor: Signed) -> Response:
    """The operator's second factor, or how to take one."""
    return _page(visitor)


@router.post("/settings/second-factor")
def confirm_second_factor(visitor: PostedForOneself) -> Response:
    """Take a second factor with a first code of it. Its recovery codes are shown on the page that follows, once."""
    try:
        with visitor.transaction() as db:
            code = shell.field(visitor.form, "code")
            codes = operators.confirm_second_factor(db, visitor.operator.id, visitor.login.id, code)
    except WarmlineError as error:
        return _page(visitor, error)
    return tabs.page(visitor, "settings/recovery_codes.html", title=_("Recovery codes"), codes=codes)


@router.post("/settings/second-factor/remove")
def remove_second_factor(visitor: PostedForOneself) -> Response:
    """Give one's second factor up, with a code of it; that ends every login."""
    attempts, counted = visitor.request.app.state.attempts, (visitor.sign_in_name, address_of(visitor.request) or "")
    try:
        attempts.begin(*counted)
        with visitor.transaction() as db:
            if operators.requires_second_factor(db, visitor.operator.role):
                raise MalformedForm(
                    faults=_("Your role needs a second factor. An administrator can give you a new one.")
                )
            operators.check_second_factor(db, visitor.operator.id, shell.field(visitor.form, "code"))
            operators.remove_second_factor(db, visitor.operator.id)
    except WarmlineError as error:
        return _page(visitor, error)
    attempts.forget(*counted)
    return shell.done(f"{PREFIX}/sign-in", _("You have no second factor any more. Sign in."))


def _page(visitor: Visitor, error: WarmlineError | None = None) -> HTMLResponse:
    with visitor.transaction() as db:
        operator_id, login_id = visitor.operator.id, visitor.login.id
        state = operators.second_factor_state(db, operator_id)
        enrolment = (
            None if state else operators.second_factor_enrolment(db, operator_id, login_id, visitor.sign_in_name)
        )
        required = operators.requires_second_factor(db, visitor.operator.role)
    return tabs.page(
        visitor,
        "settings/second_factor.html",
        title=_(TITLE),
        error=error,
        state=state,
        enrolment=enrolment,
        qr=enrolment and shell.qr_code(enrolment.uri),
        required=required,
    )
