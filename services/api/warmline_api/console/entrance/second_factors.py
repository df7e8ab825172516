"""The second step of signing in: the code of a second factor, or taking one where the role needs it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from secrets import compare_digest
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, Response

from warmline_api.addresses import address_of
from warmline_api.console import shell
from warmline_api.console.entrance import cookies
from warmline_api.console.entrance.attempts import Attempts
from warmline_api.console.languages import _
from warmline_api.console.shell import COOKIE, ForeignForm
from warmline_memory import operators, tenancy
from warmline_memory.errors import Unauthenticated, WarmlineError, WrongCode
from warmline_memory.operators import Login, Person
from warmline_memory.platform import Platform
from warmline_memory.storage import Transaction
from warmline_schemas.operators import Step

router = APIRouter()

Typed = Annotated[str, Form()]


@dataclass(frozen=True)
class _Halfway:
    """Somebody who gave a password, in the transaction that entered their tenant."""

    db: Transaction
    login: Login
    step: Step
    person: Person
    token_hash: bytes

    @property
    def name(self) -> str:
        """Their sign-in name."""
        return f"{self.person.tenant}/{self.person.name}"


@router.get("/sign-in/code")
def ask_for_code(request: Request, next: str = "") -> Response:
    """The form for a code."""
    with _halfway(request, Step.CODE) as who:
        return _code_form(request, who.login.csrf, next)


@router.post("/sign-in/code")
def take_code(request: Request, code: Typed = "", csrf: Typed = "", next: Typed = "") -> Response:
    """Complete a sign-in with a code."""
    attempts: Attempts = request.app.state.attempts
    address = address_of(request)
    with _posting(request, Step.CODE, csrf) as who:
        name = who.name
    try:
        closed_seconds = attempts.begin(name, address or "")
        with _halfway(request, Step.CODE) as who:
            by = operators.check_second_factor(who.db, who.person.id, code)
            token = operators.finish_sign_in(who.db, who.token_hash, request.headers.get("user-agent"), by)
    except WrongCode as error:
        _record_failure(request, closed_seconds)
        return _code_form(request, csrf, next, error)
    except WarmlineError as error:
        return _code_form(request, csrf, next, error)
    attempts.forget(name, address or "")
    return cookies.let_in(request, token, next)


@router.get("/sign-in/enrolment")
def show_enrolment(request: Request, next: str = "") -> Response:
    """The form for taking a second factor, which the role needs."""
    with _halfway(request, Step.ENROLMENT) as who:
        return _enrolment_form(request, who, next)


@router.post("/sign-in/enrolment")
def enrol(request: Request, code: Typed = "", csrf: Typed = "", next: Typed = "") -> Response:
    """Take a second factor, complete the sign-in, and show the recovery codes, this once."""
    with _posting(request, Step.ENROLMENT, csrf) as who:
        try:
            codes = operators.confirm_second_factor(who.db, who.person.id, who.login.id, code)
        except WrongCode as error:
            return _enrolment_form(request, who, next, error)
        token = operators.finish_sign_in(who.db, who.token_hash, request.headers.get("user-agent"), "enrolment")
    after = shell.inside(next)
    page = shell.page(request, "entrance/recovery_codes.html", title=_("Recovery codes"), codes=codes, after=after)
    return cookies.set_login(request, page, token)


@contextmanager
def _halfway(request: Request, step: Step) -> Iterator[_Halfway]:
    """Raises ``Unauthenticated``, which is answered with the page for signing in."""
    platform: Platform = request.app.state.platform
    token_hash = tenancy.key_hash(request.cookies.get(COOKIE, ""))
    with platform.database.transaction(key_hash=token_hash, address=address_of(request)) as db:
        login, needed = operators.enter_unfinished_sign_in(db, token_hash)
        if needed is not step:
            raise Unauthenticated
        yield _Halfway(db, login, needed, operators.signed_in_person(db), token_hash)


@contextmanager
def _posting(request: Request, step: Step, csrf: str) -> Iterator[_Halfway]:
    """As ``_halfway``, for a form. Raises ``ForeignForm`` too."""
    shell.refuse_other_origins(request)
    with _halfway(request, step) as who:
        if not compare_digest(csrf.encode(), who.login.csrf.encode()):
            raise ForeignForm
        yield who


def _record_failure(request: Request, closed_seconds: int) -> None:
    """Whoever is here gave the right password, so that no name is told by the time that this takes."""
    with _halfway(request, Step.CODE) as who:
        operators.record_wrong_code(who.db, who.person.id, closed_seconds)


def _code_form(request: Request, csrf: str, next: str, error: WarmlineError | None = None) -> HTMLResponse:
    return shell.page(
        request, "entrance/code.html", title=_("Second step"), error=error, token=csrf, next=shell.inside(next)
    )


def _enrolment_form(request: Request, who: _Halfway, next: str, error: WarmlineError | None = None) -> HTMLResponse:
    enrolment = operators.second_factor_enrolment(who.db, who.person.id, who.login.id, who.name)
    return shell.page(
        request,
        "entrance/enrolment.html",
        title=_("Set up a second factor"),
        error=error,
        enrolment=enrolment,
        qr=shell.qr_code(enrolment.uri),
        token=who.login.csrf,
        next=shell.inside(next),
    )
