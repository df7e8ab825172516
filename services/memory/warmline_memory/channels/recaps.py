"""Recaps: a customer is told what is handed over to people, and what they answer stands in the brief.

A tenant asks for it (the preference ``customer_recap``). The message is written in the transaction that makes the brief
ready, so that there is one of it however often the brief was tried.
"""

from collections.abc import Mapping, Sequence
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select, update
from sqlalchemy.orm import undefer

from warmline_memory import handoffs, memories, queues, redaction, source_memory, tenancy
from warmline_memory.briefs import recaps
from warmline_memory.briefs.phrases import phrase
from warmline_memory.briefs.recaps import RECAP, Answer
from warmline_memory.channels import outbound
from warmline_memory.channels.landing import LANGUAGE
from warmline_memory.embedding import Embeddings, Ready
from warmline_memory.source_memory import SourceMemory
from warmline_memory.storage import tables, wire
from warmline_memory.storage.transactions import Transaction
from warmline_schemas.briefs import Brief
from warmline_schemas.drafts import ConfirmDraft
from warmline_schemas.handoffs import Handoff, HandoffMode, HandoffState
from warmline_schemas.memories import Role
from warmline_schemas.queues import NobodyThere
from warmline_schemas.targets import TargetKind, kind_of

MOST_READ = 500
"""So many of the newest messages of a customer are looked at, and of a session for its secrets."""


def confirm_draft(db: Transaction, handoff_id: UUID, ask: ConfirmDraft, ready: Ready) -> Handoff:
    """Hand on a draft as ``handoffs.drafts.confirm`` does, which raises the same, and tell its customer."""
    confirmed = handoffs.drafts.confirm(db, handoff_id, ask, ready)
    send(db, handoff_id, ready)
    return confirmed


def send(db: Transaction, handoff_id: UUID, ready: Ready) -> None:
    """Tell the customer of a handoff to people that has become ready what its brief says of them, and ask whether it is
    right. Nothing is sent where the tenant does not want it, and where there is nothing to ask. Raises
    ``EmbeddingsWanted``.
    """
    row = db.find(tables.Handoff, handoff_id, options=[undefer(tables.Handoff.brief)])
    brief = None if row is None else wire.brief(row)
    if row is None or brief is None or not _is_wanted(db, row):
        return
    said = _said(db, row)
    lines = recaps.told(brief, said)
    if not lines:
        return
    text, language = recaps.asked(lines, said, row.language or _spoken(said))
    if _was_sent(db, row, text):
        return
    # The wait is of this minute, and nothing to be found by: what is embedded is the rest.
    embeddings = _of(ready, text)
    wait = _wait(db, row, language)
    about = {RECAP: {"handoff_id": str(row.id), "memory_ids": _quoted(brief, said)}, LANGUAGE: language}
    outbound.say_as_service(db, row.source_session_id, text if wait is None else f"{text}\n{wait}", embeddings, about)


def note_answer(db: Transaction, waiting: tables.Handoff | None, kept: tables.Memory, ready: Ready) -> None:
    """Put what a customer answers to a recap into the brief of the handoff that waits: what is wrong stands before all
    that it may be about, and a yes is kept as that. Its chain is locked. Raises ``EmbeddingsWanted``."""
    if waiting is None or waiting.state not in tables.WAITING or kept.session_id != waiting.source_session_id:
        return
    since = _since(db, waiting, kept)
    if not any(RECAP in memory.metadata for memory in since):
        return
    answer = recaps.answers(since)[-1]
    if answer is None or answer is Answer.NONE:
        return
    # Whoever claims it now changes the same row.
    row = db.find_one(tables.Handoff, waiting.id, populate_existing=True, with_for_update={"key_share": True})
    brief = wire.brief(row)
    if brief is None:
        return
    asked = phrase("recap", "asks", _language(since))
    text = _without_secrets(db, row, kept.content)
    answered = recaps.with_answer(brief, answer, text, kept.id, kept.event_time, asked)
    _replace(db, row, answered, _of(ready, answered.text))


def _is_wanted(db: Transaction, row: tables.Handoff) -> bool:
    goes_to_people = kind_of(row.target) is not TargetKind.AGENT and kind_of(row.source_agent) is TargetKind.AGENT
    is_handed_over = row.state == HandoffState.READY and row.mode != HandoffMode.CONSULT
    return goes_to_people and is_handed_over and tenancy.read_preferences(db).customer_recap


def _said(db: Transaction, row: tables.Handoff) -> Mapping[UUID, SourceMemory]:
    """What the customer said in the case, oldest first; of no other namespace than theirs."""
    memory = tables.Memory
    theirs = (memory.chain_id == row.chain_id, memory.namespace == row.namespace, memory.role == Role.USER)
    newest = db.scalars(select(memory).where(*theirs).order_by(memory.id.desc()).limit(MOST_READ)).all()
    said = memories.shown(db, memories.in_order_said(newest[::-1]))
    return recaps.said_of_customer([source_memory.source(one) for one in said])


def _spoken(said: Mapping[UUID, SourceMemory]) -> str | None:
    """The language that a channel told with what the customer said last."""
    told = (one.metadata.get(LANGUAGE) for one in reversed(list(said.values())))
    return next((str(language) for language in told if language), None)


def _was_sent(db: Transaction, row: tables.Handoff, text: str) -> bool:
    """Whether the customer was asked the same before, as where a handoff was called off and asked for again."""
    memory = tables.Memory
    asked = (memory.chain_id == row.chain_id, memory.role == Role.AGENT, memory.custom.has_key(RECAP))
    sent = db.scalars(select(memory.content).where(*asked).order_by(memory.id.desc()).limit(MOST_READ))
    # Looked at here, because what is stored may be sealed.
    return any(content.startswith(text) for content in sent)


def _quoted(brief: Brief, said: Mapping[UUID, SourceMemory]) -> list[str]:
    """The customer's messages that the brief cites: with any of them, what repeats it is forgotten."""
    cited = (memory_id for section in brief.sections for line in section.lines for memory_id in line.memory_ids)
    return sorted({str(memory_id) for memory_id in cited if memory_id in said})


def _wait(db: Transaction, row: tables.Handoff, language: str) -> str | None:
    """What is known of the wait, for the customer."""
    if row.notice is not None and row.notice["policy"] == NobodyThere.CALLBACK:
        return phrase("recap", "callback", language)
    standing, hours = queues.standing_of(db, row), queues.of_target(db, row.target).office_hours
    if standing.opens_at is not None and hours is not None:
        # The hours are the queue's own: the customer's time zone is not known here.
        local = standing.opens_at.astimezone(ZoneInfo(hours.zone))
        return phrase("recap", "opens", language, at=f"{local:%Y-%m-%d %H:%M} ({hours.zone})")
    if standing.estimated_seconds is None:
        return None
    return phrase("recap", "wait", language, minutes=str(max(1, round(standing.estimated_seconds / 60))))


def _since(db: Transaction, waiting: tables.Handoff, kept: tables.Memory) -> list[SourceMemory]:
    """What was said since the brief, up to a message."""
    memory = tables.Memory
    later = select(memory).where(
        memory.session_id == waiting.source_session_id,
        memory.ordinal > waiting.cut_ordinal,
        memory.ordinal <= kept.ordinal,
        memory.handoff_id.is_(None),
    )
    newest = db.scalars(later.order_by(memory.ordinal.desc()).limit(MOST_READ)).all()
    return [source_memory.source(one) for one in memories.shown(db, newest[::-1])]


def _language(since: Sequence[SourceMemory]) -> str | None:
    """The language in which the customer was asked last."""
    asked = (one.metadata.get(LANGUAGE) for one in reversed(since) if RECAP in one.metadata)
    return next((str(language) for language in asked if language), None)


def _without_secrets(db: Transaction, row: tables.Handoff, text: str) -> str:
    pii = frozenset(tenancy.read_preferences(db).pii)
    said = handoffs.lines.memories_of(db, row.source_session_id, MOST_READ)
    with redaction.one_reading():
        return redaction.scrub(text, redaction.find(said, pii))


def _replace(db: Transaction, row: tables.Handoff, brief: Brief, embeddings: Embeddings) -> None:
    """Store a brief that says more, and remember it so."""
    memory = tables.Memory
    row.brief = brief.model_dump(mode="json")
    anew = memories.worded(brief.text, embeddings, tenant_id=row.tenant_id, namespace=row.namespace)
    db.flush()
    db.execute(update(memory).where(memory.handoff_id == row.id).values(**anew))


def _of(ready: Ready, text: str) -> Embeddings:
    embeddings = ready.of([text])
    assert embeddings is not None  # noqa: S101 (there is one text)
    return embeddings
