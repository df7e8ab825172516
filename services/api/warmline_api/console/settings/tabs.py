"""Settings pages: what all of them share, which is their tabs."""

from typing import Any

from fastapi.responses import HTMLResponse

from warmline_api.console import shell
from warmline_api.console.languages import marked
from warmline_api.console.shell import Visitor
from warmline_memory.errors import WarmlineError
from warmline_schemas.operators import OperatorRole

HERE = "/console/settings"
TABS = (
    (marked("Profile"), HERE, OperatorRole.OPERATOR),
    (marked("Sign-ins"), f"{HERE}/sign-ins", OperatorRole.OPERATOR),
    (marked("Second factor"), f"{HERE}/second-factor", OperatorRole.OPERATOR),
    (marked("Queues"), f"{HERE}/queues", OperatorRole.LEAD),
    (marked("Saved replies"), f"{HERE}/saved-replies", OperatorRole.LEAD),
    (marked("Operators"), f"{HERE}/operators", OperatorRole.ADMIN),
    (marked("API keys"), f"{HERE}/keys", OperatorRole.ADMIN),
    (marked("Preferences"), f"{HERE}/preferences", OperatorRole.ADMIN),
    (marked("Provider"), f"{HERE}/provider", OperatorRole.ADMIN),
)
"""Title, address and least role of each."""


def page(
    visitor: Visitor, template: str, *, title: str, error: WarmlineError | None = None, **context: Any
) -> HTMLResponse:
    """A page of the settings; with an error, the page again after its form was refused."""
    if error is not None:
        return shell.refused(visitor, error, template, title=title, settings_tabs=TABS, **context)
    return shell.page(visitor, template, title=title, settings_tabs=TABS, **context)
