"""The cookie of a login: given to whoever came in, taken from whoever goes."""

from typing import TypeVar

from fastapi import Request
from fastapi.responses import Response

from warmline_api.console import shell
from warmline_api.console.shell import COOKIE, PREFIX

Answered = TypeVar("Answered", bound=Response)


def let_in(request: Request, token: str, next: str, message: str = "") -> Response:
    """Go to the page that was asked for, with the cookie of a new login."""
    return set_login(request, shell.done(shell.inside(next), message), token)


def set_login(request: Request, response: Answered, token: str) -> Answered:
    """Give the cookie of a login along with an answer."""
    # Lax: another site can link into the console, and cannot post to it. Secure only under https, for `warmline up`
    # serves http on this machine.
    secure = request.url.scheme == "https"
    response.set_cookie(COOKIE, token, path=PREFIX, httponly=True, samesite="lax", secure=secure)
    return response


def let_out(message: str) -> Response:
    """Go to the page for signing in, without the cookie."""
    response = shell.done(f"{PREFIX}/sign-in", message)
    response.delete_cookie(COOKIE, path=PREFIX)
    return response
