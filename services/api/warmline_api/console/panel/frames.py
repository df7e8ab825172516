"""Frames: which pages may show a tenant's side panel, and who is signed in there.

The frame is in a page of another site. So its cookie is one that such frames get, kept by the browser for this page of
the desk alone (CHIPS), and the tenant stands in the address: before anybody is known it must be known which pages may
have the frame. A login counts in the frame of its own tenant only.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, TypeVar
from urllib.parse import quote
from uuid import UUID

from fastapi import Depends, Request
from fastapi.responses import Response

from warmline_api.console import shell
from warmline_api.console.shell import PREFIX, Visitor
from warmline_memory import tenancy
from warmline_memory.errors import Unauthenticated
from warmline_memory.platform import Platform

HERE = f"{PREFIX}/panel"
COOKIE = "warmline_panel"
"""The cookie that holds the token of a login in the side panel."""
LONGEST = 200
"""So much of a name or an id is looked at. None is longer."""

Answered = TypeVar("Answered", bound=Response)


@dataclass(frozen=True)
class Frame:
    """The side panel of a tenant. One that is not there has no id, and is shown nowhere."""

    tenant: str
    tenant_id: UUID | None
    origins: Sequence[str]
    """The pages that may show it."""

    @property
    def address(self) -> str:
        """Where it is."""
        return f"{HERE}/{quote(self.tenant, safe='')}"

    def inside(self, url: str) -> str:
        """An address within the panel; the panel itself instead of any other."""
        within = shell.inside(url)
        return within if within.startswith((f"{self.address}?", f"{self.address}/")) else self.address

    def framed(self, response: Answered) -> Answered:
        """An answer that these pages may show, and no other."""
        response.headers["Content-Security-Policy"] = shell.framed_by(self.origins)
        return response

    def with_login(self, response: Answered, token: str) -> Answered:
        """An answer with the cookie of a login in this panel; with an empty one it is taken away."""
        # By hand: the library's cookies know no `Partitioned`. Without `Secure` a browser would not take it; at an
        # address of this machine it does so without TLS, too.
        lasts = "" if token else "; Max-Age=0"
        cookie = f"{COOKIE}={token}; Path={self.address}; HttpOnly; Secure; SameSite=None; Partitioned{lasts}"
        response.headers.append("Set-Cookie", cookie)
        return response


def is_of(request: Request) -> bool:
    """Whether a request is one of a side panel."""
    return request.url.path.startswith(f"{HERE}/") and "tenant" in request.path_params


def frame_of(request: Request) -> Frame:
    """The side panel that a request is about."""
    name = str(request.path_params["tenant"])
    platform: Platform = request.app.state.platform
    with platform.database.transaction(tenant_name=name[:LONGEST]) as db:
        found = tenancy.preferences_of(db, name[:LONGEST])
    if found is None:
        return Frame(name, None, ())
    return Frame(name, found[0], found[1].panel_origins)


def visitor_in(request: Request, frame: Frame) -> Visitor | None:
    """Who is signed in to a side panel; None where nobody is."""
    try:
        return in_frame(shell.signed_in_by(request, COOKIE), frame)
    except Unauthenticated:
        return None


def in_frame(visitor: Visitor, frame: Frame) -> Visitor:
    """Whoever is signed in, if it is their tenant's panel. Raises ``Unauthenticated``: else the pages of one tenant
    could show the cases of another."""
    if visitor.operator.tenant_id != frame.tenant_id:
        raise Unauthenticated
    return visitor


Framed = Annotated[Frame, Depends(frame_of)]
