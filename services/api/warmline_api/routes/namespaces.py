"""Namespaces as JSON Lines: export and import."""

import logging
from collections.abc import AsyncIterator, Generator
from contextlib import suppress
from itertools import chain

from anyio import fail_after
from fastapi import APIRouter, Request
from fastapi.responses import StreamingResponse
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect
from starlette.types import Message, Receive, Scope, Send

from warmline_api.callers import Reader, Writer
from warmline_api.queries import InNamespace
from warmline_memory import namespaces, tenancy
from warmline_memory.errors import LineTooLong
from warmline_memory.namespaces import BATCH, Import
from warmline_schemas.namespaces import MEDIA_TYPE, Counts, Imported

log = logging.getLogger(__name__)

router = APIRouter(prefix="/namespaces", tags=["namespaces"])

SECONDS_TO_TAKE = 30.0
"""An export whose caller takes nothing for this long is broken off; what is on its way by then is a few hundred kB."""

LINES = {
    MEDIA_TYPE: {"schema": {"type": "string", "description": "One JSON object a line; docs/memories.md lists them."}}
}


class ExportResponse(StreamingResponse):
    """Sends the blocks of an export, and breaks it off where its caller has hung up or takes nothing for too long."""

    def __init__(self, blocks: Generator[bytes, None, None]) -> None:
        # The first block is read before the response begins: what is wrong by then is still answered as a problem.
        first = next(blocks)
        super().__init__(chain([first], blocks), media_type=MEDIA_TYPE)
        self._blocks = blocks

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the response."""

        async def send_in_time(message: Message) -> None:
            with fail_after(SECONDS_TO_TAKE):
                await send(message)

        try:
            await super().__call__(scope, receive, send_in_time)
        except TimeoutError:
            log.warning("An export was broken off: nothing of it was taken for %g s", SECONDS_TO_TAKE)
        finally:
            self._blocks.close()


@router.get(
    "/{namespace:path}/export",
    response_class=StreamingResponse,
    responses={200: {"content": LINES, "description": "The lines, header first and `end` last."}},
)
def export_namespace(namespace: InNamespace, caller: Reader) -> ExportResponse:
    """Everything in a namespace as JSON Lines, without embeddings. It is read in pages, each as it is at that time."""
    with caller.transaction() as db:
        header = namespaces.export_header(db, namespace)
        tenancy.record_audit(db, "export", namespace, header.model_dump(include=set(Counts.model_fields)))
    database = caller.platform.database
    return ExportResponse(namespaces.export_namespace(database, caller.key_hash, namespace, address=caller.address))


@router.post(
    "/{namespace:path}/import",
    openapi_extra={"requestBody": {"required": True, "content": LINES}},
)
# A coroutine, because the body is read as it comes in. The lines are stored in a thread, a batch at a time.
async def import_namespace(namespace: InNamespace, request: Request, caller: Writer) -> Imported:
    """Add the lines of an export, into the same or another namespace. Importing them again adds nothing.

    Lines are stored in batches. A line that cannot be is a 422 that names its number; what came before its batch stays,
    and importing the corrected file goes on from there. No Idempotency-Key is needed.
    """
    await run_in_threadpool(caller.check)
    arriving = Import(caller.embed, caller.adding, namespace)
    most_bytes = caller.platform.settings.max_body_bytes
    async for batch in _batches(request, most_bytes):
        await run_in_threadpool(arriving.take, batch)
    return await run_in_threadpool(arriving.finish)


async def _batches(request: Request, most_bytes: int) -> AsyncIterator[list[bytes]]:
    """The lines of a body, at most ``BATCH`` and about ``most_bytes`` at a time. Raises ``LineTooLong``."""
    batch: list[bytes] = []
    size = 0
    async for line in _lines(request, most_bytes):
        batch.append(line)
        size += len(line)
        if len(batch) >= BATCH or size >= most_bytes:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


async def _lines(request: Request, most_bytes: int) -> AsyncIterator[bytes]:
    """The lines of a body as they come in; a caller who hangs up has sent a file that was cut off."""
    # Grown in place: pieces may be as small as one byte, and to copy what came before with each would take a time that
    # grows with the square of a line.
    rest, number = bytearray(), 1
    with suppress(ClientDisconnect):
        async for piece in request.stream():
            # A line feed is one byte in UTF-8 and part of no other character, so pieces are split before they are
            # decoded.
            *ends, begun = piece.split(b"\n")
            for end in ends:
                yield bytes(rest + end)
                rest.clear()
            rest += begun
            number += len(ends)
            if len(rest) > most_bytes:
                raise LineTooLong(line=number, most_bytes=most_bytes)
    if rest:
        yield bytes(rest)
