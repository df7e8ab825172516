# Written by `python -m tests.sync_client` from asynchronous/live.py: change that one.
"""A session to work in: what an agent does from its start to its end, or to its handoff."""

import logging
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from types import TracebackType
from typing import Any, Self
from uuid import UUID

from warmline.calls import Id
from warmline.errors import NothingHeld, WarmlineError
from warmline.outbox import Outbox
from warmline.resources import Handoffs, Memories, Mode, Sessions
from warmline.slots import SlotLike, an_action
from warmline.transport import Transport
from warmline_schemas.accounts import Account
from warmline_schemas.claims import Deed, DeedAwaited
from warmline_schemas.handoffs import Handoff, HandoffState, Urgency
from warmline_schemas.memories import Memory, Outcome, Remember, Role, Verdict
from warmline_schemas.messages import KeptMessages
from warmline_schemas.recall import Recollection
from warmline_schemas.sessions import Chain, Session

logger = logging.getLogger("warmline")


class LiveSession:
    """A session to work in. As a context manager, it ends the session with its block, unless it was handed off.

    An exception in the block also ends the session, and is raised further. A session whose handoff was cancelled is
    ended like any other.
    """

    def __init__(self, transport: Transport, outbox: Outbox, session: Session) -> None:
        self.started = session
        self.handoff: Handoff | None = None
        self._sessions = Sessions(transport)
        self._memories = Memories(transport)
        self._handoffs = Handoffs(transport)
        self._outbox = outbox

    @property
    def id(self) -> UUID:
        """The session's id."""
        return self.started.id

    @property
    def chain_id(self) -> UUID:
        """The id of the chain's first session."""
        return self.started.chain_id

    @property
    def namespace(self) -> str:
        """Whose memories this session keeps."""
        return self.started.namespace

    @property
    def agent(self) -> str:
        """The agent that works in this session."""
        return self.started.agent

    def remember(
        self,
        content: str,
        *,
        kind: str | None = None,
        role: Role | str | None = None,
        importance: float | None = None,
        external_id: str | None = None,
        slot: SlotLike | None = None,
        supersedes: Sequence[Id] | None = None,
        metadata: Mapping[str, Any] | None = None,
        event_time: datetime | None = None,
        pinned: bool | None = None,
        ttl_seconds: int | None = None,
    ) -> Memory:
        """Keep one memory. ``importance`` is 0 to 1, and is estimated from the text where it is left out;
        ``supersedes`` are the ids of memories that this one corrects.
        """
        return self._memories.remember(
            content,
            session_id=self.id,
            kind=kind,
            role=role,
            importance=importance,
            external_id=external_id,
            slot=slot,
            supersedes=supersedes,
            metadata=metadata,
            event_time=event_time,
            pinned=pinned,
            ttl_seconds=ttl_seconds,
        )

    def remember_action(
        self,
        name: str,
        arguments: Mapping[str, Any] | None = None,
        result: Any = None,
        outcome: Outcome | str = Outcome.UNKNOWN,
        *,
        content: str | None = None,
        importance: float | None = None,
        metadata: Mapping[str, Any] | None = None,
        event_time: datetime | None = None,
    ) -> Memory:
        """Keep a tool call: its arguments, its result, and what is known about its effect."""
        return self._memories.remember(
            content,
            session_id=self.id,
            kind="action",
            role=Role.TOOL,
            importance=importance,
            action=an_action(name, arguments, result, outcome),
            metadata=metadata,
            event_time=event_time,
        )

    def remember_many(self, memories: Iterable[str | Remember | Mapping[str, Any]]) -> list[Memory]:
        """Keep up to 1,000 memories in one call, each a text or the fields of ``Remember``. Either all are kept, or
        none.
        """
        return self._memories.remember_many([self._in_this_session(memory) for memory in memories])

    def remember_later(
        self,
        content: str,
        *,
        kind: str | None = None,
        role: Role | str | None = None,
        importance: float | None = None,
        external_id: str | None = None,
        slot: SlotLike | None = None,
        metadata: Mapping[str, Any] | None = None,
        event_time: datetime | None = None,
    ) -> str:
        """Keep one memory in the background, and return its ``external_id`` at once. ``client.outbox`` explains more.

        What is kept so is stored before the session is handed off or ended.
        """
        return self._outbox.remember(
            content,
            session_id=self.id,
            kind=kind,
            role=role,
            importance=importance,
            external_id=external_id,
            slot=slot,
            metadata=metadata,
            event_time=event_time,
        )

    def remember_messages(self, messages: Iterable[Any]) -> KeptMessages:
        """Keep up to 1,000 messages and tool calls, as OpenAI or Anthropic have them. What was sent before is not kept
        again; ``client.sessions.remember_messages`` explains more.
        """
        return self._sessions.remember_messages(self.id, messages)

    def recall(
        self,
        query: str = "",
        *,
        top_k: int = 10,
        token_budget: int | None = None,
        kinds: Sequence[str] | None = None,
        min_importance: float | None = None,
        explain: bool | None = None,
    ) -> Recollection:
        """Ask the session's namespace for the memories that matter now, best first.

        ``client.memories.recall`` has more filters, and weights.
        """
        return self._memories.recall(
            query,
            namespace=self.namespace,
            top_k=top_k,
            token_budget=token_budget,
            kinds=kinds,
            min_importance=min_importance,
            explain=explain,
        )

    def give_feedback(self, memory: Memory | Id, verdict: Verdict | str) -> Memory:
        """Say that a memory was ``useful`` or ``wrong``. This moves its importance within bounds."""
        return self._memories.give_feedback(memory.id if isinstance(memory, Memory) else memory, verdict)

    def hand_off(
        self,
        *,
        to: str,
        reason: str,
        goal: str | None = None,
        mode: Mode | None = None,
        reason_code: str | None = None,
        urgency: Urgency | str | None = None,
        language: str | None = None,
        skills: Iterable[str] | None = None,
        template: str | None = None,
        review: bool | None = None,
        refuse_vague: bool | None = None,
        account: Account | Mapping[str, Any] | str | None = None,
        metadata: Mapping[str, Any] | None = None,
        idempotency_key: str | None = None,
    ) -> Handoff:
        """Request that the work goes to a target. The brief is written in the background. The session of
        a ``cold`` handoff ends when it is ready; that of a ``warm`` one, the default towards people, goes on until
        somebody accepts.

        With ``review``, the session stays open until the draft is confirmed. ``client.handoffs.request`` explains the
        other arguments.
        """
        self._outbox.flush()
        self.handoff = self._handoffs.request(
            self.id,
            to=to,
            reason=reason,
            goal=goal,
            mode=mode,
            reason_code=reason_code,
            urgency=urgency,
            language=language,
            skills=skills,
            template=template,
            review=review,
            refuse_vague=refuse_vague,
            account=account,
            metadata=metadata,
            idempotency_key=idempotency_key,
        )
        return self.handoff

    def wait_for_person(self, *, until: DeedAwaited | str = DeedAwaited.OVER, timeout: float | None = None) -> Deed:
        """Wait until whoever took this session's handoff over is done; ``client.handoffs.wait_for_person`` explains
        more. Raises ``NothingHeld`` where the session has asked for no handoff.
        """
        if self.handoff is None:
            raise NothingHeld(f"Session {self.id} has asked for no handoff: call hand_off first.")
        return self._handoffs.wait_for_person(self.handoff.id, until=until, timeout=timeout)

    def refresh(self) -> Session:
        """Read the session's present state from the platform."""
        return self._sessions.get(self.id)

    def chain(self) -> Chain:
        """Read all sessions and handoffs of this session's chain, oldest first."""
        return self._sessions.chain(self.id)

    def end(self, *, outcome: str | None = None, metadata: Mapping[str, Any] | None = None) -> Session:
        """End the session. To end it again changes nothing. ``client.sessions.end`` explains the arguments."""
        self._outbox.flush()
        return self._sessions.end(self.id, outcome=outcome, metadata=metadata)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            # The worker ends a session that was handed off, at the time that the handoff's mode says. To end it here
            # could be too early.
            if not self._is_handed_off():
                self.end()
        except WarmlineError as failure:
            # The exception of the block is the cause that the caller must see; this one is only logged.
            if error is None:
                raise
            logger.warning("Session %s could not be ended: %s", self.id, failure)

    def _is_handed_off(self) -> bool:
        # The platform is asked, because an operator can cancel the handoff while the block runs.
        if self.handoff is None:
            return False
        handoff = self._handoffs.get(self.handoff.id)
        return handoff.state is not HandoffState.CANCELLED

    def _in_this_session(self, memory: str | Remember | Mapping[str, Any]) -> Mapping[str, Any]:
        if isinstance(memory, Remember):
            # Only the fields that the caller set: a default would count as given, and override what the session says.
            given: Mapping[str, Any] = {name: getattr(memory, name) for name in memory.model_fields_set}
        else:
            given = {"content": memory} if isinstance(memory, str) else memory
        # The caller's fields come last, so that a memory can name another session.
        return {"session_id": self.id, **given}
