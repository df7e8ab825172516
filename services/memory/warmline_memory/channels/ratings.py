"""Ratings: once their case is resolved a customer is asked how it was, and a number that they answer is kept.

A tenant asks for it (the preference ``ask_rating``). The question is a message to the customer, so that it goes
wherever they write; so is the answer. Only a bare number is taken for one: whoever writes anything else wants
something, and their case goes on.
"""

import re
import unicodedata
from datetime import timedelta

from sqlalchemy import func, select

from warmline_memory import events, tenancy
from warmline_memory.briefs.phrases import phrase
from warmline_memory.channels import landing, outbound
from warmline_memory.embedding import Ready
from warmline_memory.storage import clock, tables
from warmline_memory.storage.transactions import Transaction
from warmline_schemas.events import EventType
from warmline_schemas.handoffs import HandoffMode

WITHIN = timedelta(days=7)
"""So long a number is taken for an answer."""
SCORE = re.compile(r"([1-5])(?: ?/ ?5)?[.!]?")
STARS = re.compile("[\u2b50\u2605]{1,5}")
"""Stars in the place of a number, which some keyboards offer first."""


def ask(db: Transaction, row: tables.Handoff, session: tables.Session, ready: Ready) -> None:
    """Ask the customer of a handoff that is being resolved how it was, where the tenant wants that and somebody has
    replied to them. Its chain is locked, and its session is open. Raises ``EmbeddingsWanted``."""
    is_wanted = tenancy.read_preferences(db).ask_rating and row.mode != HandoffMode.CONSULT
    if not is_wanted or row.first_reply_at is None:
        return
    text = phrase("rating", "asks", row.language or landing.language_of(db, row.chain_id, row.namespace))
    embeddings = ready.of([text])
    assert embeddings is not None  # noqa: S101 (there is one text)
    outbound.say_as_service(db, session.id, text, embeddings, {})
    db.add(tables.Rating(handoff_id=row.id, chain_id=row.chain_id))
    db.flush()


def take(db: Transaction, session: tables.Session, text: str | None) -> bool:
    """Keep the number that a customer writes in a case which has ended as what they say of it; False for what is none,
    or where they were not asked within ``WITHIN``. Another number replaces the one before. The chain is locked."""
    score = score_of(text or "")
    if score is None:
        return False
    row = tables.Rating
    asked = select(row).where(row.chain_id == session.chain_id, row.asked_at > clock.now(db) - WITHIN)
    newest = db.scalars(asked.order_by(row.asked_at.desc()).limit(1)).one_or_none()
    if newest is None:
        return False
    newest.score, newest.answered_at = score, func.now()
    rated = db.find_one(tables.Handoff, newest.handoff_id)
    events.record_of_handoff(db, EventType.HANDOFF_RATED, rated, landing.CUSTOMER)
    return True


def score_of(text: str) -> int | None:
    """The number that a text is and holds nothing beside, from 1 to 5; in any script's digits, or as so many stars."""
    said = "".join(_plain(sign) for sign in text.replace("\ufe0f", "").strip())
    if STARS.fullmatch(said):
        return len(said)
    found = SCORE.fullmatch(said)
    return int(found[1]) if found else None


def _plain(sign: str) -> str:
    digit = unicodedata.digit(sign, None)
    return sign if digit is None else str(digit)
