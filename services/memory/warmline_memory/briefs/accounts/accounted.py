"""Accounted: what agents and models say of the work, each entry with what the record says of it."""

from collections.abc import Iterator, Sequence
from itertools import islice

from warmline_memory.briefs.accounts import exported
from warmline_memory.briefs.accounts.evidence import Record
from warmline_memory.briefs.accounts.verifying import Verdict, verify
from warmline_memory.briefs.drafts import Draft
from warmline_memory.briefs.sources import BriefSource
from warmline_memory.redaction import scrubbing
from warmline_memory.salience import vectors
from warmline_memory.source_memory import SourceMemory
from warmline_schemas.accounts import AccountEntry
from warmline_schemas.briefs import BriefLine, Origin, SectionName, Support

# Beside a line of the record (4 to 20): what the agent says and the record supports is its choice of what counts, and
# a contradiction must be seen. What only the agent says comes after what is known, and a model's lines come last.
WEIGHTS = {Support.CONTRADICTED: 13.0, Support.SUPPORTED: 12.0, Support.UNSUPPORTED: 3.8}
SPOKEN_OF = 11.0
"""The weight of what the record speaks of without proving it to the word."""
PROPOSED, EARLIER = 2.5, -1.0
LIVE = (SectionName.PROMISED, SectionName.NEXT_STEPS, SectionName.DECIDED)
"""What of an account outlives the handoff that it came with."""
MOST_CARRIED = 8
"""Of the accounts of earlier sessions so many entries come along, those of the last ones first."""
ALIKE = 0.66
"""The cosine from which two entries are about the same, and the later one counts."""


def lines(source: BriefSource, memories: Sequence[SourceMemory], secrets: scrubbing.Secrets) -> list[Draft]:
    """The lines of a source's accounts. ``memories`` are those of the whole line, without secrets.

    An entry with somebody's identifier that stands nowhere in the record is left out: nobody can tell what it means.
    """
    record = Record(memories) if source.account or any(leg.account for leg in source.before) else Record([])
    now = [clean(entry, secrets) for entry in exported.entries_of(source.account)]
    told: list[tuple[AccountEntry, Verdict, str | None]] = [(entry, verify(entry, record), None) for entry in now]
    told += islice(_carried(source, record, secrets, now), MOST_CARRIED)
    found = [
        _draft(entry, verdict, agent, len(memories), number)
        for number, (entry, verdict, agent) in enumerate(told)
        if not verdict.invented
    ]
    place = len(memories) + len(told)
    return [*found, *(Draft(section, line, PROPOSED, place) for section, line in source.proposed)]


def clean(entry: AccountEntry, secrets: scrubbing.Secrets) -> AccountEntry:
    """An entry without secrets."""
    return entry.model_copy(
        update={
            "label": entry.label and scrubbing.scrub(entry.label, secrets),
            "text": scrubbing.scrub(entry.text, secrets, entry.label),
            "owner": entry.owner and scrubbing.scrub(entry.owner, secrets),
            "due": entry.due and scrubbing.scrub(entry.due, secrets),
        }
    )


def line_of(entry: AccountEntry, verdict: Verdict, origin: Origin, agent: str | None = None) -> BriefLine:
    """The line that tells an entry. ``agent`` is who said it, where that is not the agent that hands off now."""
    return BriefLine(
        label=entry.label,
        text=entry.text,
        outcome=entry.outcome if verdict.support is Support.SUPPORTED else None,
        memory_ids=list(verdict.memory_ids),
        owner=entry.owner,
        due=entry.due,
        origin=origin,
        support=verdict.support,
        against=verdict.against,
        speaker=agent,
    )


def _draft(entry: AccountEntry, verdict: Verdict, agent: str | None, place: int, number: int) -> Draft:
    weight = (SPOKEN_OF if verdict.near else WEIGHTS[verdict.support]) + (EARLIER if agent else 0.0) - number / 1e3
    return Draft(entry.section, line_of(entry, verdict, Origin.ACCOUNT, agent), weight, place + number)


def _carried(
    source: BriefSource, record: Record, secrets: scrubbing.Secrets, later: Sequence[AccountEntry]
) -> Iterator[tuple[AccountEntry, Verdict, str]]:
    """What is still live of the accounts of earlier sessions, with who said it; the last session's first.

    An entry is over where a later one is about the same, where the record says otherwise, or where it says since then
    that it was done. A note that says it is told as such.
    """
    known = list(later)
    after = sum(len(leg.memories) for leg in source.before)
    for leg in reversed(source.before):
        said = [clean(one, secrets) for one in exported.entries_of(leg.account)]
        since = Record(record.memories[after:])
        for entry in said:
            if entry.section not in LIVE or _is_among(entry, known) or _was_done(entry, since):
                continue
            verdict = verify(entry, record)
            of_it = {*verdict.memory_ids, *verdict.near}
            notes = [one for one in record.memories if one.id in of_it and one.role is None]
            if verdict.support is not Support.CONTRADICTED and not verdict.invented and not notes:
                yield entry, verdict, leg.agent
        known += said
        after -= len(leg.memories)


def _is_among(entry: AccountEntry, later: Sequence[AccountEntry]) -> bool:
    """Whether a later entry is about the same."""
    mine, *theirs = vectors([_told(one) for one in (entry, *later)])
    return any(float(mine @ other) >= ALIKE for other in theirs)


def _was_done(entry: AccountEntry, since: Record) -> bool:
    """Whether what was kept since an account says that its step or promise was done."""
    deed = entry.model_copy(update={"section": SectionName.DONE, "due": None, "outcome": None})
    verdict = verify(deed, since)
    return entry.section is not SectionName.DECIDED and bool(verdict.support is Support.SUPPORTED or verdict.near)


def _told(entry: AccountEntry) -> str:
    return f"{entry.label}: {entry.text}" if entry.label else entry.text
