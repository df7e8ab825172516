"""Settings: what the tenant prefers."""

from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response

from warmline_api.console import shell
from warmline_api.console.languages import _, marked
from warmline_api.console.settings import tabs
from warmline_api.console.shell import Posted, Signed, Visitor, require, require_reading
from warmline_memory import tenancy
from warmline_memory.errors import WarmlineError
from warmline_schemas.operators import OperatorRole
from warmline_schemas.targets import ReasonCode
from warmline_schemas.tenancy import HideAtWrite, PiiClass, RevisePreferences, SummariserName

router = APIRouter()

HERE = f"{tabs.HERE}/preferences"
TEMPLATE, TITLE = "settings/preferences.html", marked("Preferences")


@router.get("/settings/preferences")
def show_preferences(visitor: Signed) -> Response:
    """What the tenant prefers, as a form."""
    require_reading(visitor, OperatorRole.ADMIN)
    return tabs.page(visitor, TEMPLATE, title=_(TITLE), **_context(visitor))


@router.post("/settings/preferences")
def revise_preferences(visitor: Posted) -> Response:
    """Change what the tenant prefers, for everybody from now on."""
    require(visitor, OperatorRole.ADMIN)
    form = visitor.form
    given = {
        "pii": form.getlist("pii"),
        "reason_codes": shell.field(form, "reason_codes").replace(",", " ").split(),
        "panel_origins": shell.field(form, "panel_origins").split(),
        "password_sign_in": "password_sign_in" in form,
        "second_factor_for": form.getlist("second_factor_for"),
        "reinforce": "reinforce" in form,
        "consolidate": "consolidate" in form,
        "hide_secrets_in_recall": "hide_secrets_in_recall" in form,
        "four_eyes_on_drafts": "four_eyes_on_drafts" in form,
        "mails_name_cases": "mails_name_cases" in form,
        "customer_recap": "customer_recap" in form,
        "ask_rating": "ask_rating" in form,
    }
    try:
        ask = shell.read_form(RevisePreferences, form, **given)
        with visitor.transaction() as db:
            tenancy.revise_preferences(db, visitor.operator.tenant_id, ask)
    except WarmlineError as error:
        return tabs.page(visitor, TEMPLATE, title=_(TITLE), error=error, **_context(visitor))
    return shell.done(HERE, _("Saved. It holds from the next brief and the next recall on."))


def _context(visitor: Visitor) -> dict[str, Any]:
    with visitor.transaction() as db:
        prefers = tenancy.signed_in(db).preferences
    return {
        "prefers": prefers,
        "roles": list(OperatorRole),
        "classes": list(PiiClass),
        "writes": list(HideAtWrite),
        "summarisers": list(SummariserName),
        "known_codes": list(ReasonCode),
    }
