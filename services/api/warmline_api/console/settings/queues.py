"""Settings: how queues work."""

from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response
from pydantic import TypeAdapter

from warmline_api.console import shell
from warmline_api.console.languages import _
from warmline_api.console.settings import queue_forms, tabs
from warmline_api.console.shell import Posted, Signed, Visitor, require, require_reading
from warmline_memory import queues
from warmline_memory.errors import WarmlineError
from warmline_schemas.operators import OperatorRole
from warmline_schemas.queues import Assigning, NobodyThere, QueueName

router = APIRouter()

HERE = f"{tabs.HERE}/queues"
NAME: TypeAdapter[str] = TypeAdapter(QueueName)
CHOICES = {"assignings": list(Assigning), "policies": list(NobodyThere)}


@router.get("/settings/queues")
def list_queues(visitor: Signed, name: str = "") -> Response:
    """Every queue; with the name of one, go to its form."""
    require_reading(visitor, OperatorRole.LEAD)
    if name.strip():
        return shell.done(f"{HERE}/{shell.name_of_page(NAME, name.strip())}")
    with visitor.transaction() as db:
        found = queues.list_all(db)
    return tabs.page(visitor, "settings/queues.html", title=_("Queues"), queues=found)


@router.get("/settings/queues/{name}")
def show_queue(name: str, visitor: Signed) -> Response:
    """One queue as a form; with all defaults where nobody wrote it."""
    require_reading(visitor, OperatorRole.LEAD)
    with visitor.transaction() as db:
        queue = queues.read(db, shell.name_of_page(NAME, name))
    return _page(visitor, name, queue.written, queue_forms.write(queue))


@router.post("/settings/queues/{name}")
def write_queue(name: str, visitor: Posted) -> Response:
    """Set a queue up, or give it its defaults again: an administrator any, a lead their own."""
    require(visitor, OperatorRole.LEAD)
    if not _may_write(visitor, shell.name_of_page(NAME, name)):
        require(visitor, OperatorRole.ADMIN)
    if shell.field(visitor.form, "verb") == "delete":
        with visitor.transaction() as db:
            queues.delete(db, name)
        return shell.done(HERE, _("Reset. The queue {name} has the defaults.", name=name))
    try:
        ask = queue_forms.read(visitor.form)
        with visitor.transaction() as db:
            queues.write(db, name, ask)
    except WarmlineError as error:
        return _page(visitor, name, True, queue_forms.typed(visitor.form), error)
    return shell.done(HERE, _("Saved. Applies to new handoffs."))


def _may_write(visitor: Visitor, name: str) -> bool:
    return visitor.may(OperatorRole.ADMIN) or (visitor.may(OperatorRole.LEAD) and name in visitor.operator.queues)


def _page(
    visitor: Visitor, name: str, is_written: bool, fields: dict[str, Any], error: WarmlineError | None = None
) -> Response:
    may_write = _may_write(visitor, name)
    context = {"name": name, "is_written": is_written, "fields": fields, "may_write": may_write, **CHOICES}
    return tabs.page(visitor, "settings/queue.html", title=_("Queue {name}", name=name), error=error, **context)
