"""Idempotency-Keys: the first answer is kept in the transaction that made it, and given again."""

import typing
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Table, Text, any_, bindparam, cast, func, select, union, update
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.types import String, Uuid

from warmline_memory.errors import IdempotencyKeyReused
from warmline_memory.storage.tables import Handoff, IdempotentAnswer, Session
from warmline_memory.storage.transactions import Transaction

ANSWERS = typing.cast(Table, IdempotentAnswer.__table__)
LOCK = 0x616E7377  # "answ"
"""Sets the lock on a tenant's answers apart from other locks on a hash of the tenant's id."""


def _tenants_answers() -> ColumnElement[int]:
    """The number of the lock on a tenant's answers."""
    return func.hashtextextended(cast(func.warmline_tenant(), Text), LOCK)


# Claiming takes the tenant's lock shared, and forgetting takes it alone (``hold_answers``). Otherwise an answer that
# was made from a memory could be recorded just after that memory was forgotten, and would keep what it said. The lock
# is taken in RETURNING, by the same statement, and so only where the key is new.
_CLAIM = (
    insert(ANSWERS)
    .values(key=bindparam("key"), fingerprint=bindparam("fingerprint"))
    .on_conflict_do_nothing()
    .returning(ANSWERS.c.key, cast(func.pg_advisory_xact_lock_shared(_tenants_answers()), Text))
)
_HANDOFFS = typing.cast(Table, Handoff.__table__).c
_SESSIONS = typing.cast(Table, Session.__table__).c
_OF_HANDOFFS = select(_HANDOFFS.namespace).where(_HANDOFFS.id == any_(bindparam("handoffs", type_=ARRAY(Uuid))))
# The id of a chain is that of its first session.
_OF_CHAINS = select(_SESSIONS.namespace).where(_SESSIONS.id == any_(bindparam("chains", type_=ARRAY(Uuid))))
_NAMED = bindparam("named", type_=ARRAY(String))
_RECORD = (
    update(ANSWERS).where(ANSWERS.c.key == bindparam("claimed")).values(answer=bindparam("first"), namespaces=_NAMED)
)
# A claim names its handoff and no namespace, a reply its chain. The same statement looks that up, so that recording
# stays one statement.
_RECORD_WITH_LOOKUP = _RECORD.values(
    namespaces=func.array_cat(_NAMED, func.array(union(_OF_HANDOFFS, _OF_CHAINS).scalar_subquery()))
)


def claim(db: Transaction, key: str, request: bytes) -> dict[str, Any] | None:
    """Claim a key for a request, or return the answer that the same request got before.

    A second request with the key waits here until the first has committed or rolled back. ``request`` is what tells
    requests apart, of which a hash is kept; raises ``IdempotencyKeyReused`` where the key came with another one.
    """
    # What is said in a request may be a secret that is stored nowhere, so the hash is one that nobody else can compute.
    fingerprints = db.sealer.hashes(request)
    if db.execute(_CLAIM, {"key": key, "fingerprint": fingerprints[0]}).one_or_none() is not None:
        return None
    first = db.scalars(select(IdempotentAnswer).where(IdempotentAnswer.key == key)).one()
    if first.fingerprint not in fingerprints:
        raise IdempotencyKeyReused(key=key)
    return None if first.answer is None else db.sealer.open_json(first.answer)


def record(db: Transaction, key: str, answer: dict[str, Any], asked: dict[str, Any] | None = None) -> None:
    """Keep the answer to a claimed key, with every namespace that the answer may tell something of.

    These are the namespaces that the request (``asked``) and the answer name at any depth, and those of the handoffs
    that they name, and of the chains that stand without a namespace. A field of the caller's own that happens to have
    such a name makes them too many, never too few. The answer itself is sealed.
    """
    named, handoffs, chains = _named([asked, answer])
    values = {"claimed": key, "first": db.sealer.seal_json(answer), "named": sorted(named)}
    if handoffs or chains:
        db.execute(_RECORD_WITH_LOOKUP, {**values, "handoffs": list(handoffs), "chains": list(chains)})
    else:
        db.execute(_RECORD, values)


def hold_answers(db: Transaction) -> None:
    """Wait until no request of the tenant is about to record an answer, and let none begin until this transaction ends.

    Without it an answer that was made from what this transaction deletes could be recorded after it.
    """
    db.execute(select(cast(func.pg_advisory_xact_lock(_tenants_answers()), Text)))


def _named(json: Any) -> tuple[set[str], set[UUID], set[UUID]]:
    """The namespaces and the handoffs that are named at any depth, and the chains beside which no namespace stands.

    With a list of what is left instead of recursion, as callers' own metadata may be nested deeper than Python calls.
    """
    namespaces, handoffs, chains, left = set[str](), set[UUID](), set[UUID](), [json]
    while left:
        one = left.pop()
        if isinstance(one, dict):
            left += one.values()
            if isinstance(named := one.get("namespace"), str):
                namespaces.add(named)
            elif (chain_id := _as_uuid(one.get("chain_id"))) is not None:
                chains.add(chain_id)
            if (handoff_id := _as_uuid(one.get("handoff_id"))) is not None:
                handoffs.add(handoff_id)
        elif isinstance(one, list):
            left += one
    return namespaces, handoffs, chains


def _as_uuid(value: Any) -> UUID | None:
    """A field of the caller's own may have any value."""
    try:
        return UUID(value) if isinstance(value, str) else None
    except ValueError:
        return None
