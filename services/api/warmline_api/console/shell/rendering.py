"""Rendering: templates become pages. Everything in a page is escaped; a name that a template lacks is an error."""

import math
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlsplit
from uuid import UUID

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from warmline_api.console import languages
from warmline_api.console.shell import assets, menu, plain_words, refusals, single_keys, wording
from warmline_api.console.shell.refusals import MalformedForm
from warmline_api.console.shell.visitors import Visitor
from warmline_memory.errors import WarmlineError
from warmline_memory.language import shown
from warmline_schemas.events import EventType

PREFIX = "/console"
FLASH_COOKIE, THEME_COOKIE = "warmline_flash", "warmline_theme"
NOTICES_COOKIE = "warmline_notices"
THEMES = ("system", "light", "dark")
ROWS_COOKIE = "warmline_rows"
ROWS = ("full", "line")
"""How much of a case a list shows: all that there is, or one line."""
SOUND, DESKTOP, NONE = "sound", "desktop", "none"
"""How a browser tells of what is new, beside the count in its title. A sound is made unless it was turned off; notices
of the desktop take a permission, and so somebody who asks for them."""
FLASH_SECONDS, A_YEAR = 60, 31_536_000
MAY_PASS = {429, 503}
"""The statuses that say when to try again."""


CONSOLE = Path(__file__).parents[1]


def _seen(value: Any) -> Any:
    """What a template writes, without what nobody sees in it: names, values and lines of others come from anywhere."""
    if not isinstance(value, str):
        return value
    seen = shown(value)
    return Markup(seen) if isinstance(value, Markup) and seen is not value else seen  # noqa: S704 (it was escaped before)


_templates = Environment(
    loader=FileSystemLoader(CONSOLE / "templates"),
    autoescape=True,
    finalize=_seen,
    # A name that is misspelt in a template fails in the first test that shows its page, instead of showing nothing.
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    extensions=["jinja2.ext.i18n"],
)
_templates.filters.update(wording.FILTERS)
_templates.globals.update(
    asset=assets.url_of,
    nav=menu.NAV,
    single_keys=single_keys.KEYS,
    own_keys=single_keys.OWN,
    event_types=" ".join(EventType),
    languages=languages,
)
# Each call asks which language is spoken, so that one environment serves all. What stands in a text is escaped; the
# texts themselves are ours, and hold tags.
_templates.install_gettext_callables(**languages.template_functions(), newstyle=True)  # type: ignore[attr-defined]


def page(
    visitor: Visitor | Request,
    template: str,
    *,
    title: str,
    status: int = 200,
    problem: str | None = None,
    error: WarmlineError | None = None,
    chain_id: UUID | None = None,
    live_at: str | None = None,
    **context: Any,
) -> HTMLResponse:
    """A template as a page. ``problem`` is a sentence that is shown on top of it; an ``error`` has one, and its status.
    Its regions are read again when something happens after the request began, with ``chain_id`` in that chain alone; at
    ``live_at`` where the page answers a form.

    A template may use ``visitor`` (None where nobody is signed in), ``form`` (what was posted, to fill in again),
    ``now`` (UTC), ``path``, and all of ``context``.
    """
    known = visitor if isinstance(visitor, Visitor) else None
    if error is not None:
        status, problem = refusals.status_of(error), plain_words.in_words(error, known)
    request = visitor.request if isinstance(visitor, Visitor) else visitor
    flash = unquote(request.cookies.get(FLASH_COOKIE, ""))
    html = _templates.get_template(template).render(
        visitor=known,
        form=known.form if known else {},
        title=title,
        problem=problem,
        faults=error.facts.get("fields", {}) if isinstance(error, MalformedForm) else {},
        flash=flash,
        theme=theme_of(request.cookies),
        list_rows=rows_of(request.cookies),
        notices=notices_of(request.cookies),
        uses_keys=single_keys.are_used(request.cookies),
        keymap=single_keys.chosen(request.cookies),
        zone=known.operator.zone if known else "UTC",
        now=datetime.now(UTC),
        path=request.url.path,
        page_url=_address(request) if request.method == "GET" else live_at,
        live=_events(known, chain_id) if known else None,
        **context,
    )
    # A page holds what customers said. No cache may keep it, and "back" after signing out must not show it.
    response = HTMLResponse(html, status, {"Cache-Control": "no-store"})
    if error is not None and status in MAY_PASS:
        response.headers["Retry-After"] = str(math.ceil(error.retry_seconds))
    if flash:
        response.delete_cookie(FLASH_COOKIE, path=PREFIX)
    return response


def done(url: str, message: str = "") -> RedirectResponse:
    """After a form was done: go to a page, which says so once."""
    response = RedirectResponse(url, 303)
    if message:
        # The message travels in a cookie, so that it survives the redirect and nothing has to be stored for it.
        response.set_cookie(
            FLASH_COOKIE, quote(message), max_age=FLASH_SECONDS, path=PREFIX, httponly=True, samesite="lax"
        )
    return response


def keeping(response: Response, cookie: str, chosen: str) -> Response:
    """An answer with which a browser keeps a choice for a year."""
    response.set_cookie(cookie, chosen, max_age=A_YEAR, path=PREFIX, httponly=True, samesite="lax")
    return response


def with_language(response: Response, language: str) -> Response:
    """An answer with which a browser keeps its language, or with an empty one keeps none."""
    if not language:
        response.delete_cookie(languages.COOKIE, path=PREFIX)
        return response
    return keeping(response, languages.COOKIE, language) if language in languages.LANGUAGES else response


def refused(
    visitor: Visitor | Request, error: WarmlineError, template: str, *, title: str, **context: Any
) -> HTMLResponse:
    """After a form was refused: its page again, with what is in the way on top, and the status of the error."""
    return page(visitor, template, title=title, error=error, **context)


def inside(url: str) -> str:
    """An address within the console; the queue instead of any other."""
    try:
        parts = urlsplit(url)
    except ValueError:  # such as an IPv6 address that is none
        return f"{PREFIX}/"
    # Browsers read a backslash as a slash, so `/\evil.example` would lead to another site, although ``urlsplit`` sees
    # none.
    foreign = parts.scheme or parts.netloc or "\\" in url or not parts.path.startswith(f"{PREFIX}/")
    return f"{PREFIX}/" if foreign else url


def _events(visitor: Visitor, chain_id: UUID | None) -> str:
    return f"{PREFIX}/events?after={visitor.seen}" + (f"&chain_id={chain_id}" if chain_id else "")


def _address(request: Request) -> str:
    return request.url.path + (f"?{request.url.query}" if request.url.query else "")


def notices_of(cookies: Mapping[str, str]) -> frozenset[str]:
    """How a browser was asked to tell of what is new: ``sound``, ``desktop``, both, or neither."""
    asked = cookies.get(NOTICES_COOKIE)
    return frozenset({SOUND}) if asked is None else frozenset(asked.split("-")) & {SOUND, DESKTOP}


def rows_of(cookies: Mapping[str, str]) -> str:
    """How much of a case the lists of a browser show."""
    asked = cookies.get(ROWS_COOKIE, "")
    return asked if asked in ROWS else ROWS[0]


def theme_of(cookies: Mapping[str, str]) -> str:
    """The theme that a browser asked for."""
    asked = cookies.get(THEME_COOKIE, "")
    return asked if asked in THEMES else THEMES[0]
