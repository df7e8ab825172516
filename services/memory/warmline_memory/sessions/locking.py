"""Locking: whoever changes a chain waits for their turn with it. All locks hold until the transaction ends.

Whatever can change who owns a chain, or what becomes of its handoffs, first locks the chain: one advisory lock on its
id (docs/decisions/0003). Two such transactions never deadlock over the rows behind that lock. Others take row locks
without it: remembering, forgetting, the worker's and the claims' single statements. So everybody who takes several
locks takes them in this order:

1. memories that must not be forgotten meanwhile, in the order of their ids (forgetting locks memories before briefs);
2. the row of a shift's sheet;
3. chains, in the order of their ids;
4. sessions, in the order of their ids;
5. handoffs;
6. the counter of a tenant's events, which is locked when they are written, at the very end (docs/decisions/0011).

Forgetting a whole namespace is the exception: it locks sessions and then their memories, so that nothing new is
remembered meanwhile. Where a brief that cites these memories is completed at the same moment, Postgres may end one of
the two: both are tried again (``storage.deadlocks``).

Row locks are ``FOR NO KEY UPDATE`` wherever possible: rows that refer to a locked one, such as a new memory of a locked
session, can then still be inserted.
"""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, SQLColumnExpression, Text, func, literal, select

from warmline_memory.errors import NotFound
from warmline_memory.storage import tables
from warmline_memory.storage.transactions import Transaction


def lock_chain(db: Transaction, session_id: UUID) -> tables.Session:
    """Lock the chain of a session; the session's row as it is then. Raises ``NotFound``."""
    row = tables.Session
    db.execute(select(_turn(row.chain_id)).where(row.id == session_id))
    found = db.find(row, session_id, populate_existing=True)
    if found is None:
        raise NotFound(noun="session", id=session_id)
    return found


def lock_chain_of_handoff(db: Transaction, handoff_id: UUID) -> None:
    """Lock the chain of a handoff, where that exists."""
    row = tables.Handoff
    db.execute(select(_turn(row.chain_id)).where(row.id == handoff_id))


def lock_chains(db: Transaction, chain_ids: Iterable[UUID]) -> None:
    """Lock several chains, in the order in which everybody does."""
    for chain_id in sorted(set(chain_ids)):
        db.execute(select(_turn(literal(str(chain_id)))))


def _turn(chain_id: SQLColumnExpression[Any]) -> ColumnElement[Any]:
    """Waits for the lock of a chain. Rows that later statements read are as the one before left them."""
    # Two tenants may have chains of one id, and neither must make the other wait.
    named = func.concat(func.warmline_tenant(), ":", chain_id, type_=Text)
    return func.pg_advisory_xact_lock(func.hashtextextended(named, 0))
