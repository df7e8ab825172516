"""Saved replies in a case: those that are offered there, with the names filled in."""

from collections.abc import Mapping
from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import Response

from warmline_api.console import shell
from warmline_api.console.languages import _
from warmline_api.console.shell import PREFIX, Signed, Visitor
from warmline_memory import customers, handoffs, queues, saved_replies
from warmline_memory.storage import Transaction, tables
from warmline_schemas.customers.customers import Customer
from warmline_schemas.saved_replies import Blank

router = APIRouter()


@router.get("/handoffs/{handoff_id}/saved-replies")
def show_offered(handoff_id: UUID, visitor: Signed) -> Response:
    """The saved replies that are offered in a case, to choose one."""
    with visitor.transaction() as db:
        visitor.check_sees(db, tables.Handoff, handoff_id)
        handoff = handoffs.find(db, handoff_id)
        customer = customers.of_namespace(db, handoff.namespace)
        language = (customer and customer.language) or handoff.language
        found = saved_replies.list_offered(db, queues.of_target(db, handoff.target).name, language)
    known = _known(visitor, customer)
    return shell.page(
        visitor,
        "handoffs/saved_replies.html",
        title=_("Saved replies"),
        here=f"{PREFIX}/handoffs/{handoff_id}",
        offered=[(one, saved_replies.fill(one.text, known)) for one in found],
    )


def filled(db: Transaction, visitor: Visitor, handoff: tables.Handoff, name: str) -> str:
    """The text of a saved reply as it would be said in a case. Raises ``NotFound``."""
    known = _known(visitor, customers.of_namespace(db, handoff.namespace))
    return saved_replies.fill(saved_replies.read(db, name).text, known)


def _known(visitor: Visitor, customer: Customer | None) -> Mapping[Blank, str | None]:
    return {
        Blank.CUSTOMER: customer.display_name if customer else None,
        Blank.OPERATOR: visitor.operator.display_name,
    }
