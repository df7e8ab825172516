"""Settings: the replies that people use again and again."""

from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response
from pydantic import TypeAdapter

from warmline_api.console import shell
from warmline_api.console.languages import _
from warmline_api.console.settings import tabs
from warmline_api.console.shell import Posted, Signed, Visitor, require, require_reading
from warmline_memory import saved_replies
from warmline_memory.errors import WarmlineError
from warmline_schemas.operators import OperatorRole
from warmline_schemas.saved_replies import SavedReplyName, WriteSavedReply

router = APIRouter()

HERE = f"{tabs.HERE}/saved-replies"
NAME: TypeAdapter[str] = TypeAdapter(SavedReplyName)


@router.get("/settings/saved-replies")
def list_saved_replies(visitor: Signed, name: str = "") -> Response:
    """Every saved reply; with the name of one, go to its form."""
    require_reading(visitor, OperatorRole.LEAD)
    if name.strip():
        return shell.done(f"{HERE}/{shell.name_of_page(NAME, name.strip())}")
    with visitor.transaction() as db:
        found = saved_replies.list_all(db)
    return tabs.page(visitor, "settings/saved_replies.html", title=_("Saved replies"), found=found)


@router.get("/settings/saved-replies/{name}")
def show_saved_reply(name: str, visitor: Signed) -> Response:
    """One saved reply as a form; an empty one where there is none of that name."""
    require_reading(visitor, OperatorRole.LEAD)
    with visitor.transaction() as db:
        kept = {one.name: one for one in saved_replies.list_all(db)}.get(shell.name_of_page(NAME, name))
    fields = {"text": kept.text, "language": kept.language, "queues": ", ".join(kept.queues)} if kept else {}
    return _page(visitor, name, fields, is_written=kept is not None)


@router.post("/settings/saved-replies/{name}")
def write_saved_reply(name: str, visitor: Posted) -> Response:
    """Write a saved reply, or delete it."""
    require(visitor, OperatorRole.LEAD)
    form = visitor.form
    try:
        if shell.field(form, "verb") == "delete":
            with visitor.transaction() as db:
                saved_replies.delete(db, shell.name_of_page(NAME, name))
            return shell.done(HERE, _("The saved reply {name} is deleted.", name=name))
        # Browsers send line ends as CR LF (WHATWG HTML, 4.10.21.7).
        text = shell.field(form, "text").replace("\r\n", "\n")
        queues = shell.field(form, "queues").replace(",", " ").split()
        ask = shell.read_form(WriteSavedReply, {**form, "text": text}, queues=queues)
        with visitor.transaction() as db:
            saved_replies.write(db, shell.name_of_page(NAME, name), ask)
    except WarmlineError as error:
        return _page(visitor, name, dict(form), is_written=True, error=error)
    return shell.done(HERE, _("Saved. {name} is offered from now on.", name=name))


def _page(
    visitor: Visitor, name: str, fields: dict[str, Any], *, is_written: bool, error: WarmlineError | None = None
) -> Response:
    fields = {"text": "", "language": "", "queues": "", **fields}
    context = {"name": name, "fields": fields, "is_written": is_written}
    return tabs.page(
        visitor, "settings/saved_reply.html", title=_("Saved reply {name}", name=name), error=error, **context
    )
