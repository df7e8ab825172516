"""Spoken: how a conversation stands on its page, and what an operator says in one, once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from warmline_api.console import languages, shell
from warmline_api.console.desk.brought import brought, told
from warmline_api.console.desk.turns import Turn
from warmline_api.console.languages import _
from warmline_api.console.shell import MalformedForm, Visitor
from warmline_memory import attachments, channels, desk, storage
from warmline_memory.attachments import Recognised
from warmline_memory.desk import ConversationPage, SessionOnLine
from warmline_memory.embedding import Ready, until_embedded
from warmline_memory.redaction import HIDDEN
from warmline_memory.storage import Transaction, tables
from warmline_schemas.saved_replies import blanks_in
from warmline_schemas.wire import MAX_CONTENT_CHARS

WITHDRAW = "withdraw"
"""What a form says that takes a reply back."""


@dataclass
class Part:
    """What of one session stands on a page; ``begins`` where its beginning does."""

    place: SessionOnLine
    begins: bool
    turns: list[Turn] = field(default_factory=list)


def parts_of(page: ConversationPage, turns: Sequence[Turn]) -> list[Part]:
    """The turns of a page by session; sessions that kept nothing stand between their neighbours."""
    places = {one.session.id: place for place, one in enumerate(page.line)}
    known = [places[turn.memory.session_id] for turn in turns if turn.memory.session_id in places]
    first = known[0] if page.has_earlier and known else 0
    last = known[-1] if page.has_later and known else len(page.line) - 1
    parts = {
        place: Part(page.line[place], begins=place > first or not page.has_earlier) for place in range(first, last + 1)
    }
    for place, turn in zip(known, turns, strict=True):
        parts[place].turns.append(turn)
    return list(parts.values())


@dataclass(frozen=True)
class Said:
    """What was said, and what its speaker is told of it."""

    id: UUID
    message: str


def say_posted(visitor: Visitor, session_id: UUID, *, has_customer: bool, corrects: UUID | None = None) -> Said:
    """Reply to the customer or keep a note, as the visitor's form has it, or say the reply ``corrects`` anew. Raises
    what ``say`` does."""
    # Browsers send line ends as CR LF (WHATWG HTML, 4.10.21.7); what is remembered has plain line feeds.
    form = visitor.form
    text, once = shell.field(form, "text").replace("\r\n", "\n"), shell.field(form, "once")[:100]
    as_note = form.get("as") == "note"
    is_said = form.get("as") not in ("note", WITHDRAW)
    if is_said and (blanks := blanks_in(text)):
        raise MalformedForm(faults=_("{blank} is still to be filled in. Nothing was sent.", blank=f"{{{blanks[0]}}}"))
    # Read before it is said: once it is, nothing may fail any more.
    with visitor.transaction() as db:
        chain_id = db.find_one(tables.Session, session_id).chain_id
    if corrects is not None and form.get("as") == WITHDRAW:
        return Said(_withdraw(visitor, session_id, corrects), _("Withdrawn. No channel had it."))
    corrects = None if as_note else corrects
    memory_id = say(visitor, session_id, text, brought(visitor), as_note=as_note, once=once, corrects=corrects)
    shell.note_said(visitor, chain_id)
    if as_note:
        return Said(memory_id, _("Kept as a note for colleagues."))
    if corrects is not None:
        return Said(memory_id, _("Corrected. The customer's channel delivers the new words."))
    return Said(memory_id, _("Saved. The customer's channel delivers it.") if has_customer else _("Written down."))


def say(
    visitor: Visitor,
    session_id: UUID,
    text: str,
    files: Sequence[Recognised],
    *,
    as_note: bool,
    once: str,
    corrects: UUID | None = None,
) -> UUID:
    """Reply to the customer or keep a note, with files or files alone, or say a reply anew; the same from the same form
    at most once: the id of the first memory.

    Raises ``MalformedForm``, and what the domain refuses.
    """
    if not text and (corrects is not None or not files):
        raise MalformedForm(faults=_("Nothing was written. Write something first."))
    if len(text) > MAX_CONTENT_CHARS:
        most = languages.decimal(MAX_CONTENT_CHARS)
        raise MalformedForm(faults=_("That is longer than {most} characters. Send it in parts.", most=most))
    if corrects is not None and HIDDEN in text:
        raise MalformedForm(
            faults=_("{hidden} stands for what is not shown. Write it out, or leave it out.", hidden=HIDDEN)
        )
    speak = desk.note if as_note else channels.say

    def work(db: Transaction, ready: Ready) -> dict[str, Any]:
        if corrects is not None:
            return {"id": str(channels.correct(db, session_id, visitor.agent, corrects, text, ready).id)}
        ids = _uploaded(db, visitor, session_id, files)
        memory = speak(db, session_id, visitor.agent, text or None, ready, ids)
        return {"id": str(memory.id)}

    # `once` is a number that the page was written with. A form that is sent twice, by a second click or by "reload",
    # says what it says once; the same words from a page that was opened anew are said again.
    hashes = "".join(one.sha256.hex() for one in files)
    asked = f"{once}:{session_id}:{corrects or as_note}:{text}{hashes}".encode(errors="surrogatepass")

    def attempt(ready: Ready) -> UUID:
        with visitor.transaction() as db:
            kept = _once(db, asked, lambda db: work(db, ready)) if once else work(db, ready)
        return UUID(kept["id"])

    texts = [*([text] if text else ()), *told(files)]
    return until_embedded(visitor.platform.embed, attempt, Ready(texts, visitor.platform.embed(texts)))


def _withdraw(visitor: Visitor, session_id: UUID, withdrawn_id: UUID) -> UUID:
    """Take a reply of the visitor's back. Raises what ``channels.withdraw`` raises."""

    def attempt(ready: Ready) -> UUID:
        with visitor.transaction() as db:
            return channels.withdraw(db, session_id, visitor.agent, withdrawn_id, ready).id

    return until_embedded(visitor.platform.embed, attempt)


def _uploaded(db: Transaction, visitor: Visitor, session_id: UUID, files: Sequence[Recognised]) -> list[UUID]:
    """Keep the files for the message that brings them, in this very transaction."""
    if not files:
        return []
    namespace = db.find_one(tables.Session, session_id).namespace
    is_checked = bool(visitor.platform.settings.attachment_scanner)
    return [attachments.upload(db, namespace, one, external_id=None, is_checked=is_checked)[0].id for one in files]


def _once(db: Transaction, asked: bytes, work: Callable[[Transaction], dict[str, Any]]) -> dict[str, Any]:
    """Do what was asked, or answer what it answered before. The key tells requests apart by itself."""
    key = f"console:{db.sealer.hashes(asked)[0]}"
    first = storage.claim_answer(db, key, asked)
    if first is not None:
        return first
    answer = work(db)
    storage.record_answer(db, key, answer)
    return answer
