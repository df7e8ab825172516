"""Idempotency-Keys: the first answer is kept in the transaction that made it, and given again."""

from typing import Any

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session as Db

from warmline_memory.errors import IdempotencyKeyReused
from warmline_memory.tables import IdempotentAnswer


def claim(db: Db, key: str, fingerprint: str) -> dict[str, Any] | None:
    """Claim a key for a request, or return the answer that the same request got before.

    A second request with the key waits here until the first has committed or rolled back. ``fingerprint`` tells
    requests apart; raises ``IdempotencyKeyReused`` where the key came with another one.
    """
    claimed = db.scalar(
        insert(IdempotentAnswer)
        .values(key=key, fingerprint=fingerprint)
        .on_conflict_do_nothing()
        .returning(IdempotentAnswer.key)
    )
    if claimed is not None:
        return None
    first = db.scalars(select(IdempotentAnswer).where(IdempotentAnswer.key == key)).one()
    if first.fingerprint != fingerprint:
        raise IdempotencyKeyReused(key=key)
    return first.answer


def record(db: Db, key: str, answer: dict[str, Any]) -> None:
    """Keep the answer to a claimed key."""
    db.execute(update(IdempotentAnswer).where(IdempotentAnswer.key == key).values(answer=answer))
