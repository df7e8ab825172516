"""Starts: accepting a handoff, and all that the target wakes up with."""

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import func, select, union
from sqlalchemy.orm import Session as Db

from warmline_memory import answers, claims, handoffs, materials, prompts, ranking, sessions, tables, templates, tenants
from warmline_memory.briefs import complements
from warmline_memory.errors import ConversationOwned, HandoffAccepted, HandoffStateForbids
from warmline_schemas.briefs import Brief, BriefSection
from warmline_schemas.handoffs import AcceptHandoff, AcceptMode, Claim, ClaimHandoff, Handoff, HandoffMode, HandoffState
from warmline_schemas.memories import Memory
from warmline_schemas.sessions import EndReason
from warmline_schemas.starts import WarmStart

TAKEN_OVER = (HandoffState.ACCEPTED, HandoffState.CLOSED)
ACCEPT_LEASE_SECONDS = 1
"""Accepting passes through a claim, so that nobody accepts what another holds; it need not outlive the transaction."""
SINCE_LIMIT = 1_000
"""At most this many memories of the since-list are in the answer; the rest is in the source session."""
SECTIONS = TypeAdapter(list[BriefSection])
MOST_CITED = 200
CONTENT_READ = 1_000
"""Of the memories that earlier briefs cite, so many at most are looked at, and so many characters of each."""
CANDIDATES = 100
"""The top memories are chosen from the most important of the chain and of the namespace, so many each."""


def claim(db: Db, handoff_id: UUID, ask: ClaimHandoff) -> Claim:
    """Hold a ready handoff for a while. Raises ``NotFound``, ``HandoffStateForbids`` and ``HandoffClaimed``."""
    return claims.hold(db, handoffs.find_in_locked_chain(db, handoff_id), ask.agent, ask.lease_seconds)


def accept(db: Db, handoff_id: UUID, ask: AcceptHandoff) -> WarmStart:
    """Start the target's session from a handoff's brief.

    The brief is found by its id, so no number of other memories can push it out. Raises ``NotFound``,
    ``HandoffStateForbids``, ``HandoffClaimed``, ``HandoffAccepted`` and ``ConversationOwned``.
    """
    handoff = handoffs.find_in_locked_chain(db, handoff_id)
    start = _take_over if ask.mode is AcceptMode.CONTINUE else _start_beside
    session = start(db, handoff, ask)
    return _warm_start(db, handoff, session, ask)


def _take_over(db: Db, handoff: tables.Handoff, ask: AcceptHandoff) -> tables.Session:
    if handoff.state in TAKEN_OVER and handoff.target_session_id is not None:
        raise HandoffAccepted(handoff_id=handoff.id, target_session_id=handoff.target_session_id)
    if handoff.state not in claims.WAITING:
        raise claims.not_waiting(handoff, "accept")
    claims.hold(db, handoff, ask.agent, ACCEPT_LEASE_SECONDS)
    source = sessions.find(db, handoff.source_session_id)
    if handoff.mode == HandoffMode.WARM:
        sessions.finish(db, source, EndReason.HANDOFF)
    owner = sessions.owner(db, handoff.chain_id)
    if source.owns_conversation and owner is not None:
        raise ConversationOwned(owner_session_id=owner.id, chain_id=handoff.chain_id)
    session = sessions.continue_chain(
        db, handoff, agent=ask.agent, metadata=ask.metadata, owns_conversation=source.owns_conversation
    )
    handoff.state, handoff.target_session_id, handoff.accepted_at = (
        HandoffState.ACCEPTED,
        session.id,
        session.started_at,
    )
    db.flush()
    return session


def _start_beside(db: Db, handoff: tables.Handoff, ask: AcceptHandoff) -> tables.Session:
    if handoff.state not in TAKEN_OVER:
        raise HandoffStateForbids(
            handoff_id=handoff.id, state=handoff.state, verb=ask.mode.value, needed="accepted or closed"
        )
    if ask.mode is AcceptMode.ROLLBACK:
        _abandon_what_followed(db, handoff)
    owns = sessions.owner(db, handoff.chain_id) is None
    return sessions.continue_chain(db, handoff, agent=ask.agent, metadata=ask.metadata, owns_conversation=owns)


def _abandon_what_followed(db: Db, handoff: tables.Handoff) -> None:
    """End the owner's session, and call off what is under way from sessions that owned the conversation."""
    owner = sessions.owner(db, handoff.chain_id)
    if owner is not None:
        sessions.finish(db, owner, EndReason.ROLLBACK)
    under_way = db.scalars(
        select(tables.Handoff)
        .join(tables.Session, tables.Session.id == tables.Handoff.source_session_id)
        .where(
            tables.Handoff.chain_id == handoff.chain_id,
            tables.Handoff.state.in_(tables.UNDER_WAY),
            tables.Session.owns_conversation,
        )
    )
    for row in under_way.all():
        handoffs.call_off(db, row, f"the chain was rolled back to handoff {handoff.id}")


def _warm_start(db: Db, handoff: tables.Handoff, session: tables.Session, ask: AcceptHandoff) -> WarmStart:
    brief = Brief.model_validate(handoff.brief)
    since = _since_the_brief(db, handoff)
    chain = sessions.chain(db, handoff.chain_id)
    line = complements.line_of(chain, handoff.id)
    memories = _top_memories(db, handoff, ask.top_k, line, _earlier(db, line), brief)
    prompt = prompts.warm_start_text(
        brief=brief,
        since=[answers.source(memory) for memory in since],
        memories=[answers.source(memory) for memory in memories],
        chain_summary=[_told(hop) for hop in chain.handoffs],
        handoff_id=handoff.id,
        token_budget=ask.token_budget,
        bootstrap=_bootstrap(db, brief),
        pii=frozenset(tenants.signed_in(db).preferences.pii),
    )
    return WarmStart(
        session=answers.session(session),
        handoff=answers.handoff(handoff),
        brief=brief,
        since_the_brief=since,
        memories=memories,
        chain=chain,
        prompt=prompt.text,
        prompt_tokens=prompt.tokens,
        prompt_truncated=prompt.truncated,
    )


def _bootstrap(db: Db, brief: Brief) -> str | None:
    template = templates.find(db, brief.template)
    return template.bootstrap if template else None


def _told(hop: Handoff) -> str:
    return f"{hop.requested_at:%Y-%m-%d %H:%M} UTC, {hop.source_agent} to {hop.to} ({hop.state}): {hop.reason}"


def _since_the_brief(db: Db, handoff: tables.Handoff) -> list[Memory]:
    rows = db.scalars(
        select(tables.Memory).where(*materials.kept_since(handoff)).order_by(tables.Memory.ordinal).limit(SINCE_LIMIT)
    )
    return [answers.memory(row) for row in rows]


def _top_memories(
    db: Db,
    handoff: tables.Handoff,
    top_k: int,
    line: Sequence[UUID],
    earlier: Sequence[list[BriefSection]],
    brief: Brief,
) -> list[Memory]:
    """The handoff's own memory, then those that tell what an earlier brief of its line told and its own does not, then
    the best by importance × bounded recency: exact, without any similarity.

    The earlier briefs themselves are left out, for what is true of them is in the newest or told by their memories; so
    is what they withheld.
    """
    now = datetime.now(UTC)
    found = [found for found in _candidates(db, handoff) if found[4] not in line]
    worth = {
        memory_id: importance * ranking.recency_factor(event_time, now, kind)
        for memory_id, importance, event_time, kind, _ in found
    }
    own = [memory_id for memory_id, *_, whose in found if whose == handoff.id]
    hidden = {memory_id for sections in earlier for memory_id in complements.withheld(sections)}
    most = (top_k - len(own)) * 9 // 10
    chosen = [*own, *_complements(db, brief, earlier, most), *sorted(worth, key=lambda memory_id: -worth[memory_id])]
    best = [memory_id for memory_id in dict.fromkeys(chosen) if memory_id not in hidden][:top_k]
    rows = {row.id: row for row in db.scalars(select(tables.Memory).where(tables.Memory.id.in_(best)))}
    return [answers.memory(rows[memory_id]) for memory_id in best]


def _earlier(db: Db, line: Sequence[UUID]) -> list[list[BriefSection]]:
    """The sections of the briefs of these handoffs, in their order."""
    if not line:
        return []
    row = tables.Handoff
    told = {
        found.id: found.sections
        for found in db.execute(select(row.id, row.brief["sections"].label("sections")).where(row.id.in_(line)))
    }
    return [SECTIONS.validate_python(told[handoff_id]) for handoff_id in line if told.get(handoff_id)]


def _complements(db: Db, brief: Brief, earlier: Sequence[list[BriefSection]], most: int) -> list[UUID]:
    """At most so many of the memories that earlier briefs cite for what this brief does not tell any more."""
    missing = complements.untold(brief, earlier)
    if not missing or most <= 0:
        return []
    row = tables.Memory
    cited = list(dict.fromkeys(memory_id for one in missing for memory_id in one.ids))[:MOST_CITED]
    contents = db.execute(select(row.id, func.left(row.content, CONTENT_READ)).where(row.id.in_(cited)))
    return complements.choose(missing, {memory_id: content for memory_id, content in contents}, most)


def _candidates(db: Db, handoff: tables.Handoff) -> list[tuple[UUID, float, datetime, str, UUID | None]]:
    """Id, importance, time, kind and handoff of the memories to choose from; the handoff's own is among them."""
    row = tables.Memory
    columns = select(row.id, row.importance, row.event_time, row.kind, row.handoff_id)
    most = columns.order_by(row.importance.desc(), row.event_time.desc()).limit(CANDIDATES)
    wanted = (
        columns.where(row.handoff_id == handoff.id),
        most.where(row.chain_id == handoff.chain_id),
        most.where(row.namespace == handoff.namespace),
    )
    return [tuple(found) for found in db.execute(union(*(part.subquery().select() for part in wanted)))]
