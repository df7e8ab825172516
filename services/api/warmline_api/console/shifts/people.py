"""The people of a tenant as shift changes show them, and as they can be chosen."""

from warmline_api.console import shell
from warmline_memory import operators
from warmline_memory.storage import Transaction

MOST = 500
"""At most so many operators can be chosen from."""


def people(db: Transaction) -> list[tuple[str, str, str]]:
    """Agent, name and presence of everybody who can take something over, by name."""
    found = operators.list_page(db, limit=MOST, cursor=None).items
    known = [(one.agent, one.display_name, shell.words(one.presence)) for one in found if not one.disabled]
    return sorted(known, key=lambda one: one[1].lower())
