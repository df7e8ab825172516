"""Customers: make or find, list, get, change; and what is said in their case."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from warmline_api.answers import REPEATED, Answer, Routes
from warmline_api.callers import Editor, Reader, Writer
from warmline_api.queries import Cursor, Limit
from warmline_api.receiving import received
from warmline_memory import channels, customers
from warmline_memory.storage import Transaction
from warmline_schemas.customers.customers import Customer, MakeCustomer, ReviseCustomer
from warmline_schemas.customers.messages import ReceivedMessage, SendMessage
from warmline_schemas.wire import Page

router = Routes(prefix="/customers", tags=["customers"])


@router.post("", status_code=201)
def make_customer(ask: MakeCustomer, caller: Writer) -> Answer[Customer]:
    """Make a customer, or find the one who has these ids; a header says that they were known."""
    known: list[bool] = []

    def work(db: Transaction) -> Customer:
        found, is_known = customers.make(db, ask)
        known[:] = [is_known]
        return found

    answer = caller.once(ask, 201, work)
    if known and known[0]:
        answer.headers.update(REPEATED)
    return answer


@router.get("")
def list_customers(
    caller: Reader,
    search: Annotated[
        str | None, Query(min_length=1, max_length=255, description="A part of a name, or a whole id or namespace.")
    ] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Page[Customer]:
    """Customers, newest first."""
    with caller.transaction() as db:
        return customers.list_page(db, limit=limit, cursor=cursor, search=search)


@router.get("/{customer_id}")
def get_customer(customer_id: UUID, caller: Reader) -> Answer[Customer]:
    """One customer."""
    with caller.transaction() as db:
        found = customers.get(db, customer_id)
    return Answer.versioned(found)


@router.patch("/{customer_id}")
def revise_customer(customer_id: UUID, ask: ReviseCustomer, caller: Editor) -> Answer[Customer]:
    """Change a customer."""
    with caller.editing(lambda db: customers.get(db, customer_id)) as db:
        made = customers.revise(db, customer_id, ask)
    return Answer.versioned(made)


@router.post("/{customer_id}/messages", status_code=201)
def send_customer_message(customer_id: UUID, ask: SendMessage, caller: Writer) -> Answer[ReceivedMessage]:
    """Say something in a customer's newest case, as in a chain; where there is none, one begins with `bot`."""
    return received(caller, ask, lambda db, ready: channels.receive_from_customer(db, customer_id, ask, ready))
