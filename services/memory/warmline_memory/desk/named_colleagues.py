"""Named colleagues: whom a note mentions, as `@ines`, hears of it."""

import re
from uuid import UUID

from sqlalchemy import select

from warmline_memory import events, operators
from warmline_memory.storage import tables
from warmline_memory.storage.transactions import Transaction
from warmline_schemas.events import EventType
from warmline_schemas.memories import Memory
from warmline_schemas.targets import of_operator

# The form of operators' names behind an @ that is no part of an e-mail address. A full stop behind one ends a sentence.
NAMED = re.compile(r"(?<![\w@.+-])@([a-z0-9](?:[a-z0-9_.-]{0,62}[a-z0-9_-])?)", re.IGNORECASE)
MOST = 20
"""A note names at most this many; who names more names nobody in particular."""


def tell(db: Transaction, note: Memory, session_id: UUID) -> None:
    """Record of each colleague whom a note names that it does. Who may not see the case is not told."""
    names = {found.lower() for found in NAMED.findall(note.content)}
    if not names or len(names) > MOST:
        return
    session = db.find_one(tables.Session, session_id)
    row = tables.Operator
    for one in db.scalars(select(row).where(row.name.in_(names), row.disabled_at.is_(None)).order_by(row.name)):
        agent = of_operator(one.name)
        if agent != note.agent and operators.may_see_case(db, one, session.chain_id):
            events.record(
                db,
                EventType.OPERATOR_MENTIONED,
                actor=note.agent,
                namespace=session.namespace,
                chain_id=session.chain_id,
                handoff_id=session.handoff_id,
                operator=agent,
                message_id=str(note.id),
                session_id=str(session_id),
            )
