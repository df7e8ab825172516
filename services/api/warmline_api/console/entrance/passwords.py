"""Signing in with a password, and signing out."""

from dataclasses import dataclass
from typing import Annotated
from urllib.parse import quote, unquote

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, Response
from starlette.background import BackgroundTask

from warmline_api.addresses import address_of
from warmline_api.console import shell
from warmline_api.console.entrance import cookies
from warmline_api.console.entrance.attempts import Attempts
from warmline_api.console.entrance.refusals import WrongPassword
from warmline_api.console.languages import _, ngettext
from warmline_api.console.shell import PREFIX, PostedForOneself
from warmline_api.lines import Passwords
from warmline_memory import operators, security_log
from warmline_memory.errors import WarmlineError
from warmline_memory.operators import Begun, Known
from warmline_memory.platform import Platform

router = APIRouter()

LONGEST = 1_000
"""So many characters of a name and of a password are looked at. No right one is that long."""
WORTH_SAYING = 3
"""So many attempts that failed are said when their operator signs in; fewer are mistypes."""
COMPANY_COOKIE = "warmline_company"
"""What a browser keeps of the name with which somebody signed in last: whose operators sign in there, and not who."""


@router.get("/sign-in")
def show_sign_in(request: Request, next: str = "") -> Response:
    """The page for signing in."""
    return _form(request, next)


@router.post("/sign-in")
async def sign_in(
    request: Request,
    passwords: Passwords,
    name: Annotated[str, Form()] = "",
    password: Annotated[str, Form()] = "",
    next: Annotated[str, Form()] = "",
) -> Response:
    """Sign in, and go to the page that the operator asked for."""
    shell.refuse_other_origins(request)
    try:
        whole = _whole(request, name.strip())
        tried = await passwords.served(_try, request, whole, password)
    except WarmlineError as error:
        return _form(request, next, name, error)
    if tried.begun is None:
        response = _form(request, next, name, WrongPassword())
        # Only when the answer has left: it must not take longer for a name that somebody has.
        response.background = BackgroundTask(_record_failure, request, tried)
        return response
    token, still_needs = tried.begun.token, tried.begun.still_needs
    if still_needs is not None:
        where = f"{PREFIX}/sign-in/{still_needs}?next={quote(shell.inside(next))}"
        return _keeping_company(cookies.set_login(request, shell.done(where), token), whole)
    return _keeping_company(cookies.let_in(request, token, next, _failures_in_words(tried.failed_before)), whole)


@router.post("/sign-out")
def sign_out(visitor: PostedForOneself) -> Response:
    """Sign out."""
    with visitor.transaction() as db:
        operators.end_sign_in(db, visitor.token_hash)
    return cookies.let_out(_("You are signed out."))


@dataclass(frozen=True)
class _Tried:
    """What came of an attempt: a login that has begun, or else who has the name, if anybody does."""

    begun: Begun | None
    who: Known | None
    failed_before: int = 0
    closed_seconds: int = 0


def _company(request: Request) -> str:
    """Whose operators sign in with this browser, as far as it remembers."""
    return unquote(request.cookies.get(COMPANY_COOKIE, ""))[:LONGEST]


def _whole(request: Request, name: str) -> str:
    """A sign-in name with its company: that of who signed in with this browser last, where none is typed."""
    company = _company(request)
    return name if "/" in name or not company else f"{company}/{name}"


def _keeping_company(response: Response, name: str) -> Response:
    return shell.keeping(response, COMPANY_COOKIE, quote(name.rpartition("/")[0], safe=""))


def _try(request: Request, name: str, password: str) -> _Tried:
    """Try to sign in. The password is compared outside any transaction. Raises ``TooManyAttempts``."""
    platform: Platform = request.app.state.platform
    attempts: Attempts = request.app.state.attempts
    address = address_of(request)
    tenant_name, _, operator_name = name[:LONGEST].rpartition("/")
    with platform.database.transaction(tenant_name=tenant_name) as db:
        who = operators.find_sign_in(db, tenant_name, operator_name)
    closed_seconds = attempts.begin(name, address or "")
    # Argon2 also runs where nobody has the name: otherwise the time of the answer would tell which names there are.
    if not operators.password_fits(who.password_hash if who else None, password[:LONGEST]) or who is None:
        return _Tried(None, who, closed_seconds=closed_seconds)
    with platform.database.transaction(tenant_id=who.tenant_id, address=address) as db:
        begun = operators.begin_sign_in(db, who, request.headers.get("user-agent"))
    if begun.still_needs is not None:
        # What failed is forgotten when all is right: whoever has the password must not get more tries at codes by it.
        attempts.take_back(name, address or "")
        return _Tried(begun, who)
    return _Tried(begun, who, failed_before=attempts.forget(name, address or ""))


def _record_failure(request: Request, tried: _Tried) -> None:
    """Add to the audit and the security log that somebody failed to sign in as an operator."""
    who, address = tried.who, address_of(request)
    if who is None:
        return
    security_log.of_refusal("sign-in", "password", address=address, operator_id=who.operator_id)
    with request.app.state.platform.database.transaction(tenant_id=who.tenant_id, address=address) as db:
        operators.record_failed_sign_in(db, who, "password", tried.closed_seconds)


def _failures_in_words(failed_before: int) -> str:
    """What an operator is told of attempts in their name that failed; nothing where there was none."""
    if failed_before < WORTH_SAYING:
        return ""
    return ngettext(
        "{n} attempt to sign in as you failed before this one. If it was not yours, tell your administrator.",
        "{n} attempts to sign in as you failed before this one. If they were not yours, tell your administrator.",
        failed_before,
    )


def _form(request: Request, next: str, name: str = "", error: WarmlineError | None = None) -> HTMLResponse:
    return shell.page(
        request,
        "entrance/sign_in.html",
        title=_("Sign in"),
        error=error,
        name=name,
        company=_company(request),
        next=shell.inside(next),
    )
