"""Browsers: by which names they may call the API, and what every answer tells them."""

from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from warmline_api.problems import known_error
from warmline_memory.errors import Misdirected
from warmline_memory.settings import Settings

ASKED_BY_ADDRESS = ("/health/", "/metrics")
"""Load balancers and Prometheus ask each process by its address. Neither answer is anybody's secret to a browser."""
OF_API = {
    # An answer is data, and never a page: nothing in it is run, shown in a frame or taken for something else.
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    # What customers said stays in no cache on the way, nor in a browser's.
    "Cache-Control": "no-store",
}
OVER_TLS = {"Strict-Transport-Security": "max-age=31536000"}
"""For a year, a browser that came by TLS comes by nothing else. Its subdomains are not ours to speak for."""


class Browsers:
    """Refuses names that are not the platform's, and adds the header fields to what does not have them already."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app = app
        self._hosts = [one.strip().lower() for one in settings.allowed_hosts.split(",") if one.strip()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer that it came to the wrong place."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        told = (OF_API if scope["path"].startswith("/v1/") else {}) | (OVER_TLS if scope["scheme"] == "https" else {})

        async def telling(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in told.items():
                    headers.setdefault(name, value)
            await send(message)

        host = _name(Headers(scope=scope).get("host", ""))
        if scope["path"].startswith(ASKED_BY_ADDRESS) or self._is_ours(host):
            await self.app(scope, receive, telling)
        else:
            # A page of another site whose name was made to lead here (DNS rebinding) gets no further than this.
            await known_error(scope, Misdirected())(scope, receive, telling)

    def _is_ours(self, host: str) -> bool:
        return not self._hosts or any(
            host == one or (one.startswith("*.") and host.endswith(one[1:])) for one in self._hosts
        )


def _name(host: str) -> str:
    """A host without its port, in small letters; what is none is a name that nobody has."""
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""
