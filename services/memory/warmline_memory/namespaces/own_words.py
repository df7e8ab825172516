"""Own words: what was written beside memories goes where it repeats what is forgotten (``repeating``).

It cites no memory: the reason and the goal of a handoff, what flags say and ask for, questions to a source, the reasons
in events, and what receivers of webhooks answered.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Select, any_, delete, literal, or_, select, update
from sqlalchemy.dialects.postgresql import ARRAY

from warmline_memory.namespaces.repeating import Said, said_by
from warmline_memory.storage import tables
from warmline_memory.storage.ids import among
from warmline_memory.storage.transactions import Transaction
from warmline_schemas.events import EventType

FORGOTTEN = "(what was said here was forgotten)"
"""What stands in the place of a handoff's reason, which it cannot be without."""
FORGOTTEN_QUESTION = "(what was asked here was forgotten)"
"""What stands in the place of an open question: somebody waits for its answer."""
BATCH = 5_000
UNSYNCHRONIZED = {"synchronize_session": False}
_WITH_REASONS = (
    EventType.HANDOFF_RELEASED,
    EventType.HANDOFF_DECLINED,
    EventType.HANDOFF_SNOOZED,
    EventType.HANDOFF_WOKEN,
)
"""Events in which somebody gives a reason in words of their own."""

Found = Mapping[str, Sequence[Any]]
"""The keys of rows whose words repeat what is forgotten, by where the words stand."""


def find(db: Transaction, namespace: str, ids: Sequence[UUID]) -> Found:
    """The words in a namespace that repeat any of these memories."""
    places = _places(namespace) if ids else {}
    written = {(place, key): _words(*found) for place, rows in places.items() for key, *found in db.execute(rows)}
    repeated = _repeated(db, written, ids)
    return {place: [key for at, key in repeated if at == place] for place in _places(namespace)}


def forget(db: Transaction, found: Found) -> None:
    """Forget these words. A flag is deleted, and so is a question that was answered. An open question stays without its
    words, for somebody waits for its answer, and a handoff without its reason."""
    handoff, flag, inquiry = tables.Handoff, tables.Flag, tables.Inquiry
    event, attempt = tables.Event, tables.DeliveryAttempt
    for statement in (
        update(handoff).where(among(handoff.id, found["reasons"])).values(reason=FORGOTTEN),
        update(handoff).where(among(handoff.id, found["goals"])).values(goal=None),
        delete(flag).where(among(flag.id, found["flags"])),
        update(inquiry)
        .where(among(inquiry.id, found["questions"]), inquiry.answer.is_(None))
        .values(question=FORGOTTEN_QUESTION),
        delete(inquiry).where(among(inquiry.id, found["questions"]), inquiry.answer.is_not(None)),
        update(event)
        .where(event.sequence == any_(literal(list(found["events"]), ARRAY(BigInteger))))
        .values(facts=event.facts.op("-")("reason")),
        update(attempt).where(among(attempt.id, found["answers"])).values(answer=None),
    ):
        db.execute(statement, execution_options=UNSYNCHRONIZED)


def _places(namespace: str) -> dict[str, Select[*tuple[Any, ...]]]:
    """Where words stand in a namespace: statements for their rows' keys and the words, or what holds them."""
    handoff, flag, inquiry = tables.Handoff, tables.Flag, tables.Inquiry
    event, delivery, attempt = tables.Event, tables.Delivery, tables.DeliveryAttempt
    asked = select(inquiry.id, inquiry.question).join(handoff, inquiry.handoff_id == handoff.id)
    answered = (
        select(attempt.id, attempt.answer)
        .join(delivery, attempt.delivery_id == delivery.id)
        .join(event, delivery.sequence == event.sequence)
    )
    wordy = or_(flag.should_be.is_not(None), flag.note.is_not(None))
    return {
        "reasons": select(handoff.id, handoff.reason).where(handoff.namespace == namespace),
        "goals": select(handoff.id, handoff.goal).where(handoff.namespace == namespace, handoff.goal.is_not(None)),
        "flags": select(flag.id, flag.should_be, flag.note).where(flag.namespace == namespace, wordy),
        "questions": asked.where(handoff.namespace == namespace),
        "events": select(event.sequence, event.facts).where(
            event.namespace == namespace, event.type.in_(_WITH_REASONS), event.facts.has_key("reason")
        ),
        "answers": answered.where(event.namespace == namespace, attempt.answer.is_not(None)),
    }


def _words(*found: str | Mapping[str, Any] | None) -> str:
    """The words of a row: texts, or the facts of an event with the reason that somebody gave."""
    return "\n".join(str(one["reason"]) if isinstance(one, Mapping) else one for one in found if one)


def _repeated(db: Transaction, written: Mapping[tuple[str, Any], str], ids: Sequence[UUID]) -> set[tuple[str, Any]]:
    """Which of these words repeat any of these memories. Nothing is read where nobody wrote anything."""
    row, repeated = tables.Memory, set[tuple[str, Any]]()
    for start in range(0, len(ids) if written else 0, BATCH):
        memories = db.scalars(select(row).where(among(row.id, ids[start : start + BATCH])))
        said = Said(part for memory in memories for part in said_by(memory))
        repeated.update(key for key, words in written.items() if key not in repeated and said.is_repeated_by(words))
    return repeated
