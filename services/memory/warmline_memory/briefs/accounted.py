"""Accounted: what the agent that hands off says of its work, each entry with what the record says of it."""

from collections.abc import Iterable, Sequence

from warmline_memory.briefs import account_markdown, evidence, verifying
from warmline_memory.briefs.drafts import Draft
from warmline_memory.redaction import scrubbing
from warmline_memory.source_memory import SourceMemory
from warmline_schemas.accounts import Account, AccountEntry
from warmline_schemas.briefs import BriefLine, Origin, Support

# Beside a line of the record (4 to 20): what the agent says and the record supports is its choice of what counts, and
# a contradiction must be seen. What only the agent says comes after what is known.
WEIGHTS = {Support.CONTRADICTED: 13.0, Support.SUPPORTED: 12.0, Support.UNSUPPORTED: 7.0}


def lines(account: Account | str | None, memories: Sequence[SourceMemory], secrets: scrubbing.Secrets) -> list[Draft]:
    """The lines of an account. ``memories`` are those of the whole line, without secrets.

    An entry with an identifier that stands nowhere in the record is left out: nobody can tell what it means.
    """
    if account is None:
        return []
    record = evidence.Record(memories)
    return list(_lines(account_markdown.entries_of(account), record, secrets, len(memories)))


def _lines(
    entries: Sequence[AccountEntry], record: evidence.Record, secrets: scrubbing.Secrets, place: int
) -> Iterable[Draft]:
    for number, entry in enumerate(entries):
        clean = entry.model_copy(
            update={
                "text": scrubbing.scrub(entry.text, secrets, entry.label),
                "owner": entry.owner and scrubbing.scrub(entry.owner, secrets),
                "due": entry.due and scrubbing.scrub(entry.due, secrets),
            }
        )
        verdict = verifying.verify(clean, record)
        if verdict.invented:
            continue
        line = BriefLine(
            label=clean.label,
            text=clean.text,
            outcome=clean.outcome if verdict.support is Support.SUPPORTED else None,
            memory_ids=list(verdict.memory_ids),
            owner=clean.owner,
            due=clean.due,
            origin=Origin.ACCOUNT,
            support=verdict.support,
            against=verdict.against,
        )
        yield Draft(entry.section, line, WEIGHTS[verdict.support] - number / 1e3, place + number)
