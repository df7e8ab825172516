"""Preferences: what a tenant wants done otherwise than by default."""

from fastapi import APIRouter

from warmline_api.callers import Reader
from warmline_memory import tenancy
from warmline_schemas.tenancy import Preferences, RevisePreferences

router = APIRouter(prefix="/preferences", tags=["preferences"])


@router.get("")
def get_preferences(caller: Reader) -> Preferences:
    """What your tenant prefers."""
    with caller.transaction() as db:
        return tenancy.signed_in(db).preferences


@router.patch("")
def revise_preferences(ask: RevisePreferences, caller: Reader) -> Preferences:
    """Change what your tenant prefers, for all its keys from now on."""
    with caller.transaction() as db:
        return tenancy.revise_preferences(db, tenancy.signed_in(db).tenant_id, ask)
