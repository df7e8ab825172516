"""Signing in and out, and what every page's header switches: presence and theme."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from warmline_api.addresses import address_of
from warmline_api.console.shell import rendering
from warmline_api.console.shell.guesses import Guesses
from warmline_api.console.shell.refusals import TooManyGuesses
from warmline_api.console.shell.rendering import PREFIX, THEME_COOKIE, THEMES
from warmline_api.console.shell.visitors import COOKIE, PostedForOneself, refuse_other_origins
from warmline_memory import operators
from warmline_memory.errors import Unauthenticated
from warmline_memory.platform import Platform

router = APIRouter()

WRONG = "No operator has this sign-in name and this password. Mind the part before the slash: it names the tenant."
A_YEAR = 31_536_000


@router.get("/sign-in")
def show_sign_in(request: Request, next: str = "") -> Response:
    """The page for signing in."""
    return _form(request, next)


@router.post("/sign-in")
def sign_in(
    request: Request,
    name: Annotated[str, Form(max_length=200)] = "",
    password: Annotated[str, Form()] = "",
    next: Annotated[str, Form(max_length=2000)] = "",
) -> Response:
    """Sign in, and go to the page that the operator asked for."""
    refuse_other_origins(request)
    name, address = name.strip(), address_of(request) or ""
    guesses: Guesses = request.app.state.guesses
    # Counted before the password is looked at, so that many attempts at the same time are counted as well.
    try:
        guesses.count(name, address)
    except TooManyGuesses as error:
        return _form(request, next, name, str(error), error.status)
    try:
        token = _begin(request.app.state.platform, name, password, address)
    except Unauthenticated:
        return _form(request, next, name, WRONG, 401)
    guesses.forget(name, address)
    response = rendering.done(rendering.inside(next))
    # Lax: another site can link into the console, and cannot post to it. Secure only under https, for `warmline up`
    # serves http on this machine.
    response.set_cookie(COOKIE, token, path=PREFIX, httponly=True, samesite="lax", secure=request.url.scheme == "https")
    return response


@router.post("/sign-out")
def sign_out(visitor: PostedForOneself) -> Response:
    """Sign out."""
    with visitor.transaction() as db:
        operators.end_sign_in(db, visitor.token_hash)
    response = rendering.done(f"{PREFIX}/sign-in", "You are signed out.")
    response.delete_cookie(COOKIE, path=PREFIX)
    return response


@router.post("/theme")
def choose_theme(
    request: Request, theme: Annotated[str, Form(max_length=10)], next: Annotated[str, Form(max_length=2000)] = ""
) -> Response:
    """Keep which theme this browser shows. It takes no sign-in."""
    refuse_other_origins(request)
    response = rendering.done(rendering.inside(next))
    chosen = theme if theme in THEMES else THEMES[0]
    response.set_cookie(THEME_COOKIE, chosen, max_age=A_YEAR, path=PREFIX, httponly=True, samesite="lax")
    return response


def _begin(platform: Platform, name: str, password: str, address: str) -> str:
    """The token of a new login. The password is compared outside any transaction, also where nobody has the name."""
    with platform.database.transaction(sign_in_name=name) as db:
        who = operators.find_sign_in(db, name)
    # Argon2 also runs where nobody has the name: otherwise the time of the answer would tell which names there are.
    if not operators.password_fits(who.password_hash if who else None, password) or who is None:
        raise Unauthenticated
    with platform.database.transaction(tenant_id=who.tenant_id, address=address or None) as db:
        return operators.begin_sign_in(db, who)


def _form(request: Request, next: str, name: str = "", problem: str | None = None, status: int = 200) -> Response:
    return rendering.page(
        request,
        "shell/sign_in.html",
        title="Sign in",
        status=status,
        problem=problem,
        name=name,
        next=rendering.inside(next),
    )
