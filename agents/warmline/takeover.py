# Written by `python -m tests.sync_client` from asynchronous/takeover.py: change that one.
"""An accepted handoff: what its receiver starts with, and what the receiver does as its holder."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import Any, Self

from warmline.calls import Id
from warmline.errors import NothingHeld
from warmline.live import LiveSession
from warmline.outbox import Outbox
from warmline.resources import Handoffs
from warmline.transport import Transport
from warmline_schemas.briefs import Brief
from warmline_schemas.claims import Inquiry
from warmline_schemas.customers.messages import Reply
from warmline_schemas.handoffs import Handoff
from warmline_schemas.memories import Memory
from warmline_schemas.sessions import Chain, LeanStart, WarmStart


@dataclass(frozen=True)
class LeanTakeover:
    """What the target of a handoff needs. As a context manager, it ends its session like ``LiveSession``."""

    session: LiveSession
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

    _handoffs: Handoffs
    _outbox: Outbox

    @classmethod
    def of(cls, transport: Transport, outbox: Outbox, start: LeanStart, **more: Any) -> Self:
        """Build it from the platform's answer to an acceptance."""
        return cls(
            _handoffs=Handoffs(transport),
            _outbox=outbox,
            session=LiveSession(transport, outbox, start.session),
            handoff=start.handoff,
            token=start.claim.token if start.claim else None,
            opening=start.opening,
            prompt=start.prompt,
            prompt_tokens=start.prompt_tokens,
            prompt_truncated=start.prompt_truncated,
            **more,
        )

    def ask(self, question: str, *, wait_seconds: int | None = None) -> Inquiry:
        """Ask the source a question. ``client.handoffs.inquiries`` shows the answer."""
        return self._handoffs.ask(self.handoff.id, question, token=self._require_token(), wait_seconds=wait_seconds)

    def snooze(self, until: datetime | None, *, reason: str | None = None) -> Handoff:
        """Set the work aside until a time with an offset from UTC. ``None`` ends the snooze now."""
        return self._handoffs.snooze(self.handoff.id, token=self._require_token(), until=until, reason=reason)

    def transfer(self, *, to: str, reason: str, warm: bool | None = None) -> Handoff:
        """Send the work on. The session ends when the new brief is ready, or with ``warm`` when the target accepts."""
        self._outbox.flush()
        return self._keep_open_for(
            self._handoffs.transfer(self.handoff.id, token=self._require_token(), to=to, reason=reason, warm=warm)
        )

    def give_back(self, instruction: str) -> Handoff:
        """Return the work to the agent that handed over. The session ends when the new brief is ready."""
        self._outbox.flush()
        return self._keep_open_for(
            self._handoffs.give_back(self.handoff.id, token=self._require_token(), instruction=instruction)
        )

    def reply(
        self, content: str | None = None, *, attachments: Iterable[Id] | None = None, corrects: Id | None = None
    ) -> Reply:
        """Say something to the customer, whose channel delivers it. ``attachments`` are ids of uploaded files;
        ``corrects`` is an earlier reply of yours, in whose place it holds."""
        self._outbox.flush()
        token = self._require_token()
        return self._handoffs.reply(
            self.handoff.id, token=token, content=content, attachments=attachments, corrects=corrects
        )

    def withdraw(self, message_id: Id) -> Reply:
        """Withdraw a reply of yours while no channel has it: none brings it then, and no brief tells it."""
        return self._handoffs.withdraw(self.handoff.id, message_id, token=self._require_token())

    def resolve(self, note: str) -> Handoff:
        """Close the handoff and end the session. The note is kept as a memory."""
        self._outbox.flush()
        return self._handoffs.resolve(self.handoff.id, token=self._require_token(), note=note)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.session.__exit__(kind, error, trace)

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
class Takeover(LeanTakeover):
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
    def whole(cls, transport: Transport, outbox: Outbox, start: WarmStart) -> Self:
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
