"""Settings of one's own: the password, the language of the console, and what one works on."""

from fastapi import APIRouter
from fastapi.responses import Response

from warmline_api.addresses import address_of
from warmline_api.console import languages, shell
from warmline_api.console.languages import _, marked
from warmline_api.console.settings import tabs
from warmline_api.console.shell import MalformedForm, PostedForOneself, Signed, Visitor
from warmline_api.lines import Line, Passwords
from warmline_memory import operators
from warmline_memory.errors import WarmlineError
from warmline_schemas.operators import MOST_MAILS_AN_HOUR, MailAbout, ReviseOperator

router = APIRouter()

TITLE = marked("Settings")


@router.get("/settings")
def show_own(visitor: Signed) -> Response:
    """What an operator sets up for themselves."""
    return _page(visitor)


@router.post("/settings/mail")
def choose_mails(visitor: PostedForOneself) -> Response:
    """Keep where one gets e-mails, of what, and how many an hour at most."""
    form = visitor.form
    given = {"email": shell.field(form, "email"), "mail_about": form.getlist("mail_about")}
    try:
        ask = shell.read_form(ReviseOperator, {"mails_an_hour": shell.field(form, "mails_an_hour")}, **given)
        if ask.mail_about and not ask.email:
            raise shell.malformed({"email": _("Fill this in, or tick nothing below it.")})
        with visitor.transaction() as db:
            operators.revise(db, visitor.operator.id, ask, None)
    except WarmlineError as error:
        return _page(visitor, error)
    return shell.done(tabs.HERE, _("Saved. It holds for what happens from now on."))


@router.post("/settings/password")
def change_password(visitor: PostedForOneself, passwords: Passwords) -> Response:
    """Change one's own password. That signs the operator out everywhere, here too."""
    try:
        _change(visitor, passwords)
    except WarmlineError as error:
        return _page(visitor, error)
    return shell.done("/console/sign-in", _("Your password is changed. Sign in with it."))


@router.post("/settings/language")
def choose_language(visitor: PostedForOneself) -> Response:
    """Keep in which language the console speaks to the operator, in every browser; by itself it asks the browser."""
    chosen = shell.field(visitor.form, "language") or None
    if chosen is not None and chosen not in languages.LANGUAGES:
        raise MalformedForm(faults=_("Language: one of {several}.", several=", ".join(languages.LANGUAGES)))
    with visitor.transaction() as db:
        operators.choose_language(db, visitor.operator.id, chosen)
    languages.use(chosen)
    # In the browser too, so that the page for signing in speaks it.
    return shell.with_language(shell.done(tabs.HERE, _("Saved.")), chosen or "")


def _page(visitor: Visitor, error: WarmlineError | None = None) -> Response:
    with visitor.transaction() as db:
        own = operators.find(db, visitor.operator.id)
        mails = {"email": own.email or "", "mail_about": list(own.mail_about), "mails_an_hour": own.mails_an_hour}
    context = {"mails": mails, "kinds": list(MailAbout), "most": MOST_MAILS_AN_HOUR}
    sends = bool(visitor.platform.settings.smtp_host)
    return tabs.page(visitor, "settings/own.html", title=_(TITLE), error=error, sends_mails=sends, **context)


def _change(visitor: Visitor, passwords: Line) -> None:
    """Raises ``MalformedForm`` and ``TooManyAttempts``. Hashes are made and compared outside any transaction."""
    form = visitor.form
    # Counted as attempts to sign in are: a cookie that was stolen must not help to find the password out.
    attempts, counted = visitor.request.app.state.attempts, (visitor.sign_in_name, address_of(visitor.request) or "")
    attempts.begin(*counted)
    with visitor.transaction() as db:
        kept = operators.find(db, visitor.operator.id).password_hash
    if not passwords.wait(operators.password_fits, kept, str(form.get("current", ""))):
        raise MalformedForm(faults=_("That is not your present password."))
    attempts.forget(*counted)
    if form.get("password") != form.get("again"):
        raise MalformedForm(faults=_("The new password and its repetition differ."))
    ask = shell.read_form(ReviseOperator, form)
    if ask.password is None:
        raise MalformedForm(faults=_("Give a new password."))
    known = (visitor.operator.tenant, visitor.operator.name, visitor.operator.display_name)
    new = passwords.wait(operators.hash_password, ask.password.get_secret_value(), *known)
    with visitor.transaction() as db:
        operators.revise(db, visitor.operator.id, ReviseOperator(password=ask.password), new)
