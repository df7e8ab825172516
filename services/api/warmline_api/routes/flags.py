"""Flags: what is wrong with briefs, and the same as cases to measure briefs by."""

from collections.abc import Iterator
from typing import Annotated
from uuid import UUID

from fastapi import Query, Response
from fastapi.responses import StreamingResponse

from warmline_api.answers import Answer, Routes
from warmline_api.callers import Caller, Reader, Writer
from warmline_api.queries import SEVERAL, Cursor, Limit, OfNamespace, OfOneNamespace, Since, Until
from warmline_memory import flags, tenancy
from warmline_memory.storage import Period
from warmline_schemas.briefs import SectionName
from warmline_schemas.flags import CASES_MEDIA_TYPE, Flag, FlagBrief, FlagVerdict
from warmline_schemas.wire import AgentName, Page

router = Routes(tags=["flags"])

LINES = {CASES_MEDIA_TYPE: {"schema": {"type": "string", "description": "One case a line, as a JSON object."}}}


@router.post("/handoffs/{handoff_id}/flags", status_code=201)
def flag_brief(handoff_id: UUID, ask: FlagBrief, caller: Writer) -> Answer[Flag]:
    """Flag a line of a brief as wrong or superfluous, or say what is missing. The brief itself stays as it is."""
    return caller.once(ask, 201, lambda db: flags.add(db, handoff_id, ask))


@router.get("/handoffs/{handoff_id}/flags")
def flags_of_handoff(handoff_id: UUID, caller: Reader, limit: Limit = 50, cursor: Cursor = None) -> Page[Flag]:
    """The flags on one brief, oldest first."""
    with caller.transaction() as db:
        return flags.of_handoff(db, handoff_id, limit=limit, cursor=cursor)


@router.delete("/handoffs/{handoff_id}/flags/{flag_id}", status_code=204)
def take_back_flag(handoff_id: UUID, flag_id: UUID, caller: Writer) -> Response:
    """Take a flag back; nothing is left of it but its event."""
    with caller.transaction() as db:
        flags.take_back(db, handoff_id, flag_id)
    return Response(status_code=204)


@router.get("/flags")
def list_flags(
    caller: Reader,
    namespace: OfNamespace = None,
    handoff_id: Annotated[
        list[UUID] | None, Query(max_length=SEVERAL, description="Only those on these handoffs' briefs.")
    ] = None,
    verdict: Annotated[
        list[FlagVerdict] | None, Query(max_length=SEVERAL, description="Only those of these verdicts.")
    ] = None,
    section: Annotated[
        list[SectionName] | None, Query(max_length=SEVERAL, description="Only those in these sections.")
    ] = None,
    by: Annotated[
        list[AgentName] | None, Query(max_length=SEVERAL, description="Only those of these people or agents.")
    ] = None,
    since: Since = None,
    until: Until = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Page[Flag]:
    """Flags, newest first."""
    with caller.transaction() as db:
        return flags.list_page(
            db,
            limit=limit,
            cursor=cursor,
            namespace=namespace,
            handoff_id=handoff_id,
            verdict=verdict,
            section=section,
            by=by,
            period=Period(since, until),
        )


@router.get(
    "/flags/cases",
    response_class=StreamingResponse,
    responses={200: {"content": LINES, "description": "The cases, the oldest handoff first."}},
)
def export_cases(caller: Reader, namespace: OfOneNamespace = None) -> StreamingResponse:
    """The flagged handoffs as cases, one a line: what was said, and what the brief should have made of it.

    Secrets are taken out, and personal data of the classes in the preference `pii`. The export stands in the audit.
    """
    with caller.transaction() as db:
        found = flags.flagged(db, namespace)
        tenancy.record_audit(db, "export-flags", namespace, {"cases": len(found)})
    return StreamingResponse(_lines(caller, found), media_type=CASES_MEDIA_TYPE)


def _lines(caller: Caller, found: list[UUID]) -> Iterator[bytes]:
    """A line a case, each in a transaction of its own; one that was forgotten meanwhile is left out."""
    # One transaction for all would stay open for as long as the client reads, and keep old rows from being vacuumed.
    for handoff_id in found:
        with caller.transaction() as db:
            case = flags.case_of(db, handoff_id)
        if case is not None:
            yield case.model_dump_json().encode() + b"\n"
