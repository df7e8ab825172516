"""Starts: accepting a handoff, and all that the target wakes up with."""

import secrets
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from warmline_memory import customers, events, memories, queues, sessions, source_memory, templates, tenancy
from warmline_memory.briefs import openings, prompts
from warmline_memory.errors import (
    ConversationOwned,
    HandoffAccepted,
    HandoffStateForbids,
    ReadBackContradicts,
    ReadBackRequired,
)
from warmline_memory.handoffs import choosing, claims, closing, lines, locking, materials, read_backs, requests
from warmline_memory.handoffs.lines import Stretch
from warmline_memory.memories import hidden
from warmline_memory.source_memory import SourceMemory
from warmline_memory.storage import tables, wire
from warmline_memory.storage.transactions import Transaction
from warmline_schemas.briefs import Brief
from warmline_schemas.claims import Claim, ClaimHandoff
from warmline_schemas.events import EventFacts, EventType
from warmline_schemas.handoffs import AcceptHandoff, AcceptMode, Handoff, HandoffMode, HandoffState, ReadBack
from warmline_schemas.memories import Memory
from warmline_schemas.sessions import EndReason, WarmStart

ACCEPT_LEASE_SECONDS = 1
"""Accepting passes through a claim, so that nobody accepts what another holds; it need not outlive the transaction."""
MEMORIES_HEARD = 200
"""The opening sentence looks at so many memories of the source session, the newest: enough for a long conversation."""
FENCE_BYTES = 8
"""What was said cannot hold the name of a fence that is drawn when it is shown: one guess in 2 to the power of 64."""
SINCE_LIMIT = 1_000
"""At most this many memories of the since-list are in the answer; the rest is in the source session."""


def claim(db: Transaction, handoff_id: UUID, ask: ClaimHandoff) -> Claim:
    """Hold a ready handoff for a while; with the token of a claim, prolong that one and do nothing else.

    Raises ``NotFound``, ``HandoffStateForbids``, ``HandoffClaimed``, ``HandoffOffered`` and ``StaleToken``.
    """
    token = ask.token or claims.token_of_person(db, handoff_id)
    if token is not None:
        return claims.prolong(db, handoff_id, token, ask.lease_seconds)
    row = claims.hold(db, handoff_id, ask.agent, ask.lease_seconds)
    events.record_of_handoff(db, EventType.HANDOFF_CLAIMED, row, ask.agent)
    return wire.claim(row)


def accept(db: Transaction, handoff_id: UUID, ask: AcceptHandoff) -> WarmStart:
    """Start the target's session from a handoff's brief.

    The brief is found by its id, so no number of other memories can push it out. Raises ``NotFound``,
    ``HandoffStateForbids``, ``HandoffClaimed``, ``HandoffOffered``, ``HandoffAccepted``, ``ConversationOwned``,
    ``StaleToken``, ``ReadBackRequired`` and ``ReadBackContradicts``.
    """
    handoff = locking.lock(db, handoff_id)
    tenancy.check_party(db, handoff.target)
    start = _take_over if ask.mode is AcceptMode.CONTINUE else _start_beside
    # Taking over is done once; branching and rolling back start further sessions from what was taken over.
    session = start(db, handoff, ask)
    db.refresh(handoff)
    return _warm_start(db, handoff, session, ask)


def _take_over(db: Transaction, handoff: tables.Handoff, ask: AcceptHandoff) -> tables.Session:
    if handoff.state in tables.TAKEN_OVER and handoff.target_session_id is not None:
        raise HandoffAccepted(handoff_id=handoff.id, target_session_id=handoff.target_session_id)
    claims.check_acceptable(db, handoff, ask.agent, ask.token)
    read_back = _read_back(db, handoff, ask)
    # The read-back comes before the hold: whoever is asked to say more must not hold the handoff meanwhile. The bringer
    # of a token holds it already.
    if ask.token is None:
        claims.hold(db, handoff.id, ask.agent, ACCEPT_LEASE_SECONDS)
    source = sessions.find(db, handoff.source_session_id)
    if handoff.mode == HandoffMode.WARM:
        closing.finish(db, source, EndReason.HANDOFF)
    # Who advises does not speak: the conversation stays with the session that asked.
    owns = source.owns_conversation and handoff.mode != HandoffMode.CONSULT
    # The unique index allows one owner a chain; asked here first, it can be said who that is.
    owner = sessions.owning_session(db, handoff.chain_id)
    if owns and owner is not None:
        raise ConversationOwned(owner_session_id=owner.id, chain_id=handoff.chain_id)
    session = sessions.continue_chain(db, handoff, agent=ask.agent, metadata=ask.metadata, owns_conversation=owns)
    handoff.state, handoff.target_session_id = HandoffState.ACCEPTED, session.id
    # Accepted work has no lease: its session goes on until it ends, stalls, or hands over.
    handoff.accepted_at, handoff.lease_until = session.started_at, None
    handoff.read_back = read_back.model_dump(mode="json") if read_back else None
    db.flush()
    facts: EventFacts = {"session_id": str(session.id), "read_back": read_back is not None}
    events.record_of_handoff(db, EventType.HANDOFF_ACCEPTED, handoff, ask.agent, **facts)
    queues.on_accepted(db, handoff)
    return session


def _read_back(db: Transaction, handoff: tables.Handoff, ask: AcceptHandoff) -> ReadBack | None:
    """What the receiver says that the handoff is about, checked against its brief."""
    if ask.read_back is None:
        if queues.of_target(db, handoff.target).read_back_required:
            raise ReadBackRequired(handoff_id=handoff.id)
        return None
    found = read_backs.check(ask.read_back, Brief.model_validate(handoff.brief))
    # A contradiction is for the receiver to judge: the brief may be the one that is wrong.
    if found and not ask.confirm_read_back:
        raise ReadBackContradicts(
            handoff_id=handoff.id,
            said="; ".join(f"it says {one.said}, the brief {' or '.join(one.brief_has)}" for one in found),
            contradictions=[one.model_dump(mode="json") for one in found],
        )
    return ReadBack(text=ask.read_back, by=ask.agent, contradictions=found)


def _start_beside(db: Transaction, handoff: tables.Handoff, ask: AcceptHandoff) -> tables.Session:
    if handoff.state not in tables.TAKEN_OVER:
        raise HandoffStateForbids(
            handoff_id=handoff.id, state=handoff.state, verb=ask.mode.value, needed="accepted or closed"
        )
    if ask.mode is AcceptMode.ROLLBACK:
        _abandon_what_followed(db, handoff)
    owns = sessions.owning_session(db, handoff.chain_id) is None
    return sessions.continue_chain(db, handoff, agent=ask.agent, metadata=ask.metadata, owns_conversation=owns)


def _abandon_what_followed(db: Transaction, handoff: tables.Handoff) -> None:
    """End the owner's session, and call off what is under way from sessions that owned the conversation."""
    owner = sessions.owning_session(db, handoff.chain_id)
    if owner is not None:
        closing.finish(db, owner, EndReason.ROLLBACK)
    under_way = db.scalars(
        select(tables.Handoff)
        .join(tables.Session, tables.Session.id == tables.Handoff.source_session_id)
        .where(
            tables.Handoff.chain_id == handoff.chain_id,
            tables.Handoff.state.in_(tables.UNDER_WAY),
            tables.Session.owns_conversation,
        )
        # Locked, because claims take no lock on the chain.
        .with_for_update(of=tables.Handoff)
        .execution_options(populate_existing=True)
    )
    for row in under_way.all():
        requests.call_off(db, row, f"the chain was rolled back to handoff {handoff.id}")


def _warm_start(db: Transaction, handoff: tables.Handoff, session: tables.Session, ask: AcceptHandoff) -> WarmStart:
    brief = Brief.model_validate(handoff.brief)
    # What was kept after the brief was cut comes whole beside it, so that nothing falls between the two.
    since = _since_the_brief(db, handoff)
    chain = sessions.chain(db, handoff.chain_id)
    line = lines.back(db, handoff.source_session_id)
    # What branched off elsewhere is not this work's past.
    hops = {handoff.id, *(stretch.handoff.id for stretch in line)}
    said = lines.memories_of(db, handoff.source_session_id, MEMORIES_HEARD)
    # Who goes back wakes up with what was known when the work was taken over first.
    at = handoff.accepted_at if ask.mode is AcceptMode.ROLLBACK else None
    chosen = [one.memory for one in choosing.choose(db, handoff, brief, ask.top_k, at, line).chosen]
    pii = frozenset(tenancy.signed_in(db).preferences.pii)
    since, chosen = _shown(db, since, chosen)
    prompt = prompts.warm_start_text(
        brief=brief,
        since=_as_on_line(db, handoff, line, since),
        memories=_as_on_line(db, handoff, line, chosen),
        chain_summary=[_in_one_line(hop) for hop in chain.handoffs if hop.id in hops],
        handoff_id=handoff.id,
        token_budget=ask.token_budget,
        fence=secrets.token_hex(FENCE_BYTES),
        bootstrap=bootstrap_of(db, brief),
        pii=pii,
        task=_task(handoff, session),
        heard=said,
        customer=customers.in_lines(db, handoff.namespace, beside=handoff.chain_id, pii=pii),
    )
    return WarmStart(
        session=wire.session(session),
        handoff=wire.handoff(handoff),
        claim=wire.claim(handoff) if ask.mode is AcceptMode.CONTINUE else None,
        brief=brief,
        since_the_brief=since,
        memories=chosen,
        chain=chain,
        opening=openings.opening(said, handoff.language, pii),
        prompt=prompt.text,
        prompt_tokens=prompt.tokens,
        prompt_truncated=prompt.truncated,
    )


def _as_on_line(
    db: Transaction, handoff: tables.Handoff, line: Sequence[Stretch], known: Sequence[Memory]
) -> list[SourceMemory]:
    led_here = {handoff.source_session_id, *(stretch.session_id for stretch in line)}
    return lines.as_on_line(db, handoff.chain_id, led_here, [source_memory.source(memory) for memory in known])


def _task(handoff: tables.Handoff, session: tables.Session) -> prompts.Task:
    return prompts.Task(
        receiver=session.agent,
        source=handoff.source_agent,
        reason=handoff.reason,
        goal=handoff.goal,
        advises=handoff.mode == HandoffMode.CONSULT,
    )


def _shown(db: Transaction, since: list[Memory], chosen: list[Memory]) -> tuple[list[Memory], list[Memory]]:
    """What came since the brief and the chosen memories, without secrets where the tenant prefers that."""
    if not tenancy.signed_in(db).preferences.hide_secrets_in_recall:
        return since, chosen
    shown = hidden(db, [*since, *chosen])
    return shown[: len(since)], shown[len(since) :]


def bootstrap_of(db: Transaction, brief: Brief) -> str | None:
    """What the template of a brief says about handing the work on."""
    template = templates.find(db, brief.template)
    return template.bootstrap if template else None


def _in_one_line(hop: Handoff) -> str:
    return f"{hop.requested_at:%Y-%m-%d %H:%M} UTC, {hop.source_agent} to {hop.to} ({hop.state}): {hop.reason}"


def _since_the_brief(db: Transaction, handoff: tables.Handoff) -> list[Memory]:
    kept = select(tables.Memory).where(*materials.kept_since(handoff)).order_by(tables.Memory.ordinal)
    return memories.shown(db, memories.in_order_said(db.scalars(kept.limit(SINCE_LIMIT)).all()))
