"""Drafts: a brief that somebody reads, edits, has written anew, and confirms or cancels; until then nothing ends.

A draft is the brief of a drafted handoff. Its revision grows with every change, and whatever acts on a draft names the
revision that was read: what was confirmed is what was seen.
"""

from collections.abc import Callable, Collection
from functools import partial
from typing import Unpack
from uuid import UUID

from sqlalchemy import func, select

from warmline_memory import events, templates, tenancy
from warmline_memory.briefs import editing, withdrawing
from warmline_memory.embedding import Ready
from warmline_memory.errors import BriefTooVague, DraftChanged, HandoffStateForbids, NotFound, SecondPersonNeeded
from warmline_memory.handoffs import completing, lines, locking, materials, requests
from warmline_memory.redaction import scrubbing
from warmline_memory.storage import tables, wire
from warmline_memory.storage.transactions import Transaction
from warmline_schemas.briefs import Brief
from warmline_schemas.drafts import SHOWN_SINCE, ConfirmDraft, Draft, EditDraft, RenewDraft
from warmline_schemas.events import EventFacts, EventType
from warmline_schemas.handoffs import Handoff, HandoffState


def get(db: Transaction, handoff_id: UUID) -> Draft:
    """The draft of a handoff, and what it lacks. Raises ``NotFound`` and ``HandoffStateForbids``."""
    row = requests.find(db, handoff_id)
    _refuse_others(row, "review")
    return _answer(db, row)


def preview(db: Transaction, handoff_id: UUID, ask: EditDraft) -> Brief:
    """The brief of a draft as an edit would make it. Nothing is kept.

    Raises ``NotFound``, ``HandoffStateForbids`` and ``DraftChanged``.
    """
    row = requests.find(db, handoff_id)
    _refuse_others(row, "review")
    _refuse_unread(row, ask.revision)
    return _edited(db, row, ask, _scrubber(db, row))


def edit(db: Transaction, handoff_id: UUID, ask: EditDraft) -> Draft:
    """Change a draft. What is new in it is scrubbed of secrets, and may cite memories of its chain.

    Raises ``NotFound``, also for a memory that is cited, ``HandoffStateForbids`` and ``DraftChanged``.
    """
    found = requests.find(db, handoff_id)
    # Scrubbing reads thousands of memories, so it is prepared before anything is locked.
    scrub = _scrubber(db, found)
    cited = {memory_id for section in ask.sections for line in section.lines for memory_id in line.memory_ids}
    # Before any other lock: what is cited must not be forgotten until the brief that cites it is stored.
    held = _held_of_chain(db, found.chain_id, cited)
    row = _lock_draft(db, handoff_id, ask.revision, "edit")
    brief = _brief(row)
    unknown = cited - held - withdrawing.cited(brief)
    if unknown:
        raise NotFound(noun="memory of this chain", id=min(unknown))
    keep(row, _edited(db, row, ask, scrub))
    row.edited_by = sorted({*row.edited_by, tenancy.actor(db)})
    db.flush()
    changed = sorted({section.name.value for section in ask.sections} | ({"headline"} if ask.headline else set()))
    _record(db, EventType.HANDOFF_EDITED, row, revision=row.draft_revision, changed=changed)
    return _answer(db, row)


def renew(db: Transaction, handoff_id: UUID, ask: RenewDraft) -> Handoff:
    """Put a draft back to the worker, which writes it from all that was kept by now.

    The draft is kept until then: what a reviewer wrote in it is taken from there. Raises ``NotFound``,
    ``HandoffStateForbids`` and ``DraftChanged``.
    """
    row = _lock_draft(db, handoff_id, ask.revision, "renew")
    # Where the edits are to go, there must be no brief from which the worker would take them over.
    if not ask.keep_edits:
        row.brief, row.edited_by = None, []
    row.state, row.attempts, row.problem, row.due_at = HandoffState.REQUESTED, 0, None, func.now()
    db.flush()
    events.record_of_handoff(db, EventType.HANDOFF_REQUESTED, row, row.source_agent, renewed=True)
    db.nudge_worker(row.id)
    db.refresh(row)
    return wire.handoff(row)


def confirm(db: Transaction, handoff_id: UUID, ask: ConfirmDraft, ready: Ready) -> Handoff:
    """Hand on a draft exactly as it was read: it is remembered, and a cold source session ends.

    Raises ``NotFound``, ``HandoffStateForbids``, ``DraftChanged``, ``BriefTooVague`` where the request refuses such
    briefs, and ``SecondPersonNeeded`` where the tenant wants four eyes on drafts and the one who confirms edited it.
    """
    row = _lock_draft(db, handoff_id, ask.revision, "confirm", ends_session=True)
    if tenancy.signed_in(db).preferences.four_eyes_on_drafts and tenancy.actor(db) in row.edited_by:
        raise SecondPersonNeeded(handoff_id=row.id)
    brief = _brief(row)
    if row.refuse_vague and completing.is_vague(brief):
        raise BriefTooVague(handoff_id=row.id, findings=completing.findings(brief))
    # Without its embedding this raises, and the caller comes back with it: models do not run inside transactions.
    embeddings = ready.of([brief.text])
    assert embeddings is not None  # noqa: S101 (there is one text)
    _record(db, EventType.HANDOFF_CONFIRMED, row, revision=row.draft_revision)
    completing.make_ready(db, row, brief, embeddings)
    db.flush()
    db.refresh(row)
    return wire.handoff(row)


def keep(row: tables.Handoff, brief: Brief) -> None:
    """Make a brief the draft of a handoff of a locked chain, as its next revision."""
    row.brief = brief.model_dump(mode="json")
    row.draft_revision = (row.draft_revision or 0) + 1
    row.state, row.due_at, row.problem = HandoffState.DRAFTED, None, None


def _lock_draft(
    db: Transaction, handoff_id: UUID, revision: int, verb: str, *, ends_session: bool = False
) -> tables.Handoff:
    """A draft's row, locked with its chain. Raises ``NotFound``, ``HandoffStateForbids`` and ``DraftChanged``.

    The sessions beside it are locked only where one ends. Whoever edits has locked the memories that are cited, and
    forgetting a namespace locks its sessions first, and then those memories: each would wait for the other.
    """
    row = locking.lock(db, handoff_id) if ends_session else locking.lock_alone(db, handoff_id)
    tenancy.check_party(db, row.source_agent)
    _refuse_others(row, verb)
    _refuse_unread(row, revision)
    return row


def _refuse_unread(row: tables.Handoff, revision: int) -> None:
    # Somebody changed the draft since it was read: what was not seen must not be confirmed or overwritten.
    if row.draft_revision != revision:
        raise DraftChanged(handoff_id=row.id, revision=row.draft_revision, read_revision=revision)


def _edited(db: Transaction, row: tables.Handoff, ask: EditDraft, scrub: Callable[[str], str]) -> Brief:
    brief = _brief(row)
    return editing.edit(brief, ask, templates.read(db, brief.template), materials.request_of(row), scrub)


def _record(db: Transaction, type: EventType, row: tables.Handoff, **facts: Unpack[EventFacts]) -> None:
    """Note what a reviewer did with a draft: a person by name, and a program by its key."""
    if not db.person:
        facts |= {"key": db.actor.name, "key_id": str(db.actor.id)}
    events.record_of_handoff(db, type, row, db.person, **facts)


def _refuse_others(row: tables.Handoff, verb: str) -> None:
    if row.state != HandoffState.DRAFTED:
        raise HandoffStateForbids(handoff_id=row.id, state=row.state, verb=verb, needed="drafted")


def _brief(row: tables.Handoff) -> Brief:
    return Brief.model_validate(row.brief)


def _scrubber(db: Transaction, row: tables.Handoff) -> Callable[[str], str]:
    """What takes out of a text all that no brief of the source session may say."""
    pii = frozenset(tenancy.signed_in(db).preferences.pii)
    secrets = scrubbing.find(lines.memories_of(db, row.source_session_id), pii)
    return partial(scrubbing.scrub, secrets=secrets)


def _held_of_chain(db: Transaction, chain_id: UUID, ids: Collection[UUID]) -> set[UUID]:
    held = materials.hold(db, ids)
    own = select(tables.Memory.id).where(tables.Memory.chain_id == chain_id, tables.Memory.id.in_(held))
    return set(db.scalars(own))


def _answer(db: Transaction, row: tables.Handoff) -> Draft:
    memory = tables.Memory
    later = materials.kept_since(row)
    first = db.scalars(select(memory).where(*later).order_by(memory.ordinal).limit(SHOWN_SINCE))
    return Draft(
        handoff_id=row.id,
        namespace=row.namespace,
        revision=row.draft_revision or 0,
        brief=_brief(row),
        since_count=db.scalars(select(func.count()).where(*later)).one(),
        since_the_brief=[wire.memory(one) for one in first],
    )
