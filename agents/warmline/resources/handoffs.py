# Written by `python -m tests.sync_client` from asynchronous/resources/handoffs.py: change that one.
"""The handoffs API: request, review and accept handoffs, and work on one as its holder."""

import builtins
import math
import time
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, Literal, TypeAlias, TypedDict, Unpack, overload

from pydantic import BaseModel

from warmline.calls import AnyOf, Id, build, path_to
from warmline.errors import BriefNotWritten, HandoffStateForbids, TimedOut
from warmline.threads import sleep
from warmline.transport import Transport
from warmline_schemas.accounts import Account
from warmline_schemas.briefs import Brief, BriefFormat, BriefLine, SectionName
from warmline_schemas.claims import (
    AnswerInquiry,
    AskSource,
    Claim,
    ClaimHandoff,
    DeclineHandoff,
    Deed,
    DeedAwaited,
    DeedState,
    Heartbeat,
    Inquiry,
    OfferHandoff,
    ReleaseHandoff,
    ResolveHandoff,
    ReturnHandoff,
    SnoozeHandoff,
    TransferHandoff,
)
from warmline_schemas.customers.messages import Reply, SendReply
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
from warmline_schemas.sessions import LeanStart, WarmStart
from warmline_schemas.wire import Page

PATH = "/v1/handoffs"

# Seconds. The platform refuses to hold a question longer.
LONGEST_POLL = 30
# Seconds between two questions. This is short for a person who waits, and little work for the platform.
BETWEEN_POLLS = 0.1

Mode = HandoffMode | Literal["cold", "warm", "consult"]
StartMode = AcceptMode | Literal["continue", "branch", "rollback"]
LineLike: TypeAlias = str | BriefLine | EditLine | Mapping[str, Any]
"""A line of a draft: its text, the line as it was read, or the fields of ``EditLine``."""
Sections: TypeAlias = Mapping[SectionName, Iterable[LineLike]] | Mapping[str, Iterable[LineLike]]


class Acceptance(TypedDict, total=False):
    """How a handoff is accepted: the arguments of ``accept`` that can be left out."""

    mode: StartMode
    token: int | None
    read_back: str | None
    confirm_read_back: bool | None
    metadata: Mapping[str, Any] | None
    top_k: int | None
    token_budget: int | None
    wait: float
    idempotency_key: str | None


class Handoffs:
    """``client.handoffs``. Every method raises the errors of ``warmline.errors``.

    ``token`` is the fencing token of a claim. ``claim`` and ``accept`` return it. A method that takes one raises
    ``StaleToken`` where the claim was lost.
    """

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def request(
        self,
        session_id: Id,
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
        """Request that the work of an open session goes to a target. The brief is written in the background.

        - ``mode``: ``cold`` ends the source session when the brief is ready, ``warm`` when the target accepts;
          ``consult`` asks for advice, and the source session goes on. Where it is left out, handoffs to agents are
          ``cold``, and those to people what the tenant's ``people_mode`` says: ``warm``, unless it was changed.
        - ``reason_code``: one of the tenant's codes. ``urgency``: ``low``, ``normal``, ``high`` or ``critical``; where
          it is left out, the words of the session decide. ``language``: a BCP 47 tag. ``skills``: what the receiver
          must be able to do.
        - ``template``: the template of the brief; the memories decide where it is left out.
        - ``review``: the brief waits as a draft, and the source session stays open until ``confirm``.
        - ``refuse_vague``: the handoff to an agent fails where the brief is below the bar of its template, and says
          what is missing.
        - ``account``: what the agent itself says of its work: an ``Account``, its fields, or Markdown. It is checked
          against the memories.

        Raises ``HandoffInProgress`` where the session is already being handed off.
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
            account=account,
            metadata=metadata,
        )
        return self._transport.post(Handoff, PATH, request, idempotency_key)

    def get(self, handoff_id: Id) -> HandoffWithBrief:
        """Read a handoff, with its brief if that is ready."""
        return self._transport.get(HandoffWithBrief, path_to(PATH, handoff_id))

    def list(
        self,
        *,
        namespace: AnyOf[str] | None = None,
        state: AnyOf[HandoffState | str] | None = None,
        to: AnyOf[str] | None = None,
        holder: AnyOf[str] | None = None,
        chain_id: AnyOf[Id] | None = None,
        session_id: AnyOf[Id] | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        page_size: int | None = None,
    ) -> Iterator[Handoff]:
        """Iterate over handoffs, newest first. Further pages are read when they are needed.

        ``holder``: who has claimed or accepted them. ``since``, ``until``: those that were requested at ``since`` or
        later, and before ``until``.
        """
        params = {
            "namespace": namespace,
            "state": state,
            "to": to,
            "holder": holder,
            "chain_id": chain_id,
            "session_id": session_id,
            "since": since,
            "until": until,
            "limit": page_size,
        }
        return self._transport.pages(Page[Handoff], PATH, params)

    def wait(self, handoff_id: Id, *, timeout: float = 60.0) -> HandoffWithBrief:
        """Wait until the brief is written, ``timeout`` seconds at most. The handoff is then ready, or a draft to
        review.

        Raises ``BriefNotWritten`` where the handoff failed or was cancelled, and ``TimedOut`` where the brief is not
        written in time.
        """
        deadline = time.monotonic() + timeout
        while True:
            # Long polling: the platform answers as soon as the brief is written. Whole seconds, rounded up, because the
            # platform takes no fractions.
            poll = min(LONGEST_POLL, max(0, math.ceil(deadline - time.monotonic())))
            handoff = self._transport.get(HandoffWithBrief, path_to(PATH, handoff_id), {"wait": poll}, wait=poll)
            if handoff.state in {HandoffState.FAILED, HandoffState.CANCELLED}:
                raise BriefNotWritten(handoff)
            if handoff.state is not HandoffState.REQUESTED:
                return handoff
            if time.monotonic() >= deadline:
                raise TimedOut(
                    f"Handoff {handoff_id} has no brief after {timeout:g} s: check that a worker is running."
                )
            # A platform that shuts down answers at once. Without a pause this would be a loop without rest.
            sleep(BETWEEN_POLLS)

    def wait_for_person(
        self, handoff_id: Id, *, until: DeedAwaited | str = DeedAwaited.OVER, timeout: float | None = None
    ) -> Deed:
        """Wait until whoever took a handoff over is done, or with ``until="reply"`` has replied to the customer.

        The answer is what they said and did, with their note; its ``text`` is one text for a model, such as the result
        of the tool that asked for them. Without a ``timeout``, in seconds, it waits as long as it takes. A program that
        starts again after a crash calls it again: nothing is lost. Raises ``TimedOut``.
        """
        deadline = math.inf if timeout is None else time.monotonic() + timeout
        while True:
            poll = min(LONGEST_POLL, max(0, math.ceil(min(LONGEST_POLL, deadline - time.monotonic()))))
            params = {"wait": poll, "until": DeedAwaited(until)}
            deed = self._transport.get(Deed, path_to(PATH, handoff_id, "deed"), params, wait=poll)
            if deed.is_over or (until == DeedAwaited.REPLY and deed.state is DeedState.REPLIED):
                return deed
            if time.monotonic() >= deadline:
                raise TimedOut(f"Nobody is done with handoff {handoff_id} after {timeout:g} s.")
            sleep(BETWEEN_POLLS)

    @overload
    def brief(self, handoff_id: Id, format: Literal["json", BriefFormat.JSON] = ...) -> Brief: ...

    @overload
    def brief(
        self, handoff_id: Id, format: Literal["markdown", "text", BriefFormat.MARKDOWN, BriefFormat.TEXT]
    ) -> str: ...

    def brief(self, handoff_id: Id, format: BriefFormat | str = BriefFormat.JSON) -> Brief | str:
        """Read the brief: as a ``Brief``, or as ``markdown`` or ``text``, which are the same bytes every time."""
        path = path_to(PATH, handoff_id, "brief")
        # Markdown and text are returned as bytes of the platform, because they can be committed to git.
        if format == BriefFormat.JSON:
            return self._transport.get(Brief, path, {"format": BriefFormat.JSON})
        return self._transport.read_text(path, {"format": format})

    def draft(self, handoff_id: Id) -> Draft:
        """Read the draft of a brief, its revision, and the memories that were kept after it was made."""
        return self._transport.get(Draft, path_to(PATH, handoff_id, "draft"))

    def edit(
        self,
        handoff_id: Id,
        *,
        revision: int,
        headline: str | None = None,
        sections: Sections | None = None,
    ) -> Draft:
        """Replace the headline or whole sections of a draft. Sections that are left out stay, empty ones are removed.

        A line that equals one of the draft stays as it is; every other line is marked as edited. Raises
        ``DraftChanged`` where ``revision`` is not the newest one.
        """
        given = [{"name": name, "lines": list(map(_as_edit_line, lines))} for name, lines in (sections or {}).items()]
        request = build(EditDraft, revision=revision, headline=headline, sections=given)
        return self._transport.post(Draft, path_to(PATH, handoff_id, "edit"), request)

    def renew(self, handoff_id: Id, *, revision: int, keep_edits: bool | None = None) -> Handoff:
        """Write a draft again from everything that was kept up to now. Then ``wait`` for it.

        Edited lines are copied into the new draft unless ``keep_edits`` is false. Deleted lines can come back.
        """
        request = build(RenewDraft, revision=revision, keep_edits=keep_edits)
        return self._transport.post(Handoff, path_to(PATH, handoff_id, "renew"), request)

    def confirm(self, handoff_id: Id, *, revision: int, idempotency_key: str | None = None) -> Handoff:
        """Hand on exactly the draft that was read. The handoff becomes ready, and a ``cold`` source session ends.

        Raises ``DraftChanged`` where the draft has a newer revision, and ``BriefTooVague`` where it is too vague and
        the request refuses such briefs.
        """
        request = build(ConfirmDraft, revision=revision)
        return self._transport.post(Handoff, path_to(PATH, handoff_id, "confirm"), request, idempotency_key)

    @overload
    def accept(
        self, handoff_id: Id, *, agent: str, lean: Literal[False] = False, **options: Unpack[Acceptance]
    ) -> WarmStart: ...

    @overload
    def accept(self, handoff_id: Id, *, agent: str, lean: bool, **options: Unpack[Acceptance]) -> LeanStart: ...

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
        lean: bool = False,
        wait: float = 30.0,
        idempotency_key: str | None = None,
    ) -> LeanStart:
        """Start the target's session from a brief. ``client.accept`` does the same, and returns a session to work in.

        - ``token``: the claim's token, where the agent claimed the handoff first.
        - ``read_back``: one line that says what the handoff is about. Raises ``ReadBackContradicts`` where the brief
          says
          something else, unless ``confirm_read_back`` is true.
        - ``wait``: how many seconds to wait for a brief that is still being written.
        - ``top_k``: how many memories come with the brief at most (default 10).
        - ``token_budget``: how many tokens the prompt has at most, by estimate (default 2,000).
        - ``lean``: the answer has the prompt without what it is made of, and is a tenth as long.
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
            lean=lean or None,
        )
        path = path_to(PATH, handoff_id, "accept")
        shape = LeanStart if lean else WarmStart
        try:
            return self._transport.post(shape, path, request, idempotency_key)
        # Most briefs are ready by now. To accept first, and wait only after a refusal, saves one call for these.
        except HandoffStateForbids:
            if wait <= 0:
                raise
            self.wait(handoff_id, timeout=wait)
            return self._transport.post(shape, path, request, idempotency_key)

    def cancel(self, handoff_id: Id, *, reason: str | None = None) -> Handoff:
        """Cancel a handoff while its source session is open. That session goes on."""
        return self._transport.post(Handoff, path_to(PATH, handoff_id, "cancel"), build(CancelHandoff, reason=reason))

    def retry(self, handoff_id: Id) -> Handoff:
        """Let the platform try again to write the brief of a failed handoff."""
        return self._transport.post(Handoff, path_to(PATH, handoff_id, "retry"), RetryHandoff())

    def claim(self, handoff_id: Id, *, agent: str, lease_seconds: int | None = None, token: int | None = None) -> Claim:
        """Claim a ready handoff for ``lease_seconds`` (default 120). ``heartbeat`` prolongs the claim, and so does this
        with its ``token``.

        Raises ``HandoffClaimed`` where somebody holds it, also another process that acts as the same agent, or where it
        is offered to somebody else.
        """
        request = build(ClaimHandoff, agent=agent, lease_seconds=lease_seconds, token=token)
        return self._transport.post(Claim, path_to(PATH, handoff_id, "claim"), request)

    def heartbeat(self, handoff_id: Id, *, token: int, lease_seconds: int | None = None) -> Claim:
        """Prolong a claim to ``lease_seconds`` from now (default 120). A claim that was lost cannot be prolonged."""
        request = build(Heartbeat, token=token, lease_seconds=lease_seconds)
        return self._transport.post(Claim, path_to(PATH, handoff_id, "heartbeat"), request)

    def release(self, handoff_id: Id, *, token: int, reason: str | None = None) -> Handoff:
        """Give a claimed handoff back before accepting it. It then waits for others at the same level."""
        return self._act(handoff_id, "release", build(ReleaseHandoff, token=token, reason=reason))

    def offer(self, handoff_id: Id, *, to: str, seconds: int | None = None, by: str | None = None) -> Handoff:
        """Offer a ready handoff to one operator for ``seconds`` (default 45). Until then nobody else can claim it."""
        return self._act(handoff_id, "offer", build(OfferHandoff, to=to, seconds=seconds, by=by))

    def decline(self, handoff_id: Id, *, agent: str, reason: str | None = None) -> Handoff:
        """Decline an offer. The handoff is offered to the next operator, or waits for all again."""
        return self._act(handoff_id, "decline", build(DeclineHandoff, agent=agent, reason=reason))

    def ask(self, handoff_id: Id, question: str, *, token: int, wait_seconds: int | None = None) -> Inquiry:
        """Ask the source a question. For ``wait_seconds`` (default 900) the claim does not lapse."""
        request = build(AskSource, token=token, question=question, wait_seconds=wait_seconds)
        return self._transport.post(Inquiry, path_to(PATH, handoff_id, "ask"), request)

    def answer(self, handoff_id: Id, answer: str, *, agent: str, inquiry_id: Id | None = None) -> Inquiry:
        """Answer an inquiry: the one with ``inquiry_id``, or else the oldest open one."""
        request = build(AnswerInquiry, agent=agent, answer=answer, inquiry_id=inquiry_id)
        return self._transport.post(Inquiry, path_to(PATH, handoff_id, "answer"), request)

    def inquiries(self, handoff_id: Id) -> builtins.list[Inquiry]:  # in this class, ``list`` is the method
        """Read all questions about a handoff, oldest first, with their answers."""
        path = path_to(PATH, handoff_id, "inquiries")
        return [one for one in self._transport.pages(Page[Inquiry], path, {})]

    def transfer(self, handoff_id: Id, *, token: int, to: str, reason: str, warm: bool | None = None) -> Handoff:
        """Send a held handoff on to another target, and return the handoff that goes there.

        A claimed handoff goes on as it is. For an accepted one, a new handoff with a brief of its own goes to the
        target; the old one is closed when that brief is ready, or with ``warm`` when the target accepts.
        """
        return self._act(handoff_id, "transfer", build(TransferHandoff, token=token, to=to, reason=reason, warm=warm))

    def give_back(self, handoff_id: Id, *, token: int, instruction: str) -> Handoff:
        """Give a held handoff back to the agent that handed over. Return the handoff that now goes there."""
        return self._act(handoff_id, "return", build(ReturnHandoff, token=token, instruction=instruction))

    def snooze(self, handoff_id: Id, *, token: int, until: datetime | None, reason: str | None = None) -> Handoff:
        """Set an accepted handoff aside until a time with an offset from UTC. ``None`` ends the snooze now."""
        return self._act(handoff_id, "snooze", build(SnoozeHandoff, token=token, until=until, reason=reason))

    def reply(
        self,
        handoff_id: Id,
        *,
        token: int,
        content: str | None = None,
        attachments: Iterable[Id] | None = None,
        corrects: Id | None = None,
        idempotency_key: str | None = None,
    ) -> Reply:
        """Say something to the customer as the holder of an accepted handoff. The customer's channel delivers it.

        ``attachments`` are the ids of files that were uploaded with ``client.attachments``. Each of them is a reply of
        its own behind the text; the first of all is returned. With ``corrects``, the id of an earlier reply of yours in
        the case, ``content`` holds in its place: channels that can change what they sent do so.
        """
        request = build(
            SendReply,
            token=token,
            content=content,
            attachments=None if attachments is None else [*attachments],
            corrects=corrects,
        )
        return self._transport.post(Reply, path_to(PATH, handoff_id, "reply"), request, idempotency_key)

    def withdraw(self, handoff_id: Id, message_id: Id, *, token: int) -> Reply:
        """Withdraw a reply of yours in the case while no channel has it: none brings it then, and no brief tells it."""
        request = build(SendReply, token=token, withdraws=message_id)
        return self._transport.post(Reply, path_to(PATH, handoff_id, "reply"), request)

    def resolve(self, handoff_id: Id, *, token: int, note: str) -> Handoff:
        """Close an accepted handoff and end its session. The note is kept as a memory of the namespace."""
        return self._act(handoff_id, "resolve", build(ResolveHandoff, token=token, note=note))

    def _act(self, handoff_id: Id, verb: str, request: BaseModel) -> Handoff:
        return self._transport.post(Handoff, path_to(PATH, handoff_id, verb), request)


def _as_edit_line(line: LineLike) -> EditLine | Mapping[str, Any]:
    if isinstance(line, str):
        return {"text": line}
    # A line that was read has fields that cannot be edited, such as ``edited``. The platform refuses unknown fields.
    return line.model_dump(include=set(EditLine.model_fields)) if isinstance(line, BriefLine) else line
