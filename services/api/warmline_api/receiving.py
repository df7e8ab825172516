"""Receiving: what a channel brings, taken once, and in a transaction that embeds nothing."""

from collections.abc import Callable
from uuid import UUID

from warmline_api.answers import REPEATED, Answer
from warmline_api.callers import Caller
from warmline_memory import tenancy
from warmline_memory.embedding import Ready, until_embedded
from warmline_memory.messaging import CUSTOMER
from warmline_memory.storage import Transaction
from warmline_schemas.customers.messages import ReceivedMessage, SendMessage


def received(
    caller: Caller, ask: SendMessage, take: Callable[[Transaction, Ready], ReceivedMessage]
) -> Answer[ReceivedMessage]:
    """What became of a message; a header says so where it came before."""
    taken: list[tuple[ReceivedMessage, UUID]] = []

    def work(db: Transaction, ready: Ready) -> ReceivedMessage:
        message = take(db, ready)
        taken[:] = [(message, tenancy.signed_in(db).tenant_id)]
        return message

    caller.check()
    # Embedded before the transaction, which locks the chain.
    answer = until_embedded(
        caller.embed,
        lambda ready: caller.once(ask, 201, lambda db: work(db, ready)),
        Ready() if ask.content is None else Ready([ask.content], caller.embed([ask.content])),
    )
    for message, tenant_id in taken:
        if message.repeated:
            answer.headers.update(REPEATED)
        if ask.agent is None:
            # What the customer typed is said.
            caller.onlookers.stop(tenant_id, message.chain_id, CUSTOMER)
    return answer
