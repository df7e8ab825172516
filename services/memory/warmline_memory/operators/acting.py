"""Acting: whose handoffs a person may act on. An operator acts on what they hold; a lead also for their people."""

from warmline_memory.errors import HeldBySomebodyElse
from warmline_memory.operators import operators, sign_ins
from warmline_memory.operators.sign_ins import Person
from warmline_memory.storage import tables
from warmline_memory.storage.transactions import Transaction
from warmline_schemas.operators import OperatorRole
from warmline_schemas.targets import TargetKind, kind_of


def check_holder(db: Transaction, row: tables.Handoff) -> None:
    """Raise ``HeldBySomebodyElse`` where the person who is signed in neither holds a handoff nor leads its queue.

    Programs show by the fencing token that they hold it. Its small numbers would not keep a colleague from anything.
    """
    if db.person is None or db.person == row.holder:
        return
    if not leads(db, sign_ins.person(db), row):
        raise HeldBySomebodyElse(handoff_id=row.id, holder=row.holder)


def leads(db: Transaction, person: Person, row: tables.Handoff) -> bool:
    """Whether somebody is a lead of a handoff: it goes to a queue or skill of theirs, to a person who works one, or to
    an agent. Administrators lead everything.
    """
    if person.role is not OperatorRole.LEAD:
        return person.role is OperatorRole.ADMIN
    if row.target in person.worked or kind_of(row.target) is TargetKind.AGENT:
        return True
    sent_to = operators.find_by_agent(db, row.target)
    return sent_to is not None and not (
        set(sent_to.queues).isdisjoint(person.queues) and set(sent_to.skills).isdisjoint(person.skills)
    )
