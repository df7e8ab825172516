"""Idempotency-Keys: the first answer is kept in the transaction that made it, and given again."""

import typing
from typing import Any

from sqlalchemy import ColumnElement, Table, Text, bindparam, cast, func, select, update
from sqlalchemy.dialects.postgresql import insert

from warmline_memory.errors import IdempotencyKeyReused
from warmline_memory.storage.tables import IdempotentAnswer
from warmline_memory.storage.transactions import Transaction

ANSWERS = typing.cast(Table, IdempotentAnswer.__table__)
LOCK = 0x616E7377  # "answ"


def _tenants_answers() -> ColumnElement[int]:
    """The number of the lock on a tenant's answers."""
    return func.hashtextextended(cast(func.warmline_tenant(), Text), LOCK)


_CLAIM = (
    insert(ANSWERS)
    .values(key=bindparam("key"), fingerprint=bindparam("fingerprint"))
    .on_conflict_do_nothing()
    .returning(ANSWERS.c.key, cast(func.pg_advisory_xact_lock_shared(_tenants_answers()), Text))
)
_RECORD = update(ANSWERS).where(ANSWERS.c.key == bindparam("claimed")).values(answer=bindparam("first"))


def claim(db: Transaction, key: str, fingerprint: str) -> dict[str, Any] | None:
    """Claim a key for a request, or return the answer that the same request got before.

    A second request with the key waits here until the first has committed or rolled back. ``fingerprint`` tells
    requests apart; raises ``IdempotencyKeyReused`` where the key came with another one.
    """
    if db.execute(_CLAIM, {"key": key, "fingerprint": fingerprint}).one_or_none() is not None:
        return None
    first = db.scalars(select(IdempotentAnswer).where(IdempotentAnswer.key == key)).one()
    if first.fingerprint != fingerprint:
        raise IdempotencyKeyReused(key=key)
    return first.answer


def record(db: Transaction, key: str, answer: dict[str, Any]) -> None:
    """Keep the answer to a claimed key."""
    db.execute(_RECORD, {"claimed": key, "first": answer})


def hold_answers(db: Transaction) -> None:
    """Wait until no request of the tenant is about to record an answer; none begins until this transaction ends.

    So that an answer made from what this transaction deletes cannot be recorded after it.
    """
    db.execute(select(cast(func.pg_advisory_xact_lock(_tenants_answers()), Text)))
