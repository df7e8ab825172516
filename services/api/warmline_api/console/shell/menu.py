"""The menu: the console's pages, and those of its settings, each with the least role that reads it."""

from dataclasses import dataclass

from warmline_api.console.languages import marked
from warmline_schemas.operators import OperatorRole

SETTINGS_PATH = "/console/settings"


@dataclass(frozen=True)
class Entry:
    """A page of the menu."""

    title: str
    path: str
    icon: str
    role: OperatorRole = OperatorRole.OPERATOR
    """The least role that reads it."""


NAV = (
    Entry(marked("Queue"), "/console/", "queue"),
    Entry(marked("My work"), "/console/mine", "mine"),
    Entry(marked("Search"), "/console/search", "search"),
    Entry(marked("Drafts"), "/console/drafts", "draft"),
    Entry(marked("Failed"), "/console/failed", "failed"),
    Entry(marked("Shifts"), "/console/shifts", "shift"),
    Entry(marked("Analytics"), "/console/analytics", "chart"),
    Entry(marked("Webhooks"), "/console/deliveries", "delivery", OperatorRole.LEAD),
    Entry(marked("Settings"), SETTINGS_PATH, "settings"),
)
"""The menu, in its order."""
SETTINGS = tuple(
    Entry(title, f"{SETTINGS_PATH}{path}", "settings", role)
    for title, path, role in (
        (marked("Profile"), "", OperatorRole.OPERATOR),
        (marked("Sign-ins"), "/sign-ins", OperatorRole.OPERATOR),
        (marked("Second factor"), "/second-factor", OperatorRole.OPERATOR),
        (marked("Queues"), "/queues", OperatorRole.LEAD),
        (marked("Saved replies"), "/saved-replies", OperatorRole.LEAD),
        (marked("Operators"), "/operators", OperatorRole.ADMIN),
        (marked("API keys"), "/keys", OperatorRole.ADMIN),
        (marked("Preferences"), "/preferences", OperatorRole.ADMIN),
        (marked("Provider"), "/provider", OperatorRole.ADMIN),
    )
)
"""The tabs of the settings, in their order."""
