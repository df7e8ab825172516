"""Tags: words on a case, put on it or taken off it on its page."""

from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import Response

from warmline_api.console import shell
from warmline_api.console.handoffs import handoff_page
from warmline_api.console.languages import _
from warmline_api.console.shell import PREFIX, Posted
from warmline_memory import desk, handoffs
from warmline_memory.errors import WarmlineError
from warmline_memory.storage import tables

router = APIRouter()


@router.post("/handoffs/{handoff_id}/tag")
def tag(handoff_id: UUID, visitor: Posted) -> Response:
    """Put a tag on the case of a handoff, or take one off."""
    added, removed = desk.tags.folded(shell.field(visitor.form, "tag")), shell.field(visitor.form, "remove")
    try:
        with visitor.transaction() as db:
            visitor.check_sees(db, tables.Handoff, handoff_id)
            row = handoffs.find(db, handoff_id)
            if removed:
                desk.tags.remove(db, row.chain_id, row.namespace, removed)
            elif not added:
                raise shell.malformed({"tag": _("Fill this in.")})
            else:
                desk.tags.add(db, row.chain_id, row.namespace, added, visitor.agent)
    except WarmlineError as error:
        return handoff_page.shown(visitor, handoff_id, error, "tag")
    said = _("Tag “{tag}” is taken off.", tag=removed) if removed else _("Tagged “{tag}”.", tag=added)
    return shell.done(f"{PREFIX}/handoffs/{handoff_id}?show=actions", said)
