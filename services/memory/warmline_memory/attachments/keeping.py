"""Keeping: attachments are uploaded, brought by a message, listed, and read a piece at a time."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert

from warmline_memory.attachments.recognising import Recognised
from warmline_memory.errors import AttachmentNotReady, AttachmentNotSendable, AttachmentRefused, NotFound
from warmline_memory.storage import tables
from warmline_memory.storage.ids import among
from warmline_memory.storage.pages import Many, matching, read_page
from warmline_memory.storage.transactions import Transaction
from warmline_schemas.customers.attachments import Attachment, AttachmentState, SentAttachment
from warmline_schemas.wire import Page

UNITS = ((1_000_000, "MB"), (1_000, "kB"), (1, "bytes"))


def upload(
    db: Transaction, namespace: str, found: Recognised, *, external_id: str | None, is_checked: bool
) -> tuple[tables.Attachment, bool]:
    """Keep a file that waits for the message which brings it, and whether it came under its id before.

    ``is_checked`` says that there is a scanner, which must look at it before anybody can load it.
    """
    row = tables.Attachment
    values = {
        "namespace": namespace,
        "external_id": external_id,
        "name": found.name,
        "type": found.type,
        "size": len(found.content),
        "width": found.width,
        "height": found.height,
        "sha256": found.sha256,
        "content": found.content,
        "state": AttachmentState.WAITING if is_checked else AttachmentState.UNCHECKED,
        "check_due_at": func.now() if is_checked else None,
    }
    # Of two uploads under one id at once the second one waits for the first, and finds it.
    kept = db.scalar(insert(row).values(values).on_conflict_do_nothing().returning(row))
    if kept is not None:
        return kept, False
    return db.scalars(select(row).where(row.namespace == namespace, row.external_id == external_id)).one(), True


def bring(db: Transaction, namespace: str, ids: Sequence[UUID]) -> list[tables.Attachment]:
    """The attachments that a message brings, locked. Raises ``AttachmentNotSendable`` for the first one that is not
    there, is of another namespace, or was sent already."""
    row = tables.Attachment
    locked = select(row).where(among(row.id, ids), row.namespace == namespace, row.memory_id.is_(None))
    there = {one.id: one for one in db.scalars(locked.order_by(row.id).with_for_update())}
    for place, one in enumerate(ids):
        if one not in there or one in ids[:place]:
            raise AttachmentNotSendable(id=one, namespace=namespace, field=f"body.attachments.{place}")
    return [there[one] for one in ids]


def told(row: tables.Attachment | Recognised) -> str:
    """An attachment as its memory tells of it: its name, its type and its size."""
    size = len(row.content) if isinstance(row, Recognised) else row.size
    least, unit = next((least, unit) for least, unit in UNITS if size >= least)
    return f"{row.name} ({row.type}, {size / least:.1f} {unit})".replace(".0 ", " ")


def reference(row: tables.Attachment) -> dict[str, Any]:
    """What the metadata of a memory say of its attachment."""
    return SentAttachment.model_validate(row).model_dump(mode="json")


def get(db: Transaction, attachment_id: UUID) -> Attachment:
    """One attachment, without its bytes. Raises ``NotFound``."""
    return _shown(_find(db, attachment_id))


def list_page(
    db: Transaction, *, limit: int, cursor: str | None, namespace: Many[str] = None, chain_id: Many[UUID] = None
) -> Page[Attachment]:
    """Attachments, newest first."""
    row = tables.Attachment
    rows = select(row).where(*matching(row, {"namespace": namespace, "chain_id": chain_id}))
    return read_page(db, rows, row.id, _shown, limit=limit, cursor=cursor)


def of_memories(db: Transaction, memory_ids: Collection[UUID]) -> Mapping[UUID, Attachment]:
    """The attachments that some memories tell of, by the memories' ids; without those that are kept no longer."""
    row = tables.Attachment
    found = [_shown(one) for one in db.scalars(select(row).where(among(row.memory_id, memory_ids)))]
    return {one.memory_id: one for one in found if one.memory_id is not None}


def piece(db: Transaction, attachment_id: UUID, start: int, length: int) -> bytes:
    """A piece of an attachment's bytes. Raises ``NotFound``, and ``AttachmentNotReady`` for what nobody can load."""
    row = tables.Attachment
    state = _find(db, attachment_id).state
    if state == AttachmentState.WAITING:
        raise AttachmentNotReady(attachment_id=attachment_id)
    if state == AttachmentState.REFUSED:
        raise AttachmentRefused(attachment_id=attachment_id)
    found = db.scalar(select(func.substring(row.content, start + 1, length)).where(row.id == attachment_id))
    if found is None:
        raise NotFound(noun="attachment", id=attachment_id)
    return bytes(found)


def _find(db: Transaction, attachment_id: UUID) -> tables.Attachment:
    row = db.find(tables.Attachment, attachment_id)
    if row is None:
        raise NotFound(noun="attachment", id=attachment_id)
    return row


def _shown(row: tables.Attachment) -> Attachment:
    fields = {name: getattr(row, name) for name in Attachment.model_fields if name != "sha256"}
    return Attachment.model_validate({**fields, "sha256": row.sha256.hex()})
