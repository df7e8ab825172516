"""Checking: a scanner says what may be loaded. It is asked by the worker, outside of any transaction; here stands which
attachments wait for it, and what it said.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import func, select, update

from warmline_memory import events
from warmline_memory.storage import tables
from warmline_memory.storage.database import Database, Role
from warmline_memory.storage.transactions import Transaction
from warmline_schemas.customers.attachments import AttachmentState
from warmline_schemas.events import EventFacts, EventType

LEASE = timedelta(minutes=2)
"""A file is asked about again so long after a question that nobody answered. Scanners answer within seconds."""

PAUSE = timedelta(seconds=10)
"""A scanner that does not answer is asked again so much later."""


@dataclass(frozen=True)
class ToCheck:
    """A file that waits for the scanner, with what it is told of it."""

    attachment_id: UUID
    name: str
    type: str
    sha256: str
    content: bytes


def due(database: Database, most: int) -> Sequence[tuple[UUID, UUID]]:
    """The tenants and the ids of attachments whose check is due, the longest overdue first."""
    row = tables.Attachment
    wanted = select(row.tenant_id, row.id).where(row.check_due_at <= func.now()).order_by(row.check_due_at).limit(most)
    with database.transaction(role=Role.SWEEP) as db:
        return [(tenant_id, attachment_id) for tenant_id, attachment_id in db.execute(wanted)]


def take(db: Transaction, attachment_id: UUID) -> ToCheck | None:
    """Take an attachment whose check is due, so that nobody else asks about it for a while; None where somebody did."""
    row = tables.Attachment
    taken = (
        update(row)
        .where(row.id == attachment_id, row.check_due_at <= func.now())
        .values(check_due_at=func.now() + LEASE)
        .returning(row.name, row.type, row.sha256, row.content)
    )
    found = db.execute(taken, execution_options={"synchronize_session": False}).one_or_none()
    if found is None or found.content is None:
        return None
    return ToCheck(attachment_id, found.name, found.type, found.sha256.hex(), found.content)


def checked(db: Transaction, attachment_id: UUID, problem: str | None) -> tables.Attachment | None:
    """Note what the scanner said of an attachment: None for nothing, else why it refused it. The attachment, or None
    where it waits no more, such as one that was forgotten meanwhile."""
    row = db.find(tables.Attachment, attachment_id, with_for_update=True)
    if row is None or row.state != AttachmentState.WAITING:
        return None
    row.state, row.check_due_at = AttachmentState.CLEAN if problem is None else AttachmentState.REFUSED, None
    if problem is not None:
        # What was refused is of no use to anybody, and might do harm to whoever takes a backup apart.
        row.content, row.problem = None, problem
    db.flush()
    facts: EventFacts = {"attachment_id": str(row.id), "found": row.state}
    if row.memory_id is not None:
        facts["message_id"] = str(row.memory_id)
    events.record(db, EventType.ATTACHMENT_CHECKED, namespace=row.namespace, chain_id=row.chain_id, **facts)
    return row


def ask_again(db: Transaction, attachment_id: UUID) -> None:
    """Let the scanner be asked again soon, where it could not be."""
    row = tables.Attachment
    waits = update(row).where(row.id == attachment_id, row.state == AttachmentState.WAITING)
    values = {"check_due_at": func.now() + PAUSE}
    db.execute(waits.values(values), execution_options={"synchronize_session": False})


def give_up_checking(db: Transaction, attachment_id: UUID) -> None:
    """Let everybody load what waits for a scanner that is no longer set up."""
    row = tables.Attachment
    let = update(row).where(row.id == attachment_id, row.state == AttachmentState.WAITING)
    values = {"state": AttachmentState.UNCHECKED, "check_due_at": None}
    db.execute(let.values(values), execution_options={"synchronize_session": False})
