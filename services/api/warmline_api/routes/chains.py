"""Chains: tree, compare, what is said to one, and that its customer is typing."""

from uuid import UUID

from fastapi import Response

from warmline_api.answers import Answer, Routes
from warmline_api.callers import Reader, Writer
from warmline_api.receiving import received
from warmline_memory import channels, handoffs, tenancy
from warmline_memory.embedding import until_embedded
from warmline_memory.messaging import CUSTOMER
from warmline_schemas.claims import Owner
from warmline_schemas.customers.messages import GiveBack, ReceivedMessage, Reply, ReportDelivery, SendMessage
from warmline_schemas.sessions import ChainTree, Comparison

router = Routes(tags=["chains"])


@router.get("/chains/{chain_id}")
def get_chain_tree(chain_id: UUID, caller: Reader) -> ChainTree:
    """A chain as a tree: which session started from which handoff, branches and rollbacks included.

    The id of a chain is the id of its first session.
    """
    with caller.transaction() as db:
        return handoffs.chains.tree_of(db, chain_id)


@router.get("/handoffs/{left_id}/compare/{right_id}")
def compare_handoffs(left_id: UUID, right_id: UUID, caller: Reader) -> Comparison:
    """The briefs of two handoffs of one chain side by side: where they part, and what differs since."""
    with caller.transaction() as db:
        return handoffs.chains.compare(db, left_id, right_id)


@router.post("/chains/{chain_id}/messages", status_code=201)
def send_message(chain_id: UUID, ask: SendMessage, caller: Writer) -> Answer[ReceivedMessage]:
    """Say something in a case, whatever its state: it shows to whoever has the case, and a customer's opens what had
    ended. What came before under its `external_id` is not stored again, and a header says so."""
    return received(caller, ask, lambda db, ready: channels.receive(db, chain_id, ask, ready))


@router.post("/chains/{chain_id}/typing", status_code=204)
def note_typing(chain_id: UUID, caller: Writer) -> Response:
    """Say that the customer of a case is typing: whoever has it open sees it for some seconds. Nothing is stored."""
    with caller.transaction() as db:
        channels.check_case(db, chain_id)
        tenant_id = tenancy.signed_in(db).tenant_id
    caller.onlookers.type(tenant_id, chain_id, CUSTOMER)
    return Response(status_code=204)


@router.post("/chains/{chain_id}/messages/{message_id}/delivery")
def report_delivery(chain_id: UUID, message_id: UUID, ask: ReportDelivery, caller: Writer) -> Answer[Reply]:
    """Report how far a channel got with a reply. What is less than is known changes nothing."""
    return caller.once(ask, 200, lambda db: channels.report(db, chain_id, message_id, ask))


@router.post("/chains/{chain_id}/give-back")
def give_back_chain(chain_id: UUID, ask: GiveBack, caller: Writer) -> Answer[Owner]:
    """Let the agent of a case speak again, for whom a person had spoken; what they took over is handed back to it."""
    return until_embedded(
        caller.embed, lambda ready: caller.once(ask, 200, lambda db: channels.give_back(db, chain_id, ask, ready))
    )
