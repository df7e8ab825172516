"""Forgetting: a real delete of memories and of all that was derived from them, with an entry in the audit.

A brief cites the memories that prove each line, so what they said is taken out of it when they go, and the brief is
remembered anew. A draft becomes another revision, so that nobody confirms what was not read.
"""

import json
import re
from collections.abc import Collection, Iterator, Sequence
from typing import Any, cast
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    CursorResult,
    Executable,
    Select,
    and_,
    any_,
    delete,
    func,
    literal,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import undefer
from sqlalchemy.sql import bindparam
from sqlalchemy.types import Text, Uuid

from warmline_memory import customers, events, handoffs, memories, source_memory, templates, tenancy
from warmline_memory.briefs import recaps, withdrawing
from warmline_memory.briefs.withdrawing import Withdrawal
from warmline_memory.embedding import Embeddings, Ready
from warmline_memory.errors import MemoryProtected, NotFound
from warmline_memory.namespaces import own_words
from warmline_memory.namespaces.own_words import FORGOTTEN, UNSYNCHRONIZED, Found
from warmline_memory.storage import idempotency, tables, wire
from warmline_memory.storage.database import Role
from warmline_memory.storage.ids import among
from warmline_memory.storage.transactions import Transaction
from warmline_schemas.briefs import Brief
from warmline_schemas.memories import Role as Speaker
from warmline_schemas.namespaces import ForgetMemories, Forgotten

BATCH = 5_000
"""At most this many memories are deleted by one statement, which must end within the statement time-out."""

BEFORE_ALL = UUID(int=0)

_IDS = bindparam("ids", type_=ARRAY(Text))
# Wherever a brief cites: in its headline, its sections and its actions. The planner cannot index this, so a statement
# with it always names the namespace too.
_CITES = text(
    "EXISTS (SELECT 1 FROM jsonb_path_query(handoffs.brief, '$.**.memory_ids[*]') AS cited "
    "WHERE cited #>> '{}' IN (SELECT unnest(:ids)))"
).bindparams(_IDS)
# An id in an answer is looked for in its text and not in certain fields, because answers of thirty shapes are kept, and
# a prompt for a model names memories in the middle of a text. An id is as good as unique, so nothing else has it.
_ID = re.compile("[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_ACT_AS = text("SELECT set_config('role', :role, true)")


def forget_one(db: Transaction, memory_id: UUID, ready: Ready) -> Forgotten:
    """Forget one memory. Raises ``NotFound``, and ``MemoryProtected`` for a handoff's brief."""
    row = db.find(tables.Memory, memory_id)
    if row is None:
        raise NotFound(noun="memory", id=memory_id)
    if row.handoff_id is not None:
        raise MemoryProtected(memory_id=memory_id, handoff_id=row.handoff_id)
    return forget_ids(db, row.namespace, [memory_id], {"memory_id": str(memory_id)}, ready)


def forget_matching(db: Transaction, ask: ForgetMemories, ready: Ready) -> Forgotten:
    """Forget what matches every filter, except the memories of briefs; or, on a dry run, say what that would be."""
    wanted = select(tables.Memory.id).where(*_filters(ask))
    ids = db.scalars(wanted).all()
    if ask.dry_run:
        ids = _with_recaps(db, _with_merged(db, ids))
        found = own_words.find(db, ask.namespace, ids)
        lost = [withdrawal for _, withdrawal in _withdrawals(db, ask.namespace, ids, found)]
        return _answer(db, ask.namespace, ids, lost, dry_run=True)
    return forget_ids(db, ask.namespace, ids, {"filter": _without_values(ask)}, ready)


def forget_namespace(db: Transaction, namespace: str) -> Forgotten:
    """Forget everything in a namespace: memories, consolidations, sessions, handoffs with their briefs and claims, and
    the customer whose it is, with their name and ids.

    What is under way goes too, since nobody's right to be forgotten waits for a queue: a worker finds its handoff gone,
    and a session is no longer there to be written to. Raises ``NotFound`` where there is nothing.
    """
    row, session, handoff = tables.Memory, tables.Session, tables.Handoff
    # Locks are taken in the order of everybody: first the answers, then the customer, then sessions by their ids, so
    # that nobody who writes to one of them waits for us while we wait for them.
    idempotency.hold_answers(db)
    customers.hold(db, namespace)
    db.execute(select(session.id).where(session.namespace == namespace).order_by(session.id).with_for_update())
    kept = _count(db, row.namespace == namespace)
    briefs = _count(db, handoff.namespace == namespace, handoff.brief.is_not(None))
    # Also those that no message has brought yet.
    files = _changed(db, delete(tables.Attachment).where(tables.Attachment.namespace == namespace))
    _hold_memories(db, namespace)
    _forget_expired(db, namespace)
    # In batches, since one statement must end within its time-out. The transaction is one all the same.
    # An array is read once. For IN, the batch was read again for each memory of the tenant while a young table had no
    # statistics.
    batch = select(row.id).where(row.namespace == namespace).limit(BATCH).scalar_subquery()
    while _changed(db, delete(row).where(row.id == any_(func.array(batch)))):
        pass
    # Sessions and handoffs refer to each other, so one reference goes first.
    db.execute(update(session).where(session.namespace == namespace).values(handoff_id=None))
    gone_handoffs = _changed(db, delete(handoff).where(handoff.namespace == namespace))
    sessions = _changed(db, delete(session).where(session.namespace == namespace))
    events.forget_namespace(db, namespace)
    _forget_answers(db, namespace)
    known = customers.forget(db, namespace)
    if not kept + sessions + known + files:
        raise NotFound(noun="namespace", id=namespace)
    gone = {"memories": kept, "briefs": briefs, "sessions": sessions, "handoffs": gone_handoffs, "attachments": files}
    certificate = tenancy.erase_from_audit(db, "forget-namespace", namespace, gone)
    return Forgotten(namespace=namespace, dry_run=False, brief_lines=0, certificate=certificate, **gone)


def _hold_memories(db: Transaction, namespace: str) -> None:
    """Lock the memories of a namespace in the order of their ids, as everybody does. A delete takes them in any order,
    and with each one those that were merged into it."""
    row, last = tables.Memory, BEFORE_ALL
    ordered = select(row.id).where(row.namespace == namespace).order_by(row.id).limit(BATCH).with_for_update()
    while ids := db.scalars(ordered.where(row.id > last)).all():
        last = ids[-1]


def _filters(ask: ForgetMemories) -> Iterator[ColumnElement[bool]]:
    row = tables.Memory
    yield row.namespace == ask.namespace
    yield row.handoff_id.is_(None)
    if ask.ids is not None:
        yield row.id.in_(ask.ids)
    if ask.kinds is not None:
        yield row.kind.in_(ask.kinds)
    if ask.metadata:
        yield row.custom.contains(ask.metadata)
    if ask.since is not None:
        yield row.event_time >= ask.since
    if ask.until is not None:
        yield row.event_time < ask.until
    equal = {"agent": ask.agent, "session_id": ask.session_id, "chain_id": ask.chain_id, "slot_name": ask.slot}
    yield from (getattr(row, name) == value for name, value in equal.items() if value is not None)


def _without_values(ask: ForgetMemories) -> dict[str, Any]:
    """A filter as the audit keeps it: of metadata the names alone, for their values may be personal."""
    asked = ask.model_dump(mode="json", exclude_unset=True, exclude={"namespace", "dry_run"})
    return asked | ({"metadata": sorted(ask.metadata)} if ask.metadata else {})


def forget_ids(
    db: Transaction,
    namespace: str,
    ids: Sequence[UUID],
    asked: dict[str, Any],
    ready: Ready,
    named: Sequence[UUID] = (),
) -> Forgotten:
    """Forget memories of one namespace, none of them a brief's. They are locked before their briefs are looked for.

    ``asked`` is what the audit says of it. Answers that are kept for Idempotency-Keys go too where they name one of the
    memories, or something else in ``named`` that is forgotten with them.
    """
    row = tables.Memory
    # The order of locks: answers, memories by their ids, handoffs by theirs. Writing a brief takes its memories first
    # too (``handoffs.materials.hold``), so that neither waits for the other in a circle.
    idempotency.hold_answers(db)
    ids = _with_recaps(db, _with_merged(db, ids))
    ids = db.scalars(select(row.id).where(among(row.id, ids)).order_by(row.id).with_for_update()).all()
    repeated = own_words.find(db, namespace, ids)
    withdrawals = _withdrawals(db, namespace, ids, repeated)
    rewritten = [(handoff, one.brief.text) for handoff, one in withdrawals if one.brief.text != _text(handoff)]
    # Where the embeddings are not there yet this raises, and the caller makes them outside of the transaction and tries
    # again: no model runs while rows are locked.
    embeddings = ready.of([left for _, left in rewritten])
    known = templates.all_of(db) if withdrawals else {}
    own_words.forget(db, repeated)
    for handoff, withdrawal in withdrawals:
        db.refresh(handoff, ["reason", "goal"])
        handoffs.replace_brief(handoff, withdrawal.brief, known.get(withdrawal.brief.template))
    db.flush()
    renewed = [] if embeddings is None else _remember_anew(db, rewritten, embeddings)
    _forget_answers(db, namespace, [*ids, *named, *renewed, *(handoff.id for handoff, _ in withdrawals)])
    _forget_flags(db, namespace, ids)
    _forget_notes(db, ids)
    _forget_accounts(db, ids)
    # Counted before they go with their memories.
    forgotten = _answer(db, namespace, ids, [one for _, one in withdrawals], dry_run=False)
    for start in range(0, len(ids), BATCH):
        db.execute(delete(row).where(among(row.id, ids[start : start + BATCH])))
    counts = forgotten.model_dump(include={"memories", "briefs", "brief_lines"})
    if forgotten.attachments:
        counts["attachments"] = forgotten.attachments
    tenancy.record_audit(db, "forget", namespace, {**asked, **counts})
    return forgotten.model_copy(update={"certificate": tenancy.write_audit(db)[-1]})


def _forget_accounts(db: Transaction, ids: Sequence[UUID]) -> None:
    """Forget what agents said of the chains that lose memories: free words, of which nobody can say whence they are."""
    row = tables.Handoff
    told = update(row).where(row.account.is_not(None), row.chain_id.in_(_chains(ids))).values(account=None)
    db.execute(told, execution_options=UNSYNCHRONIZED)


def _answer(
    db: Transaction, namespace: str, ids: Sequence[UUID], lost: Sequence[Withdrawal], *, dry_run: bool
) -> Forgotten:
    return Forgotten(
        namespace=namespace,
        dry_run=dry_run,
        memories=len(ids),
        briefs=len(lost),
        brief_lines=sum(withdrawal.lines for withdrawal in lost),
        attachments=_count(db, among(tables.Attachment.memory_id, ids)),
    )


def _with_merged(db: Transaction, ids: Sequence[UUID]) -> list[UUID]:
    """Memories with all that they stand for; the database deletes these together."""
    row, kept = tables.Memory, tables.Consolidation.kept_id
    everything, found = dict.fromkeys(ids), list(ids)
    while found:
        merged = select(row.id).join(tables.Consolidation, row.consolidation_id == tables.Consolidation.id)
        found = [one for one in db.scalars(merged.where(among(kept, found))) if one not in everything]
        everything.update(dict.fromkeys(found))
    return list(everything)


def _with_recaps(db: Transaction, ids: Sequence[UUID]) -> list[UUID]:
    """Memories with the messages in which their customer was told what they say."""
    row = tables.Memory
    quoted = row.custom[recaps.RECAP]["memory_ids"].has_any(literal(list(map(str, ids)), ARRAY(Text)))
    told = select(row.id).where(row.chain_id.in_(_chains(ids)), row.role == Speaker.AGENT, quoted)
    return list(dict.fromkeys([*ids, *(db.scalars(told) if ids else ())]))


def _withdrawals(
    db: Transaction, namespace: str, ids: Sequence[UUID], repeated: Found
) -> list[tuple[tables.Handoff, Withdrawal]]:
    """The handoffs whose briefs cite any of these memories, tell an account of their chain, or were asked for in words
    that repeat one, each with what is left of its brief."""
    forgotten = set(ids)
    accounted = and_(tables.Handoff.account.is_not(None), tables.Handoff.chain_id.in_(_chains(ids)))
    asked = among(tables.Handoff.id, {*repeated["reasons"], *repeated["goals"]})
    citing = (
        select(tables.Handoff)
        .where(tables.Handoff.namespace == namespace, tables.Handoff.brief.is_not(None), or_(_CITES, accounted, asked))
        .options(undefer(tables.Handoff.brief))
        .order_by(tables.Handoff.id)
        .with_for_update()
    )
    cited = db.scalars(citing, {"ids": list(map(str, ids))}).all() if ids else []
    briefs = [(handoff, brief) for handoff in cited if (brief := wire.brief(handoff)) is not None]
    others = set[UUID]().union(*(withdrawing.cited(brief) for _, brief in briefs)) - forgotten
    rows = db.scalars(select(tables.Memory).where(among(tables.Memory.id, others)))
    staying = {row.id: source_memory.source(wire.memory(row)) for row in rows}
    left = (
        (handoff, brief, withdrawing.withdraw(_without_request(handoff.id, brief, repeated), forgotten, staying))
        for handoff, brief in briefs
    )
    return [(handoff, withdrawal) for handoff, brief, withdrawal in left if withdrawal.brief != brief]


def _without_request(handoff_id: UUID, brief: Brief, repeated: Found) -> Brief:
    reason = FORGOTTEN if handoff_id in repeated["reasons"] else None
    if reason or handoff_id in repeated["goals"]:
        return withdrawing.without_request(brief, reason)
    return brief


def _chains(ids: Sequence[UUID]) -> Select[UUID | None]:
    return select(tables.Memory.chain_id).where(among(tables.Memory.id, ids))


def _forget_notes(db: Transaction, ids: Sequence[UUID]) -> None:
    """Forget what the desk keeps of these memories: the memory of an answer has its inquiry's id, that of a resolution
    its handoff's."""
    db.execute(delete(tables.Inquiry).where(among(tables.Inquiry.id, ids)), execution_options=UNSYNCHRONIZED)
    resolved = update(tables.Handoff).where(among(tables.Handoff.id, ids)).values(resolution=None)
    db.execute(resolved, execution_options=UNSYNCHRONIZED)


def _text(handoff: tables.Handoff) -> str:
    return cast(dict[str, str], handoff.brief)["text"]


def _remember_anew(
    db: Transaction, rewritten: Sequence[tuple[tables.Handoff, str]], embeddings: Embeddings
) -> list[UUID | None]:
    """Rewrite the memories of briefs; the id of each, or None where the brief is a draft or was called off."""
    renewed = []
    for at, (handoff, left) in enumerate(rewritten):
        anew = memories.worded(left, embeddings, at, tenant_id=handoff.tenant_id, namespace=handoff.namespace)
        memory = update(tables.Memory).where(tables.Memory.handoff_id == handoff.id)
        renewed.append(db.scalar(memory.values(**anew).returning(tables.Memory.id)))
    return renewed


def _forget_flags(db: Transaction, namespace: str, ids: Sequence[UUID]) -> None:
    """Delete the flags whose lines cite these memories."""
    flag = tables.Flag
    cites = flag.memory_ids.overlap(literal(list(ids), ARRAY(Uuid)))
    db.execute(delete(flag).where(flag.namespace == namespace, cites), execution_options=UNSYNCHRONIZED)


def _forget_answers(db: Transaction, namespace: str, ids: Collection[UUID | None] | None = None) -> None:
    """Forget the answers kept for Idempotency-Keys that may hold these memories, or anything of the namespace."""
    answer = tables.IdempotentAnswer
    gone = delete(answer).where(answer.namespaces.contains([namespace]))
    if ids is not None:
        gone = gone.where(answer.key.in_(_answers_that_name(db, namespace, {str(one) for one in ids if one})))
    db.execute(gone, execution_options=UNSYNCHRONIZED)


def _answers_that_name(db: Transaction, namespace: str, ids: set[str]) -> list[str]:
    """The keys of the answers that name any of these ids. They are read here, since the database holds them sealed."""
    answer = tables.IdempotentAnswer
    kept = select(answer.key, answer.answer).where(answer.namespaces.contains([namespace]), answer.answer.is_not(None))
    rows = db.execute(kept, execution_options={"yield_per": BATCH})
    return [key for key, stored in rows if ids.intersection(_ID.findall(json.dumps(db.sealer.open_json(stored))))]


def _forget_expired(db: Transaction, namespace: str) -> None:
    """Delete what has expired and waits for the sweep; the application cannot see it, but it holds its session."""
    row = tables.Memory
    tenant_id = db.scalars(select(func.warmline_tenant())).one()
    # Row-level security hides expired memories from the application, and shows the sweep nothing but these.
    db.execute(_ACT_AS, {"role": Role.SWEEP.value})
    expired = delete(row).where(row.tenant_id == tenant_id, row.namespace == namespace, row.expires_at <= func.now())
    db.execute(expired, execution_options=UNSYNCHRONIZED)
    db.execute(_ACT_AS, {"role": Role.APP.value})


def _count(db: Transaction, *wanted: ColumnElement[bool]) -> int:
    return db.scalars(select(func.count()).where(*wanted)).one()


def _changed(db: Transaction, statement: Executable) -> int:
    result = db.execute(statement, execution_options=UNSYNCHRONIZED)
    return cast(CursorResult[Any], result).rowcount
