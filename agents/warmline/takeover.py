"""Taking over: what the target of a handoff wakes up with, and what it does as the one who holds it."""

from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import Self

from warmline.errors import NothingHeld
from warmline.live_session import LiveSession
from warmline.resources import Handoffs
from warmline.transport import Transport
from warmline_schemas.briefs import Brief
from warmline_schemas.claims import Inquiry
from warmline_schemas.handoffs import Handoff
from warmline_schemas.memories import Memory
from warmline_schemas.sessions import Chain
from warmline_schemas.starts import WarmStart


@dataclass(frozen=True)
class Takeover:
    """What the target of a handoff wakes up with. As a context manager it ends its session like ``LiveSession``."""

    session: LiveSession
    """The target's session, to work in."""
    handoff: Handoff
    """The handoff that was accepted."""
    token: int | None
    """The fencing token of the hold, which every method below sends; None for a branch or a rollback."""
    brief: Brief
    """Its brief."""
    since_the_brief: list[Memory]
    """What the source session kept after the brief was cut, oldest first."""
    memories: list[Memory]
    """The memories that matter most; the handoff's own leads."""
    chain: Chain
    """The chain so far."""
    prompt: str
    """Brief, since-list and memories as one text, fenced as data, within the token budget."""
    prompt_tokens: int
    """The estimated length of ``prompt``, in tokens."""
    prompt_truncated: bool
    """True where the budget left something out of ``prompt``."""

    _handoffs: Handoffs

    @classmethod
    def of(cls, transport: Transport, start: WarmStart) -> Self:
        """Make the answer to an acceptance workable."""
        return cls(
            _handoffs=Handoffs(transport),
            session=LiveSession(transport, start.session),
            handoff=start.handoff,
            token=start.claim.token if start.claim else None,
            brief=start.brief,
            since_the_brief=start.since_the_brief,
            memories=start.memories,
            chain=start.chain,
            prompt=start.prompt,
            prompt_tokens=start.prompt_tokens,
            prompt_truncated=start.prompt_truncated,
        )

    def ask(self, question: str, *, wait_seconds: int | None = None) -> Inquiry:
        """Ask the source for what is missing; ``client.handoffs.inquiries`` shows the answer."""
        return self._handoffs.ask(self.handoff.id, question, token=self._held(), wait_seconds=wait_seconds)

    def snooze(self, until: datetime | None, *, reason: str | None = None) -> Handoff:
        """Set the work aside until a time, which needs its offset; ``None`` wakes it now."""
        return self._handoffs.snooze(self.handoff.id, token=self._held(), until=until, reason=reason)

    def transfer(self, *, to: str, reason: str, warm: bool | None = None) -> Handoff:
        """Send the work on; the session ends when its brief is ready, or with ``warm`` when it is accepted."""
        return self._goes_on(
            self._handoffs.transfer(self.handoff.id, token=self._held(), to=to, reason=reason, warm=warm)
        )

    def give_back(self, instruction: str) -> Handoff:
        """Give the work back to the agent that handed over; the session ends when its brief is ready."""
        return self._goes_on(self._handoffs.give_back(self.handoff.id, token=self._held(), instruction=instruction))

    def resolve(self, note: str) -> Handoff:
        """Close the handoff and end the session. The note is remembered."""
        return self._handoffs.resolve(self.handoff.id, token=self._held(), note=note)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.session.__exit__(kind, error, trace)

    def _held(self) -> int:
        if self.token is None:
            raise NothingHeld(
                f"Session {self.session.id} started beside handoff {self.handoff.id} and does not hold it: hand off or "
                "end the session instead."
            )
        return self.token

    def _goes_on(self, onward: Handoff) -> Handoff:
        """Leaving the block must not end a session whose work goes on elsewhere."""
        if onward.source_session_id == self.session.id:
            self.session.handoff = onward
        return onward
