"""Verifying: whether the record of a chain says what an agent or a language model says of it.

Nothing here trusts the writer. A statement is supported where it repeats a whole one of the record, or where each of
its clauses is; in doubt it is its writer's word.
"""

import re
from dataclasses import dataclass, replace
from uuid import UUID

from warmline_memory.briefs.accounts import stances
from warmline_memory.briefs.accounts.clauses import LIKELY, UNKNOWN, Clause, Found, Subject, is_held, is_in, is_of_us
from warmline_memory.briefs.accounts.evidence import Passage, Record, asks
from warmline_memory.briefs.accounts.places import hang_together
from warmline_memory.briefs.accounts.polarity import (
    SENTENCE_END,
    clauses_of,
    told_words,
    without_denials,
)
from warmline_memory.language import exact_values
from warmline_memory.salience import vectors
from warmline_schemas.accounts import AccountEntry
from warmline_schemas.briefs import SectionName, Support

LEAD = re.compile(r"[^:：]{1,120}[:：]")
MOST_AGAINST = 240
MOST_SENTENCES, MOST_VALUES = 12, 40
"""An entry of more sentences or values than this is no statement, and not looked at."""


@dataclass(frozen=True)
class Verdict:
    """What the record says of an entry."""

    support: Support
    memory_ids: tuple[UUID, ...] = ()
    """The memories that say it, or for a contradicted entry those that say otherwise."""
    against: str | None = None
    """For a contradicted entry: what the record says, in its own words."""
    invented: tuple[str, ...] = ()
    """Somebody's identifiers that stand nowhere in the record. An entry with any is left out of a brief."""
    near: tuple[UUID, ...] = ()
    """Of an entry that is not supported: the memories that speak of the same. They prove nothing."""


def verify(entry: AccountEntry, record: Record) -> Verdict:
    """Check an entry against the record of its chain."""
    text = exact_values.plain(f"{entry.label}: {entry.text}" if entry.label else entry.text)
    text += exact_values.plain(f"; {entry.due}") if entry.due else ""
    values = exact_values.find(text)
    sentences = [part.strip() for part in SENTENCE_END.split(text) if re.search(r"\w", part)]
    if len(sentences) > MOST_SENTENCES or len(values) > MOST_VALUES:
        return Verdict(Support.UNSUPPORTED)
    strange = [value for value in values if value.is_identifier and not is_in(value, record)]
    if strange or not record.passages:
        invented = tuple(value.text for value in strange if not value.is_technical)
        return Verdict(Support.UNSUPPORTED, invented=invented)
    # What stands before a colon is what all behind it is about, and so is a label.
    lead = LEAD.match(text)
    about = lead.group() if lead else ""
    found = [one for sentence in sentences for one in _checked(sentence, about, entry, record)]
    otherwise = [one.passages[0] for one in found if one.support is Support.CONTRADICTED]
    # Words that hold the whole entry do not say otherwise, whatever is denied in them.
    against = next((one for one in otherwise if text not in exact_values.plain(one.text)), None)
    if against is not None:
        return Verdict(Support.CONTRADICTED, (against.memory.id,), _clipped(against))
    if not found or otherwise or UNKNOWN in found:
        return Verdict(Support.UNSUPPORTED)
    ids = tuple(dict.fromkeys(passage.memory.id for one in found for passage in one.passages))
    if any(one.is_near for one in found):
        return Verdict(Support.UNSUPPORTED, near=ids)
    return Verdict(Support.SUPPORTED, ids)


def _checked(sentence: str, about: str, entry: AccountEntry, record: Record) -> list[Found]:
    """What the record says of a sentence: as a whole where it repeats somebody's words, and else clause by clause."""
    subject = Subject(sentence, about, record)
    can_quote = entry.section not in (SectionName.DONE, SectionName.FAILED, SectionName.PROMISED)
    if can_quote and entry.outcome is None:
        repeated = _repeated(sentence, subject, record)
        if repeated is not None:
            return [repeated]
    clauses = [Clause(clause, entry, record, subject) for clause in clauses_of(sentence)]
    telling = [clause for clause in clauses if len(clauses) == 1 or not clause.only_reports]
    found = [clause.checked() for clause in telling]
    places = [one.passages for one in found]
    supported = all(one.support is Support.SUPPORTED for one in found)
    if supported and not hang_together(sentence, [clause.text for clause in telling], places):
        return [replace(one, support=Support.UNSUPPORTED, is_near=True) for one in found]
    return found


def _repeated(sentence: str, subject: Subject, record: Record) -> Found | None:
    """What a sentence comes to that repeats a whole one of the record word for word, but for who speaks of whom and for
    what is denied; None where it repeats none."""
    parts = (LEAD.sub("", sentence, count=1), sentence)
    told = [told_words(part) for part in parts]
    same = [one for words in told for one in record.by_words.get(without_denials(words), ())]
    values = exact_values.find(sentence)
    alike = [one for one in same if told_words(one.text) in told and all(is_held(value, [one]) for value in values)]
    if same and not alike:
        return UNKNOWN
    # One word alone says what its speaker meant only where nothing else is said of it.
    whole = [one for one in alike if len(told_words(one.text)) > 1 or len(parts[0].split()) == 1]
    # Whose value it is may stand before the colon alone.
    theirs = [one for one in whole if not subject.is_of_another(one)]
    saying = [one for one in theirs if asks(one.text) <= asks(sentence) and not _is_our_wish(one, sentence)]
    return Found(Support.SUPPORTED, (saying[-1],)) if saying else None


def _is_our_wish(passage: Passage, text: str) -> bool:
    """Whether a customer wishes what a text tells of our side: `set it up` and `we set it up`."""
    theirs, ours = stances.of(vectors([passage.text, text]))[:, stances.WISH]
    return not passage.is_ours and is_of_us(text) and bool(theirs >= LIKELY > ours)


def _clipped(passage: Passage) -> str:
    outcome = f" ({passage.outcome.value})" if passage.outcome else ""
    text = passage.text if len(passage.text) <= MOST_AGAINST else passage.text[:MOST_AGAINST].rsplit(" ", 1)[0] + "…"
    return text + outcome
