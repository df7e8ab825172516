"""The chains API: a chain as a tree, two of its briefs compared, who speaks for it, and what is said to it."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from warmline.asynchronous.transport import AsyncTransport
from warmline.calls import Id, build, path_to
from warmline_schemas.claims import Owner
from warmline_schemas.customers.messages import (
    GiveBack,
    ReceivedMessage,
    Reply,
    ReplyState,
    ReportDelivery,
    SendMessage,
)
from warmline_schemas.sessions import ChainTree, Comparison

PATH = "/v1/chains"
HANDOFFS = "/v1/handoffs"


class AsyncChains:
    """``client.chains``. Every method raises the errors of ``warmline.errors``."""

    def __init__(self, transport: AsyncTransport) -> None:
        self._transport = transport

    async def tree(self, chain_id: Id) -> ChainTree:
        """Read a chain as a tree, with its branches and rollbacks. The id of a chain is the id of its first session."""
        return await self._transport.get(ChainTree, path_to(PATH, chain_id))

    async def compare(self, left: Id, right: Id) -> Comparison:
        """Compare the briefs of two handoffs of one chain: where they have their common origin, and what differs."""
        return await self._transport.get(Comparison, path_to(f"{path_to(HANDOFFS, left)}/compare", right))

    async def owner(self, chain_id: Id, *, session_id: Id | None = None, agent: str | None = None) -> Owner:
        """Read which session speaks for a chain, and whether this session, or else this agent, may reply to the
        customer now.
        """
        return await self._transport.get(
            Owner, path_to(PATH, chain_id, "owner"), {"session_id": session_id, "agent": agent}
        )

    async def send(
        self,
        chain_id: Id,
        content: str | None = None,
        *,
        external_id: str | int,
        attachments: Iterable[Id] | None = None,
        agent: str | None = None,
        deliver: bool | None = None,
        takes_over: bool | None = None,
        bot: str | None = None,
        event_time: datetime | None = None,
        metadata: Mapping[str, Any] | None = None,
        idempotency_key: str | None = None,
    ) -> ReceivedMessage:
        """Say something in a case as its channel heard it, whatever the state of the case.

        It shows to whoever has the case; a customer's message opens what had ended. ``external_id`` is the channel's
        own id of the message: what came under it before is not stored again. ``agent`` is who of your side said it,
        such as ``human:ana`` in another channel, who speaks for the case from then on (``takes_over=False``: they said
        it before they gave the case back); without it the customer did.
        Where a new case begins, it does with ``bot``, or else with the agent of the one before. With ``deliver`` the
        customer has yet to hear it: it is a ``Reply`` that their channel delivers. Raises ``ConversationOwned`` where
        somebody else speaks for the case. ``attachments`` are the ids of files that were uploaded with
        ``client.attachments``; with them ``content`` may be left out.
        """
        request = build(
            SendMessage,
            content=content,
            external_id=external_id,
            attachments=None if attachments is None else list(attachments),
            agent=agent,
            deliver=deliver,
            takes_over=takes_over,
            bot=bot,
            event_time=event_time,
            metadata=metadata,
        )
        return await self._transport.post(
            ReceivedMessage, path_to(PATH, chain_id, "messages"), request, idempotency_key
        )

    async def note_typing(self, chain_id: Id) -> None:
        """Say that the customer of a case is typing. Nothing is stored.

        Whoever has the case open in the console sees it for eight seconds, or until the message comes: say it again
        every four while they type.
        """
        await self._transport.tell(path_to(PATH, chain_id, "typing"))

    async def report_delivery(
        self,
        chain_id: Id,
        message_id: Id,
        state: ReplyState | str,
        *,
        problem: str | None = None,
        external_id: str | int | None = None,
        idempotency_key: str | None = None,
    ) -> Reply:
        """Report how far your channel got with a reply: ``sent``, ``delivered``, ``read``, or ``failed`` with the
        ``problem``.

        What is less than is known changes nothing. ``external_id`` is the channel's own id of the message, by which it
        is known when it comes back.
        """
        request = build(ReportDelivery, state=state, problem=problem, external_id=external_id)
        path = f"{path_to(f'{path_to(PATH, chain_id)}/messages', message_id)}/delivery"
        return await self._transport.post(Reply, path, request, idempotency_key)

    async def give_back(
        self, chain_id: Id, agent: str, instruction: str | None = None, *, idempotency_key: str | None = None
    ) -> Owner:
        """Let the agent of a case speak again, for whom a person had spoken from another channel.

        ``agent`` is who gives it back: what they have taken over goes back to the agent as a handoff, which waits to be
        accepted. The instruction is remembered for the agent, and is the goal of such a handoff.
        """
        request = build(GiveBack, agent=agent, instruction=instruction)
        return await self._transport.post(Owner, path_to(PATH, chain_id, "give-back"), request, idempotency_key)
