"""Saving views: what of a list is shown, under a name, for oneself or for one's team."""

from urllib.parse import urlencode

from fastapi import APIRouter
from fastapi.responses import Response

from warmline_api.console import shell
from warmline_api.console.languages import _
from warmline_api.console.shell import PREFIX, Posted
from warmline_memory import desk

router = APIRouter()

PARTS = ("to", "urgency", "language", "tag", "sort")
MOST_PART_CHARS = 200


@router.post("/views")
def save_view(visitor: Posted) -> Response:
    """Save what is shown as a view, or delete one."""
    form = visitor.form
    if view_id := shell.field(form, "delete"):
        with visitor.transaction() as db:
            desk.views.delete(db, visitor.operator, shell.id_of(view_id))
        return shell.done(shell.inside(shell.field(form, "next")), _("The view is deleted."))
    shown = {part: said[:MOST_PART_CHARS] for part in PARTS if (said := shell.field(form, part))}
    name = shell.field(form, "name")[: desk.views.MOST_CHARS].strip()
    if not name:
        raise shell.malformed({"name": _("Fill this in.")})
    with visitor.transaction() as db:
        desk.views.save(db, visitor.operator, name, shown, is_shared=bool(form.get("shared")))
    return shell.done(f"{PREFIX}/?{urlencode(shown)}", _("Saved as “{name}”.", name=name))
