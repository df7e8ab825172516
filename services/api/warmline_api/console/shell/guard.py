"""The guard: what every answer of the console says to browsers, and what a failure of ours looks like."""

import logging
from collections.abc import Iterable

from fastapi import Request
from fastapi.requests import HTTPConnection
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from warmline_api.console import languages
from warmline_api.console.languages import _, marked
from warmline_api.console.shell import rendering

log = logging.getLogger("warmline.console")

POLICY, NO_FRAME = "Content-Security-Policy", "X-Frame-Options"
NOBODY = "frame-ancestors 'none'"
# No page needs a script, a style or a picture of another origin, nor one that is written in the page itself. So
# browsers do not run what a customer wrote, even if escaping should fail somewhere.
HEADERS = {
    POLICY: f"default-src 'self'; base-uri 'none'; object-src 'none'; form-action 'self'; {NOBODY}",
    "X-Content-Type-Options": "nosniff",
    NO_FRAME: "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
FAILED = marked("Something went wrong on our side, and nothing was changed. It is in the API's log.")


class Guard:
    """Adds the headers, and answers a failure that nothing else knows with a page."""

    def __init__(self, app: ASGIApp, frame_origins: str = "") -> None:
        self.app = app
        self._headers = HEADERS if not frame_origins else _framed_by(frame_origins)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, to be answered in the language that its browser asks for."""
        asked = HTTPConnection(scope)
        with languages.answering(asked.cookies, asked.headers.get("accept-language", "")):
            await self._pass_on(scope, receive, send)

    async def _pass_on(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = False

        async def guarded(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    # A file that somebody sent says more strictly what may become of it, and the side panel in which
                    # pages it may be shown, for which X-Frame-Options has no word.
                    if name != NO_FRAME or NOBODY in headers.get(POLICY, NOBODY):
                        headers.setdefault(name, value)
            await send(message)

        try:
            await self.app(scope, receive, guarded)
        except Exception as error:
            if started or scope["type"] != "http":
                raise
            log.error("%s %s failed", scope["method"], scope["path"], exc_info=error)
            request = Request(scope)
            title, problem = _("Something failed"), _(FAILED)
            page = rendering.page(request, "shell/problem.html", title=title, status=500, problem=problem)
            await page(scope, receive, guarded)


def framed_by(origins: Iterable[str]) -> str:
    """The content security policy of a page that pages of these origins may show in a frame."""
    named = " ".join(origins)
    return HEADERS[POLICY].replace(NOBODY, f"frame-ancestors {named}") if named else HEADERS[POLICY]


def _framed_by(origins: str) -> dict[str, str]:
    """The headers where some pages may show the console in a frame."""
    policy = framed_by(filter(None, map(str.strip, origins.split(","))))
    # X-Frame-Options can name no other origins, and browsers that know `frame-ancestors` need none.
    rest = {name: value for name, value in HEADERS.items() if name != NO_FRAME}
    return {**rest, POLICY: policy}
