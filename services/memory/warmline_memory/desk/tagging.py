"""Tagging: words that people put on cases, to find those of a kind again. Who did it stands in the audit."""

from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert

from warmline_memory import operators, tenancy
from warmline_memory.errors import TooManyTags
from warmline_memory.operators import Person
from warmline_memory.storage import tables
from warmline_memory.storage.transactions import Transaction

MOST_CHARS, MOST_TAGS = 40, 20
"""How long a tag is at most, and how many a case has: what a line of a list has room for, and more."""
MOST_LISTED = 200

_ROW = tables.CaseTag


def folded(typed: str) -> str:
    """A tag as it is kept, in small letters and with single blanks: two people who mean the same have the same one."""
    return " ".join(typed.lower().replace(",", " ").split())[:MOST_CHARS].strip()


def add(db: Transaction, chain_id: UUID, namespace: str, tag: str, by: str) -> None:
    """Put a tag on a case; one that it has already changes nothing. Raises ``TooManyTags``."""
    # Two at once may pass the limit by one, which does no harm.
    if (
        db.scalars(select(func.count()).select_from(_ROW).where(_ROW.chain_id == chain_id, _ROW.tag != tag)).one()
        >= MOST_TAGS
    ):
        raise TooManyTags(most=MOST_TAGS)
    row = insert(_ROW).values(chain_id=chain_id, namespace=namespace, tag=tag, by=by)
    if db.scalar(row.on_conflict_do_nothing().returning(_ROW.tag)) is not None:
        tenancy.record_audit(db, "tag-case", namespace, {"chain_id": str(chain_id), "tag": tag})


def remove(db: Transaction, chain_id: UUID, namespace: str, tag: str) -> None:
    """Take a tag off a case; one that it has not changes nothing."""
    gone = delete(_ROW).where(_ROW.chain_id == chain_id, _ROW.tag == tag).returning(_ROW.tag)
    if db.scalar(gone) is not None:
        tenancy.record_audit(db, "untag-case", namespace, {"chain_id": str(chain_id), "tag": tag})


def of_case(db: Transaction, chain_id: UUID) -> list[str]:
    """The tags of a case, in the order of the alphabet."""
    return list(db.scalars(select(_ROW.tag).where(_ROW.chain_id == chain_id).order_by(_ROW.tag)))


def waiting(db: Transaction, person: Person) -> list[str]:
    """The tags of what waits and the operator may see, in the order of the alphabet."""
    handoff = tables.Handoff
    waits = select(handoff.id).where(
        handoff.chain_id == _ROW.chain_id,
        tables.in_state(handoff, *tables.WAITING),
        operators.sees_case(person, handoff.chain_id),
    )
    return list(db.scalars(select(_ROW.tag).where(waits.exists()).distinct().order_by(_ROW.tag).limit(MOST_LISTED)))
