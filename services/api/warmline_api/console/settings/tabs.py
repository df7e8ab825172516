"""Settings pages: what all of them share, which is their tabs."""

from typing import Any

from fastapi.responses import HTMLResponse

from warmline_api.console import shell
from warmline_api.console.shell import Visitor
from warmline_memory.errors import WarmlineError

HERE = shell.SETTINGS_PATH


def page(
    visitor: Visitor, template: str, *, title: str, error: WarmlineError | None = None, **context: Any
) -> HTMLResponse:
    """A page of the settings; with an error, the page again after its form was refused."""
    if error is not None:
        return shell.refused(visitor, error, template, title=title, settings_tabs=shell.SETTINGS, **context)
    return shell.page(visitor, template, title=title, settings_tabs=shell.SETTINGS, **context)
