"""Attachments: upload, list, get, load."""

from dataclasses import replace
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query, Request
from starlette.responses import Response

from warmline_api.answers import REPEATED, Answer, Routes
from warmline_api.callers import Caller, Reader, Writer
from warmline_api.files import SentFile, head_of, read_sent_file, served
from warmline_api.queries import Cursor, Limit, OfChain, OfNamespace
from warmline_memory import attachments
from warmline_memory.storage import Transaction
from warmline_schemas.customers.attachments import Attachment, FileName, UploadAttachment
from warmline_schemas.memories import ExternalId
from warmline_schemas.wire import Namespace, Page

router = Routes(prefix="/attachments", tags=["attachments"])

BYTES = {"schema": {"type": "string", "format": "binary"}}
FORM = {"schema": {"type": "object", "properties": {"file": BYTES["schema"]}, "required": ["file"]}}
UPLOAD = {"required": True, "content": {"application/octet-stream": BYTES, "multipart/form-data": FORM}}
FILE = {"content": {"*/*": BYTES}, "description": "The bytes, as the type that they are."}


@router.post("", status_code=201, openapi_extra={"requestBody": UPLOAD})
def upload_attachment(
    namespace: Annotated[Namespace, Query(description="Whose it is: that of the case in which it is to be sent.")],
    file: Annotated[SentFile, Depends(read_sent_file)],
    caller: Writer,
    name: Annotated[
        FileName | None, Query(description="What it is called; in a form its name there, if left out.")
    ] = None,
    external_id: Annotated[
        ExternalId | None, Query(description="An id of your own. What came under it before is not stored again.")
    ] = None,
) -> Answer[Attachment]:
    """Upload a file, as the body itself or as the one file of a form. A message then brings it; without one it is
    forgotten after a day. Its type is what its bytes say."""
    caller.check()
    settings = caller.platform.settings
    found = attachments.taken(name or file.name, file.content, settings)
    known: list[bool] = []

    def work(db: Transaction) -> Attachment:
        is_checked = bool(settings.attachment_scanner)
        row, was_known = attachments.upload(db, namespace, found, external_id=external_id, is_checked=is_checked)
        known[:] = [was_known]
        return attachments.get(db, row.id)

    ask = UploadAttachment(namespace=namespace, name=found.name, external_id=external_id, sha256=found.sha256.hex())
    answer = replace(caller, adds=len(file.content)).once(ask, 201, work)
    if known and known[0]:
        answer.headers.update(REPEATED)
    return answer


@router.get("")
def list_attachments(
    caller: Reader,
    namespace: OfNamespace = None,
    chain_id: OfChain = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Page[Attachment]:
    """Attachments, newest first."""
    with caller.transaction() as db:
        return attachments.list_page(db, limit=limit, cursor=cursor, namespace=namespace, chain_id=chain_id)


@router.get("/{attachment_id}")
def get_attachment(attachment_id: UUID, caller: Reader) -> Attachment:
    """One attachment, without its bytes."""
    with caller.transaction() as db:
        return attachments.get(db, attachment_id)


@router.get("/{attachment_id}/content", response_class=Response, responses={200: FILE, 206: FILE})
def get_attachment_content(attachment_id: UUID, request: Request, caller: Reader) -> Response:
    """The bytes of an attachment, or the part that `Range` asks for. What a scanner has yet to look at, or refused, is
    a 409."""
    with caller.transaction() as db:
        found = attachments.get(db, attachment_id)
        first = attachments.piece(db, attachment_id, *head_of(request.scope, found))
    return served(request.scope, found, first, lambda start, length: _read(caller, attachment_id, start, length))


def _read(caller: Caller, attachment_id: UUID, start: int, length: int) -> bytes:
    with caller.transaction() as db:
        return attachments.piece(db, attachment_id, start, length)
