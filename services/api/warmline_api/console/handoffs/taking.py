"""Taking: who may take a handoff or review the draft of one, and who leads it."""

from uuid import UUID

from warmline_api.console.languages import _
from warmline_api.console.shell import NotForYou, Visitor, require
from warmline_memory import handoffs, operators
from warmline_memory.storage import Transaction
from warmline_schemas.operators import OperatorRole


def check_may_take(visitor: Visitor, db: Transaction, handoff_id: UUID) -> None:
    """Raise ``NotForYou`` for what somebody else works; a lead may take all that goes to their queues."""
    # ``handoffs.claim`` takes any agent, for bots have no skills on record. That people take only what they have the
    # queues and skills for is a rule of the console.
    row = handoffs.find(db, handoff_id)
    why = operators.may_take(visitor.operator, row)
    if why and not operators.leads(db, visitor.operator, row):
        raise NotForYou(why=why)


def require_lead(visitor: Visitor, db: Transaction, handoff_id: UUID) -> None:
    """Raise ``RoleForbids`` for whoever is no lead, and ``NotForYou`` for a lead of other queues."""
    require(visitor, OperatorRole.LEAD)
    if not operators.leads(db, visitor.operator, handoffs.find(db, handoff_id)):
        raise NotForYou(why=_("It goes to a queue that you do not lead."))
