"""Pages: the case of the conversation that a desk shows, and taking it over."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Query, Request
from fastapi.responses import RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from warmline_api import streams
from warmline_api.console import shell
from warmline_api.console.desk import Turn, turns_of
from warmline_api.console.handoffs import check_may_take, contradictions_of, sections_of, standing_of
from warmline_api.console.languages import _
from warmline_api.console.panel.door import shown_door
from warmline_api.console.panel.frames import COOKIE, LONGEST, Frame, Framed, frame_of, in_frame, visitor_in
from warmline_api.console.shell import Visitor
from warmline_memory import desk, handoffs, memories, operators, sessions, tenancy
from warmline_memory.errors import NotFound, ReadBackContradicts, ReadBackRequired, Unauthenticated, WarmlineError
from warmline_memory.storage import Transaction, tables
from warmline_schemas.handoffs import AcceptHandoff, Handoff, HandoffMode, HandoffState
from warmline_schemas.operators import OperatorRole

router = APIRouter(prefix="/panel/{tenant}")

LISTED = 30
"""So many handoffs of a case are shown, the newest."""
MOST_SESSIONS = 50
"""So many sessions of a conversation are looked through for one that the operator may see, the newest."""
LIVE = (HandoffState.ACCEPTED, *tables.UNDER_WAY)


@dataclass(frozen=True)
class Around:
    """What the desk shows around the panel: the name of the desk, such as ``chatwoot-1``, and of its conversation."""

    desk: str
    conversation: str

    @property
    def query(self) -> str:
        """The same in an address."""
        return urlencode({"desk": self.desk, "conversation": self.conversation})

    def with_case(self, frame: Frame, chain_id: UUID) -> str:
        """Where a case is shown in it."""
        return f"{frame.address}/chains/{chain_id}?{self.query}"


def _around(
    desk: Annotated[str, Query(max_length=LONGEST)] = "", conversation: Annotated[str, Query(max_length=LONGEST)] = ""
) -> Around:
    return Around(desk, conversation)


Shown = Annotated[Around, Depends(_around)]


@router.get("")
def show_panel(request: Request, frame: Framed, around: Shown) -> Response:
    """The case of the conversation that a desk shows."""
    visitor = visitor_in(request, frame)
    if visitor is None:
        return shown_door(request, frame, _asked(request))
    chain_id = _chain_of(visitor, around)
    if chain_id is None:
        return _nothing(visitor, frame, around)
    return frame.framed(RedirectResponse(around.with_case(frame, chain_id), 303))


@router.get("/chains/{chain_id}")
def show_case(request: Request, frame: Framed, around: Shown, chain_id: UUID, proof: UUID | None = None) -> Response:
    """A case; with ``proof`` the memory that proves a line of its brief."""
    visitor = visitor_in(request, frame)
    if visitor is None:
        return shown_door(request, frame, _asked(request))
    try:
        return _shown(visitor, frame, around, chain_id, proof=proof)
    except NotFound as error:
        return _nothing(visitor, frame, around, error)


@router.post("/handoffs/{handoff_id}/accept")
async def accept(request: Request, frame: Framed, around: Shown, handoff_id: UUID) -> Response:
    """Take the conversation over, with a read-back."""
    visitor = in_frame(await shell.posting_by(request, COOKIE), frame)
    if visitor.operator.role is OperatorRole.AUDITOR:
        raise shell.AuditorsOnlyRead
    return await run_in_threadpool(_accept, visitor, frame, around, handoff_id)


@router.get("/events")
async def stream_events(
    request: Request,
    frame: Framed,
    chain_id: UUID,
    after: Annotated[int | None, Query(ge=0)] = None,
    last_event_id: Annotated[int | None, Header(ge=0)] = None,
) -> Response:
    """What happens in a case, as server-sent events, until the operator is signed out."""
    visitor = await run_in_threadpool(visitor_in, request, frame)
    if visitor is None:
        # So a browser knows that it need not ask again.
        return frame.framed(Response(status_code=204))
    await run_in_threadpool(_check_sees, visitor, chain_id)
    filters = streams.Filters(chain_id=chain_id, seen=operators.sees_event_now)
    start = after if last_event_id is None else last_event_id
    return await streams.follow(request.app.state, visitor.transaction, filters, start)


def refused(request: Request, error: WarmlineError) -> Response:
    """What is shown in a panel where something did not work: a page that its desk may show, as any other of it."""
    frame = frame_of(request)
    visitor = visitor_in(request, frame)
    if visitor is None or isinstance(error, Unauthenticated):
        return shown_door(request, frame, frame.address, None if isinstance(error, Unauthenticated) else error)
    return _nothing(visitor, frame, Around("", ""), error)


def _accept(visitor: Visitor, frame: Frame, around: Around, handoff_id: UUID) -> Response:
    with visitor.transaction() as db:
        visitor.check_sees(db, tables.Handoff, handoff_id)
        chain_id = handoffs.find(db, handoff_id).chain_id
    try:
        with visitor.transaction() as db:
            check_may_take(visitor, db, handoff_id)
            ask = shell.read_form(AcceptHandoff, visitor.form, agent=visitor.agent, top_k=0)
            handoffs.accept(db, handoff_id, ask)
    except WarmlineError as error:
        return _shown(visitor, frame, around, chain_id, error)
    return frame.framed(RedirectResponse(around.with_case(frame, chain_id), 303))


def _shown(
    visitor: Visitor,
    frame: Frame,
    around: Around,
    chain_id: UUID,
    error: WarmlineError | None = None,
    proof: UUID | None = None,
) -> Response:
    """The page of a case. Raises ``NotFound``."""
    with visitor.transaction() as db:
        visitor.check_sees(db, tables.Session, chain_id)
        told = handoffs.list_page(db, limit=LISTED, cursor=None, chain_id=chain_id).items
        first = sessions.find(db, chain_id)
        card = desk.read_customer_card(db, visitor.operator, first.namespace, chain_id)
        found = _case(db, visitor, told, proof)
    here = around.with_case(frame, chain_id)
    page = shell.page(
        visitor,
        "panel/case.html",
        title=card.title,
        error=error,
        live_at=here,
        frame=frame,
        here=here,
        chain_id_shown=chain_id,
        chain=list(reversed(told)),
        owner=first.agent,
        events_at=f"{frame.address}/events?chain_id={chain_id}&after={visitor.seen}",
        contradictions=contradictions_of(error),
        is_read_back_wrong=isinstance(error, ReadBackContradicts | ReadBackRequired),
        **found,
    )
    return frame.framed(page)


def _case(db: Transaction, visitor: Visitor, told: Sequence[Handoff], proof: UUID | None) -> dict[str, Any]:
    """What the page shows of the handoff that matters now, and of a proof that was asked for; without a handoff there
    is no ``case``."""
    shown = _that_matters(told)
    if shown is None:
        return {"case": None, "turn": None}
    case = desk.read_case_file(db, shown.id)
    tenancy.record_read(db, "handoff", shown.id, case.handoff.namespace)
    return {
        "case": case,
        "sections": sections_of(case.brief),
        "has_customer": desk.has_customer(db, case.handoff.chain_id),
        "turn": _proof(db, visitor, proof) if proof in case.proofs else None,
        **standing_of(db, visitor, case),
    }


def _proof(db: Transaction, visitor: Visitor, memory_id: UUID) -> Turn:
    visitor.check_sees(db, tables.Memory, memory_id)
    memory = memories.get(db, memory_id)
    tenancy.record_read(db, "memory", memory_id, memory.namespace)
    [turn] = turns_of([memory], tenancy.signed_in(db).preferences.pii)
    return turn


def _that_matters(told: Sequence[Handoff]) -> Handoff | None:
    """The handoff whose brief is shown: what waits or is worked on, else the last one; advice is asked beside it."""
    own = [one for one in told if one.mode is not HandoffMode.CONSULT] or told
    return next((one for one in own if one.state in LIVE), own[0] if own else None)


def _nothing(visitor: Visitor, frame: Frame, around: Around, error: WarmlineError | None = None) -> Response:
    """The page where there is no case to be shown."""
    page = shell.page(
        visitor,
        "panel/nothing.html",
        title=_("Side panel"),
        error=error,
        frame=frame,
        around=around,
        here=f"{frame.address}?{around.query}",
    )
    return frame.framed(page)


def _chain_of(visitor: Visitor, around: Around) -> UUID | None:
    """The case of a desk's conversation; None where there is none that the operator may see."""
    if not (around.desk and around.conversation):
        return None
    about = {"bridge": around.desk, "conversation": around.conversation}
    with visitor.transaction() as db:
        found = sessions.list_page(db, limit=MOST_SESSIONS, cursor=None, metadata=about).items
        for chain_id in dict.fromkeys(one.chain_id for one in found):
            with suppress(NotFound):
                visitor.check_sees(db, tables.Session, chain_id)
                return chain_id
    return None


def _check_sees(visitor: Visitor, chain_id: UUID) -> None:
    with visitor.transaction() as db:
        visitor.check_sees(db, tables.Session, chain_id)


def _asked(request: Request) -> str:
    return f"{request.url.path}?{request.url.query}"
