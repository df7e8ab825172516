"""Settings: what the tenant prefers."""

from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response

from warmline_api.console import forms, rendering, settings_pages
from warmline_api.console.visitors import Posted, Signed, Visitor, require
from warmline_memory import tenancy
from warmline_memory.errors import WarmlineError
from warmline_schemas.operators import OperatorRole
from warmline_schemas.preferences import PiiClass, RevisePreferences, SummariserName
from warmline_schemas.reasons import ReasonCode

router = APIRouter()

HERE = f"{settings_pages.HERE}/preferences"
TEMPLATE, TITLE = "settings_preferences.html", "Preferences"


@router.get("/settings/preferences")
def show_preferences(visitor: Signed) -> Response:
    """What the tenant prefers, as a form."""
    require(visitor, OperatorRole.ADMIN)
    return settings_pages.page(visitor, TEMPLATE, title=TITLE, **_context(visitor))


@router.post("/settings/preferences")
def revise_preferences(visitor: Posted) -> Response:
    """Change what the tenant prefers, for everybody from now on."""
    require(visitor, OperatorRole.ADMIN)
    form = visitor.form
    given = {
        "pii": form.getlist("pii"),
        "reason_codes": forms.text(form, "reason_codes").replace(",", " ").split(),
        "reinforce": "reinforce" in form,
        "consolidate": "consolidate" in form,
    }
    try:
        ask = forms.read(RevisePreferences, form, **given)
        with visitor.transaction() as db:
            tenancy.revise_preferences(db, visitor.operator.tenant_id, ask)
    except WarmlineError as error:
        return settings_pages.page(visitor, TEMPLATE, title=TITLE, error=error, **_context(visitor))
    return rendering.done(HERE, "Saved. It holds from the next brief and the next recall on.")


def _context(visitor: Visitor) -> dict[str, Any]:
    with visitor.transaction() as db:
        prefers = tenancy.signed_in(db).preferences
    return {
        "prefers": prefers,
        "classes": list(PiiClass),
        "summarisers": list(SummariserName),
        "known_codes": list(ReasonCode),
    }
