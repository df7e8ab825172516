"""Cases: what else a customer came with, how that ended, and what they were promised there."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, cast, func, select, true, type_coerce
from sqlalchemy.dialects.postgresql import JSONPATH, distinct_on
from sqlalchemy.orm import defer

from warmline_memory import redaction, tenancy
from warmline_memory.redaction import Secrets
from warmline_memory.storage import tables
from warmline_memory.storage.ids import among
from warmline_memory.storage.transactions import Transaction
from warmline_schemas.handoffs import ClosedAs, HandoffState
from warmline_schemas.tenancy import PiiClass

MOST_CASES = 5
"""So many cases are told, the newest: what a customer came with before that is found by asking for it."""
MOST_PROMISES = 5
"""So many promises of a case are told, the first of its brief."""


@dataclass(frozen=True)
class Case:
    """A case of a customer, as another one of theirs tells of it, without secrets and the personal data that the tenant
    hides."""

    chain_id: UUID
    began_at: datetime
    agent: str
    """With whom it began."""
    handoff_id: UUID | None
    """The handoff that went on last, if any."""
    about: str | None
    """Why that was asked for."""
    ended: str
    """How it stands, or how it ended, as the end of a sentence."""
    goes_on: bool
    """Whether somebody has it, or it waits for somebody."""
    waits_for: str | None
    """The target for which it waits to be taken over."""
    promises: Sequence[str]
    """What its last brief says was promised, unless it was resolved since."""


def cases_of(db: Transaction, namespace: str, *, beside: UUID, seen: ColumnElement[bool] | None = None) -> list[Case]:
    """The newest cases of a customer beside one, the newest first. ``seen`` is a condition on what is shown, on the
    first sessions of their chains."""
    first = tables.Session
    others = select(first).where(first.namespace == namespace, first.id == first.chain_id, first.id != beside)
    rows = db.scalars(others.where(true() if seen is None else seen).order_by(first.id.desc()).limit(MOST_CASES)).all()
    if not rows:
        return []
    chains = [row.id for row in rows]
    last = {handoff.chain_id: (handoff, promised) for handoff, promised in db.execute(_last_handoffs(chains))}
    speaking = select(first.chain_id, first.agent).where(
        among(first.chain_id, chains), first.owns_conversation, first.ended_at.is_(None)
    )
    speakers = {chain_id: agent for chain_id, agent in db.execute(speaking)}
    hidden = Secrets(pii=frozenset(tenancy.signed_in(db).preferences.pii))
    return [_case(row, last.get(row.id, (None, None)), speakers.get(row.id), hidden) for row in rows]


def in_a_sentence(case: Case) -> str:
    """A case as one line for an agent: when and with whom it began, what it was about, how it ended."""
    about = f": {case.about}" if case.about else ""
    promised = f". Promised: {'; '.join(case.promises)}" if case.promises else ""
    return f"{case.began_at:%Y-%m-%d}, began with {case.agent}{about} ({case.ended}){promised}"


def in_lines(db: Transaction, namespace: str, *, beside: UUID, pii: Collection[PiiClass] = ()) -> list[str]:
    """Who the customer of a namespace is and what else they came with, for an agent; nothing where nobody said who it
    is."""
    row = tables.Customer
    known = db.scalars(select(row).where(row.namespace == namespace)).one_or_none()
    if known is None:
        return []
    name = None if PiiClass.PERSON_NAME in pii else known.display_name
    who = ", ".join(filter(None, [name, known.language and f"language {known.language}", known.time_zone]))
    others = [f"Another case, {in_a_sentence(one)}" for one in cases_of(db, namespace, beside=beside)]
    return [*([who] if who else []), *others]


def _last_handoffs(chains: Sequence[UUID]) -> Select[tables.Handoff, list[dict[str, Any]]]:
    """The newest handoff of each of some chains, with the lines of its brief about what was promised."""
    row = tables.Handoff
    path = cast('$.sections[*] ? (@.name == "promised").lines[*]', JSONPATH)
    promised = type_coerce(func.jsonb_path_query_array(row.brief, path), tables.BRIEF)
    newest = select(row, promised).where(among(row.chain_id, chains)).options(defer(row.custom), defer(row.brief))
    return newest.ext(distinct_on(row.chain_id)).order_by(row.chain_id, row.id.desc())


def _case(
    first: tables.Session,
    gone_on: tuple[tables.Handoff | None, list[dict[str, Any]] | None],
    speaker: str | None,
    hidden: Secrets,
) -> Case:
    last, promised = gone_on
    is_resolved = last is not None and last.closed_as == ClosedAs.RESOLVED
    waits = last is not None and last.state in tables.UNDER_WAY
    return Case(
        chain_id=first.id,
        began_at=first.started_at,
        agent=first.agent,
        handoff_id=None if last is None else last.id,
        about=None if last is None else redaction.scrub(last.reason, hidden),
        ended=_ended(first, last, speaker, hidden),
        goes_on=waits or speaker is not None,
        waits_for=last.target if last is not None and waits else None,
        promises=[]
        if is_resolved
        else [redaction.scrub(line["text"], hidden) for line in (promised or [])[:MOST_PROMISES]],
    )


def _ended(first: tables.Session, last: tables.Handoff | None, speaker: str | None, hidden: Secrets) -> str:
    if last is not None and last.state in tables.UNDER_WAY:
        return f"waits for {last.target}"
    if speaker is not None:
        return f"{speaker} has it"
    if last is not None and last.closed_as == ClosedAs.RESOLVED:
        return f"resolved: {redaction.scrub(last.resolution, hidden)}" if last.resolution else "resolved"
    if last is not None and last.state == HandoffState.FAILED:
        return "nobody took it over"
    return f"ended: {redaction.scrub(first.outcome, hidden)}" if first.outcome else "ended"
