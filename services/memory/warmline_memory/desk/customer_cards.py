"""Customer cards: who a handoff is about, and what else they came with, as an operator may see it."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from warmline_memory import customers, operators
from warmline_memory.customers import Case
from warmline_memory.operators import Person
from warmline_memory.storage import tables
from warmline_memory.storage.transactions import Transaction
from warmline_schemas.customers.customers import Customer


@dataclass(frozen=True)
class CustomerCard:
    """The customer of a case, and their other cases."""

    namespace: str
    customer: Customer | None
    """None where nobody said who it is."""
    others: Sequence[Case]
    """Their other cases that the operator may see, the newest first."""

    @property
    def title(self) -> str:
        """What people call the customer: by name, or else by the namespace."""
        return (self.customer and self.customer.display_name) or self.namespace


def read(db: Transaction, person: Person, namespace: str, chain_id: UUID) -> CustomerCard:
    """Who a case of a namespace is about."""
    seen = operators.sees_case(person, tables.Session.chain_id)
    others = customers.cases_of(db, namespace, beside=chain_id, seen=seen)
    return CustomerCard(namespace, customers.of_namespace(db, namespace), others)
