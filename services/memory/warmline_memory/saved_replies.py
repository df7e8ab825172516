"""Saved replies: texts that people who answer customers use again and again."""

from collections.abc import Mapping, Sequence

from sqlalchemy import delete as delete_rows, func, select
from sqlalchemy.dialects.postgresql import insert

from warmline_memory import tenancy
from warmline_memory.errors import NotFound, TooManySavedReplies
from warmline_memory.storage import tables
from warmline_memory.storage.pages import cut
from warmline_memory.storage.transactions import Transaction
from warmline_schemas.saved_replies import BLANK, Blank, SavedReply, WriteSavedReply
from warmline_schemas.wire import Page

MOST = 500
"""A tenant has at most this many: all of them are listed beside the field in which a reply is written."""


def list_all(db: Transaction) -> Sequence[SavedReply]:
    """Every saved reply of the tenant, by name."""
    return [_shown(row) for row in db.scalars(select(tables.SavedReply).order_by(tables.SavedReply.name))]


def list_page(db: Transaction, *, limit: int, cursor: str | None = None) -> Page[SavedReply]:
    """The saved replies of the tenant, by name. Raises ``InvalidCursor``."""
    return cut(list_all(db), lambda one: one.name, limit=limit, cursor=cursor)


def list_offered(db: Transaction, queue: str | None, language: str | None) -> Sequence[SavedReply]:
    """What is offered in a case of a queue: what holds for it or for all, first those in the customer's language."""
    found = [one for one in list_all(db) if not one.queues or queue in one.queues]
    return sorted(found, key=lambda one: not _is_spoken(one.language, language))


def read(db: Transaction, name: str) -> SavedReply:
    """One saved reply. Raises ``NotFound``."""
    row = db.scalars(select(tables.SavedReply).where(tables.SavedReply.name == name)).one_or_none()
    if row is None:
        raise NotFound(noun="saved reply", id=name)
    return _shown(row)


def write(db: Transaction, name: str, ask: WriteSavedReply) -> SavedReply:
    """Add a saved reply, or replace the one of that name. Raises ``TooManySavedReplies``."""
    row = tables.SavedReply
    written = {"written": ask.model_dump(mode="json", exclude_unset=True), "written_at": func.now()}
    # The one that is replaced is not counted. Two additions at once may pass the limit by one, which does no harm.
    others = db.scalars(select(func.count()).select_from(row).where(row.name != name)).one()
    if others >= MOST:
        raise TooManySavedReplies(most=MOST)
    db.execute(
        insert(row)
        .values(name=name, **written)
        .on_conflict_do_update(index_elements=[row.tenant_id, row.name], set_=written)
    )
    tenancy.record_audit(db, "write-saved-reply", None, {"saved_reply": name})
    return SavedReply(name=name, **ask.model_dump())


def delete(db: Transaction, name: str) -> None:
    """Delete a saved reply. What was said with it stays. Raises ``NotFound``."""
    row = tables.SavedReply
    deleted = db.scalars(delete_rows(row).where(row.name == name).returning(row.name)).one_or_none()
    if deleted is None:
        raise NotFound(noun="saved reply", id=name)
    tenancy.record_audit(db, "delete-saved-reply", None, {"saved_reply": name})


def fill(text: str, known: Mapping[Blank, str | None]) -> str:
    """Fill in what is known; a blank whose value nobody knows stays, for who uses the reply to fill in."""
    words = {f"{{{blank}}}": value for blank, value in known.items() if value}
    return BLANK.sub(lambda found: words.get(found[0], found[0]), text)


def _is_spoken(written: str | None, spoken: str | None) -> bool:
    """Whether a language is the customer's, whatever the region (BCP 47: the first part names the language)."""
    codes = [language.split("-")[0].lower() for language in (written, spoken) if language]
    return len(codes) > 1 and codes[0] == codes[1]


def _shown(row: tables.SavedReply) -> SavedReply:
    return SavedReply.model_validate({**row.written, "name": row.name})
