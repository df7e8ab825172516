"""How a browser shows the console: its language before somebody signs in, its theme, how much of a case a list shows,
whether single keys do something, and how it tells of what is new."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from warmline_api.console.shell import rendering, single_keys
from warmline_api.console.shell.rendering import (
    DESKTOP,
    NONE,
    NOTICES_COOKIE,
    ROWS,
    ROWS_COOKIE,
    SOUND,
    THEME_COOKIE,
    THEMES,
)
from warmline_api.console.shell.visitors import refuse_other_origins

router = APIRouter()


@router.post("/theme")
def choose_theme(
    request: Request,
    theme: Annotated[str, Form(max_length=10)] = "",
    rows: Annotated[str, Form(max_length=10)] = "",
    next: Annotated[str, Form(max_length=2000)] = "",
) -> Response:
    """Keep which theme this browser shows, or with ``rows`` how much of a case its lists do. It takes no sign-in."""
    refuse_other_origins(request)
    if rows in ROWS:
        return _kept(ROWS_COOKIE, rows, next)
    return _kept(THEME_COOKIE, theme if theme in THEMES else THEMES[0], next)


@router.post("/language")
def choose_language(
    request: Request, language: Annotated[str, Form(max_length=10)], next: Annotated[str, Form(max_length=2000)] = ""
) -> Response:
    """Keep in which language this browser is spoken to where nobody is signed in, who may have chosen another one."""
    refuse_other_origins(request)
    return rendering.with_language(rendering.done(rendering.inside(next)), language)


@router.post("/keys")
async def choose_keys(request: Request) -> Response:
    """Keep whether single keys do something in this browser, and which ones: speech input and tremor type them by
    mistake, and some sit badly on a keyboard."""
    refuse_other_origins(request)
    async with request.form() as form:
        fields = {name: said for name, said in form.items() if isinstance(said, str)}
    used, others = single_keys.are_used(request.cookies), single_keys.chosen(request.cookies)
    if "keys" in fields:
        used = fields["keys"] != single_keys.OFF
    if "reset" in fields:
        others = {}
    elif "choose" in fields:
        others = single_keys.read(fields)
    return _kept(single_keys.COOKIE, single_keys.kept(used=used, others=others), fields.get("next", ""))


@router.post("/notices")
def choose_notices(
    request: Request,
    sound: Annotated[str, Form(max_length=10)] = "",
    desktop: Annotated[str, Form(max_length=10)] = "",
    next: Annotated[str, Form(max_length=2000)] = "",
) -> Response:
    """Keep how this browser tells of what is new; what is not named stays as it is."""
    refuse_other_origins(request)
    now = rendering.notices_of(request.cookies)
    chosen = [name for name, said in ((SOUND, sound), (DESKTOP, desktop)) if (said == "on" if said else name in now)]
    return _kept(NOTICES_COOKIE, "-".join(chosen) or NONE, next)


def _kept(cookie: str, chosen: str, next: str) -> Response:
    response = rendering.done(rendering.inside(next))
    return rendering.keeping(response, cookie, chosen)
