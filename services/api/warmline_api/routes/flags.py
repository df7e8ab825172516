"""Flags: what is wrong with briefs, and the same as cases to measure briefs by."""

from collections.abc import Iterator
from typing import Annotated
from uuid import UUID

from fastapi import Query, Response
from fastapi.responses import StreamingResponse

from warmline_api.answers import Answer, Routes
from warmline_api.callers import Caller, Reader, Writer
from warmline_api.queries import Cursor, Limit, OfNamespace
from warmline_memory import flags, tenancy
from warmline_schemas.briefs import SectionName
from warmline_schemas.flags import CASES_MEDIA_TYPE, Flag, FlagBrief, Verdict
from warmline_schemas.wire import AgentName, Page

router = Routes(tags=["flags"])

LINES = {CASES_MEDIA_TYPE: {"schema": {"type": "string", "description": "One case a line, as a JSON object."}}}


@router.post("/handoffs/{handoff_id}/flags", status_code=201)
def flag_brief(handoff_id: UUID, ask: FlagBrief, caller: Writer) -> Answer[Flag]:
    """Flag a line of a brief as wrong or superfluous, or say what is missing. The brief itself stays as it is."""
    return caller.once(ask, 201, lambda db: flags.add(db, handoff_id, ask))


@router.get("/handoffs/{handoff_id}/flags")
def flags_of_handoff(handoff_id: UUID, caller: Reader) -> list[Flag]:
    """The flags on one brief, oldest first."""
    with caller.transaction() as db:
        return flags.of_handoff(db, handoff_id)


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
    handoff_id: Annotated[UUID | None, Query(description="Only those on this handoff's brief.")] = None,
    verdict: Annotated[Verdict | None, Query(description="Only those of this verdict.")] = None,
    section: Annotated[SectionName | None, Query(description="Only those in this section.")] = None,
    by: Annotated[AgentName | None, Query(description="Only those of this person or agent.")] = None,
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
        )


@router.get(
    "/flags/cases",
    response_class=StreamingResponse,
    responses={200: {"content": LINES, "description": "The cases, the oldest handoff first."}},
)
def export_cases(caller: Reader, namespace: OfNamespace = None) -> StreamingResponse:
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
