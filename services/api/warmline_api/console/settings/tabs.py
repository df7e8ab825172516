"""Settings pages: what all of them share, which is their tabs."""

from typing import Any

from fastapi.responses import HTMLResponse

from warmline_api.console import shell
from warmline_api.console.shell import Visitor
from warmline_memory.errors import WarmlineError
from warmline_schemas.operators import OperatorRole

HERE = "/console/settings"
TABS = (
    ("Profile", HERE, OperatorRole.OPERATOR),
    ("Sign-ins", f"{HERE}/sign-ins", OperatorRole.OPERATOR),
    ("Second factor", f"{HERE}/second-factor", OperatorRole.OPERATOR),
    ("Queues", f"{HERE}/queues", OperatorRole.LEAD),
    ("Operators", f"{HERE}/operators", OperatorRole.ADMIN),
    ("API keys", f"{HERE}/keys", OperatorRole.ADMIN),
    ("Preferences", f"{HERE}/preferences", OperatorRole.ADMIN),
    ("Provider", f"{HERE}/provider", OperatorRole.ADMIN),
)
"""Title, address and least role of each."""


def page(
    visitor: Visitor, template: str, *, title: str, error: WarmlineError | None = None, **context: Any
) -> HTMLResponse:
    """A page of the settings; with an error, the page again after its form was refused."""
    if error is not None:
        return shell.refused(visitor, error, template, title=title, settings_tabs=TABS, **context)
    return shell.page(visitor, template, title=title, settings_tabs=TABS, **context)
