"""An accepted handoff: what its receiver starts with, and what the receiver does as its holder."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import Any, Self

from warmline.asynchronous.live import AsyncLiveSession
from warmline.asynchronous.outbox import AsyncOutbox
from warmline.asynchronous.resources import AsyncHandoffs
from warmline.asynchronous.transport import AsyncTransport
from warmline.calls import Id
from warmline.errors import NothingHeld
from warmline_schemas.briefs import Brief
from warmline_schemas.claims import Inquiry
from warmline_schemas.customers.messages import Reply
from warmline_schemas.handoffs import Handoff
from warmline_schemas.memories import Memory
from warmline_schemas.sessions import Chain, LeanStart, WarmStart


@dataclass(frozen=True)
class AsyncLeanTakeover:
    """What the target of a handoff needs. As a context manager, it ends its session like ``AsyncLiveSession``."""

    session: AsyncLiveSession
    """The target's session, to work in."""
    handoff: Handoff
    """The handoff that was accepted."""
    token: int | None
    """The fencing token of the claim, which the methods below send. None for a branch or a rollback."""
    opening: str
    """One sentence for the customer that shows that the conversation goes on, in the customer's language."""
    prompt: str
    """What to do, then the brief and the memories as one text for a model, marked as data, within the token budget."""
    prompt_tokens: int
    """How many tokens ``prompt`` has, by estimate."""
    prompt_truncated: bool
    """Whether something was left out of ``prompt`` to keep the token budget."""

    _handoffs: AsyncHandoffs
    _outbox: AsyncOutbox

    @classmethod
    def of(cls, transport: AsyncTransport, outbox: AsyncOutbox, start: LeanStart, **more: Any) -> Self:
        """Build it from the platform's answer to an acceptance."""
        return cls(
            _handoffs=AsyncHandoffs(transport),
            _outbox=outbox,
            session=AsyncLiveSession(transport, outbox, start.session),
            handoff=start.handoff,
            token=start.claim.token if start.claim else None,
            opening=start.opening,
            prompt=start.prompt,
            prompt_tokens=start.prompt_tokens,
            prompt_truncated=start.prompt_truncated,
            **more,
        )

    async def ask(self, question: str, *, wait_seconds: int | None = None) -> Inquiry:
        """Ask the source a question. ``client.handoffs.inquiries`` shows the answer."""
        return await self._handoffs.ask(
            self.handoff.id, question, token=self._require_token(), wait_seconds=wait_seconds
        )

    async def snooze(self, until: datetime | None, *, reason: str | None = None) -> Handoff:
        """Set the work aside until a time with an offset from UTC. ``None`` ends the snooze now."""
        return await self._handoffs.snooze(self.handoff.id, token=self._require_token(), until=until, reason=reason)

    async def transfer(self, *, to: str, reason: str, warm: bool | None = None) -> Handoff:
        """Send the work on. The session ends when the new brief is ready, or with ``warm`` when the target accepts."""
        await self._outbox.flush()
        return self._keep_open_for(
            await self._handoffs.transfer(self.handoff.id, token=self._require_token(), to=to, reason=reason, warm=warm)
        )

    async def give_back(self, instruction: str) -> Handoff:
        """Return the work to the agent that handed over. The session ends when the new brief is ready."""
        await self._outbox.flush()
        return self._keep_open_for(
            await self._handoffs.give_back(self.handoff.id, token=self._require_token(), instruction=instruction)
        )

    async def reply(
        self, content: str | None = None, *, attachments: Iterable[Id] | None = None, corrects: Id | None = None
    ) -> Reply:
        """Say something to the customer, whose channel delivers it. ``attachments`` are ids of uploaded files;
        ``corrects`` is an earlier reply of yours, in whose place it holds."""
        await self._outbox.flush()
        token = self._require_token()
        return await self._handoffs.reply(
            self.handoff.id, token=token, content=content, attachments=attachments, corrects=corrects
        )

    async def withdraw(self, message_id: Id) -> Reply:
        """Withdraw a reply of yours while no channel has it: none brings it then, and no brief tells it."""
        return await self._handoffs.withdraw(self.handoff.id, message_id, token=self._require_token())

    async def resolve(self, note: str) -> Handoff:
        """Close the handoff and end the session. The note is kept as a memory."""
        await self._outbox.flush()
        return await self._handoffs.resolve(self.handoff.id, token=self._require_token(), note=note)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.session.__aexit__(kind, error, trace)

    def _require_token(self) -> int:
        # Without this check the platform would refuse the call with a less helpful message about a missing token.
        if self.token is None:
            raise NothingHeld(
                f"Session {self.session.id} started beside handoff {self.handoff.id} and does not hold it: hand off or "
                "end the session instead."
            )
        return self.token

    def _keep_open_for(self, onward: Handoff) -> Handoff:
        """Remember a handoff that goes on from this session, so that leaving the block does not end the session."""
        # The worker ends the session: when the new brief is ready, or when the new target accepts.
        if onward.source_session_id == self.session.id:
            self.session.handoff = onward
        return onward


@dataclass(frozen=True)
class AsyncTakeover(AsyncLeanTakeover):
    """What the target of a handoff starts with, and what its prompt is made of."""

    brief: Brief
    """The brief of the handoff."""
    since_the_brief: list[Memory]
    """The memories that the source session kept after the brief was made, oldest first."""
    memories: list[Memory]
    """The memories that matter most. The handoff's own memory is the first."""
    chain: Chain
    """The chain up to now."""

    @classmethod
    def whole(cls, transport: AsyncTransport, outbox: AsyncOutbox, start: WarmStart) -> Self:
        """Build it from the platform's whole answer to an acceptance."""
        return cls.of(
            transport,
            outbox,
            start,
            brief=start.brief,
            since_the_brief=start.since_the_brief,
            memories=start.memories,
            chain=start.chain,
        )
