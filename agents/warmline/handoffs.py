"""Handoffs over the wire: request, wait, read the brief, review its draft, accept, cancel, retry."""

import math
import time
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Literal, TypeAlias, overload

from warmline.errors import BriefNotWritten, HandoffStateForbids, TimedOut
from warmline.holding import PATH, Holding
from warmline.transport import Id, at, build
from warmline_schemas.briefs import Brief, BriefFormat, BriefLine, SectionName
from warmline_schemas.drafts import ConfirmDraft, Draft, EditDraft, EditLine, RenewDraft
from warmline_schemas.handoffs import (
    AcceptHandoff,
    AcceptMode,
    CancelHandoff,
    Handoff,
    HandoffMode,
    HandoffState,
    HandoffWithBrief,
    RequestHandoff,
    RetryHandoff,
    Urgency,
)
from warmline_schemas.starts import WarmStart
from warmline_schemas.wire import Page

LONGEST_POLL = 30
"""Seconds that the platform holds one question for a change at most."""
BETWEEN_POLLS = 0.1
"""Seconds of rest between two such questions, should the platform answer one early."""

Mode = HandoffMode | Literal["cold", "warm", "consult"]
StartMode = AcceptMode | Literal["continue", "branch", "rollback"]
LineLike: TypeAlias = str | BriefLine | EditLine | Mapping[str, Any]
"""A line of a draft: its text, the line as it was read, or the fields of ``EditLine``."""
Sections: TypeAlias = Mapping[SectionName, Iterable[LineLike]] | Mapping[str, Iterable[LineLike]]


class Handoffs(Holding):
    """``client.handoffs``. Every method raises the tree of ``warmline.errors``."""

    def request(
        self,
        session_id: Id,
        *,
        to: str,
        reason: str,
        goal: str | None = None,
        mode: Mode = HandoffMode.COLD,
        reason_code: str | None = None,
        urgency: Urgency | str | None = None,
        language: str | None = None,
        skills: Iterable[str] | None = None,
        template: str | None = None,
        review: bool | None = None,
        refuse_vague: bool | None = None,
        metadata: Mapping[str, Any] | None = None,
        idempotency_key: str | None = None,
    ) -> Handoff:
        """Ask for an open session's work to go to a target; the brief is written in the background.

        ``cold`` ends the source session as soon as the brief is ready, ``warm`` only when the target accepts;
        ``consult`` asks for advice, and the source goes on. ``reason_code`` is one of the tenant's, ``urgency`` one of
        ``low``, ``normal``, ``high`` and ``critical``, ``language`` a BCP 47 tag; ``skills`` are what whoever takes it
        must be able to do. With ``review`` the brief waits as a draft, and nothing ends until ``confirm``. With
        ``refuse_vague`` a brief below its template's bar fails the handoff, and says what to remember. The memories
        choose the ``template`` where it is left out. Raises ``HandoffInProgress`` where the session is already being
        handed off.
        """
        request = build(
            RequestHandoff,
            session_id=session_id,
            to=to,
            reason=reason,
            goal=goal,
            mode=mode,
            reason_code=reason_code,
            urgency=urgency,
            language=language,
            skills=None if skills is None else list(skills),
            template=template,
            review=review,
            refuse_vague=refuse_vague,
            metadata=metadata,
        )
        return self._transport.post(Handoff, PATH, request, idempotency_key)

    def get(self, handoff_id: Id) -> HandoffWithBrief:
        """Read a handoff, with its brief where it is ready."""
        return self._transport.get(HandoffWithBrief, at(PATH, handoff_id))

    def list(
        self,
        *,
        namespace: str | None = None,
        state: HandoffState | str | None = None,
        to: str | None = None,
        chain_id: Id | None = None,
        session_id: Id | None = None,
        page_size: int | None = None,
    ) -> Iterator[Handoff]:
        """Iterate over handoffs, newest first; further pages are read as they are needed."""
        params = {
            "namespace": namespace,
            "state": state,
            "to": to,
            "chain_id": chain_id,
            "session_id": session_id,
            "limit": page_size,
        }
        return self._transport.pages(Page[Handoff], PATH, params)

    def wait(self, handoff_id: Id, *, timeout: float = 60.0) -> HandoffWithBrief:
        """Wait until the brief is written, ``timeout`` seconds at most: the handoff is ready, or drafted for a review.

        Raises ``BriefNotWritten`` where the handoff failed or was cancelled, ``TimedOut`` where it is still requested.
        """
        deadline = time.monotonic() + timeout
        while True:
            poll = min(LONGEST_POLL, max(0, math.ceil(deadline - time.monotonic())))
            handoff = self._transport.get(HandoffWithBrief, at(PATH, handoff_id), {"wait": poll}, wait=poll)
            if handoff.state in {HandoffState.FAILED, HandoffState.CANCELLED}:
                raise BriefNotWritten(handoff)
            if handoff.state is not HandoffState.REQUESTED:
                return handoff
            if time.monotonic() >= deadline:
                raise TimedOut(
                    f"Handoff {handoff_id} has no brief after {timeout:g} s: check that a worker is running."
                )
            time.sleep(BETWEEN_POLLS)

    @overload
    def brief(self, handoff_id: Id, format: Literal["json", BriefFormat.JSON] = ...) -> Brief: ...

    @overload
    def brief(
        self, handoff_id: Id, format: Literal["markdown", "text", BriefFormat.MARKDOWN, BriefFormat.TEXT]
    ) -> str: ...

    def brief(self, handoff_id: Id, format: BriefFormat | str = BriefFormat.JSON) -> Brief | str:
        """Read the brief: as a ``Brief``, or rendered as ``markdown`` or ``text``, the same bytes every time."""
        path = at(PATH, handoff_id, "brief")
        if format == BriefFormat.JSON:
            return self._transport.get(Brief, path, {"format": BriefFormat.JSON})
        return self._transport.read_text(path, {"format": format})

    def draft(self, handoff_id: Id) -> Draft:
        """Read the brief that waits for a review, its revision, and what was kept since it was cut."""
        return self._transport.get(Draft, at(PATH, handoff_id, "draft"))

    def edit(
        self,
        handoff_id: Id,
        *,
        revision: int,
        headline: str | None = None,
        sections: Sections | None = None,
    ) -> Draft:
        """Replace the headline or whole sections of a draft; sections that are left out stay, empty ones go.

        A line that is given as it was read stays as it is, any other is marked as edited. Raises ``DraftChanged``
        where ``revision`` is not the draft's any more.
        """
        given = [{"name": name, "lines": list(map(_as_asked, lines))} for name, lines in (sections or {}).items()]
        request = build(EditDraft, revision=revision, headline=headline, sections=given)
        return self._transport.post(Draft, at(PATH, handoff_id, "edit"), request)

    def renew(self, handoff_id: Id, *, revision: int, keep_edits: bool | None = None) -> Handoff:
        """Have a draft written anew, from all that was kept by now; ``wait`` for it.

        Edited lines are put into the new draft unless ``keep_edits`` is false; lines that were deleted may come back.
        """
        request = build(RenewDraft, revision=revision, keep_edits=keep_edits)
        return self._transport.post(Handoff, at(PATH, handoff_id, "renew"), request)

    def confirm(self, handoff_id: Id, *, revision: int, idempotency_key: str | None = None) -> Handoff:
        """Hand on exactly the draft that was read: the handoff is ready, and a ``cold`` source session ends.

        Raises ``DraftChanged``, and ``BriefTooVague`` where the request refuses such briefs.
        """
        request = build(ConfirmDraft, revision=revision)
        return self._transport.post(Handoff, at(PATH, handoff_id, "confirm"), request, idempotency_key)

    def accept(
        self,
        handoff_id: Id,
        *,
        agent: str,
        mode: StartMode = AcceptMode.CONTINUE,
        token: int | None = None,
        read_back: str | None = None,
        confirm_read_back: bool | None = None,
        metadata: Mapping[str, Any] | None = None,
        top_k: int | None = None,
        token_budget: int | None = None,
        wait: float = 30.0,
        idempotency_key: str | None = None,
    ) -> WarmStart:
        """Start the target's session from a brief; ``client.accept`` does the same and answers a session to work in.

        A claim's ``token`` is needed where the agent claimed it first. ``read_back`` says in one line what it is about;
        what contradicts the brief raises ``ReadBackContradicts``, unless ``confirm_read_back``. Where the brief is
        still being written it is waited for, ``wait`` seconds at most. At most ``top_k`` memories come beside it (10
        where left out), and a prompt of at most ``token_budget`` estimated tokens (2,000).
        """
        request = build(
            AcceptHandoff,
            agent=agent,
            mode=mode,
            token=token,
            read_back=read_back,
            confirm_read_back=confirm_read_back,
            metadata=metadata,
            top_k=top_k,
            token_budget=token_budget,
        )
        path = at(PATH, handoff_id, "accept")
        try:
            return self._transport.post(WarmStart, path, request, idempotency_key)
        except HandoffStateForbids:
            if wait <= 0:
                raise
            self.wait(handoff_id, timeout=wait)
            return self._transport.post(WarmStart, path, request, idempotency_key)

    def cancel(self, handoff_id: Id, *, reason: str | None = None) -> Handoff:
        """Call a handoff off while its source session is still open; that session goes on untouched."""
        return self._transport.post(Handoff, at(PATH, handoff_id, "cancel"), build(CancelHandoff, reason=reason))

    def retry(self, handoff_id: Id) -> Handoff:
        """Put a failed handoff back to work."""
        return self._transport.post(Handoff, at(PATH, handoff_id, "retry"), RetryHandoff())


def _as_asked(line: LineLike) -> EditLine | Mapping[str, Any]:
    if isinstance(line, str):
        return {"text": line}
    return line.model_dump(include=set(EditLine.model_fields)) if isinstance(line, BriefLine) else line
