"""Preferences: what a tenant wants done otherwise than by default."""

from warmline_api.answers import Answer, Routes
from warmline_api.callers import Editor, Reader
from warmline_memory import tenancy
from warmline_schemas.tenancy import Preferences, RevisePreferences

router = Routes(prefix="/preferences", tags=["preferences"])


@router.get("")
def get_preferences(caller: Reader) -> Answer[Preferences]:
    """What your tenant prefers."""
    with caller.transaction() as db:
        found = tenancy.signed_in(db).preferences
    return Answer.versioned(found)


@router.patch("")
def revise_preferences(ask: RevisePreferences, caller: Editor) -> Answer[Preferences]:
    """Change what your tenant prefers, for all its keys from now on."""
    with caller.editing(tenancy.read_preferences) as db:
        made = tenancy.revise_preferences(db, tenancy.signed_in(db).tenant_id, ask)

    return Answer.versioned(made)
