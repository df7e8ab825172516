"""Chains looked at as a whole: as a tree, and two of its briefs side by side."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from uuid import UUID

from warmline_memory import sessions
from warmline_memory.briefs import comparing
from warmline_memory.errors import DifferentChains, NotFound
from warmline_memory.handoffs import requests
from warmline_memory.storage import tables, wire
from warmline_memory.storage.transactions import Transaction
from warmline_schemas.handoffs import Handoff
from warmline_schemas.sessions import (
    Chain,
    ChainTree,
    ComparedSide,
    Comparison,
    EndReason,
    Session,
    StartedAs,
    TreeSession,
)


def tree_of(db: Transaction, chain_id: UUID) -> ChainTree:
    """A chain as a tree; of a very long one the newest thousand sessions and handoffs. Raises ``NotFound``."""
    if sessions.find(db, chain_id).chain_id != chain_id:
        raise NotFound(noun="chain", id=chain_id)
    return tree(sessions.chain(db, chain_id))


def tree(chain: Chain) -> ChainTree:
    """A chain's sessions as a tree, in the order in which it is read."""
    sources = {handoff.id: handoff.source_session_id for handoff in chain.handoffs}
    asked: dict[UUID, list[Handoff]] = defaultdict(list)
    for handoff in chain.handoffs:
        asked[handoff.source_session_id].append(handoff)
    # Of a very long chain the oldest sessions are not shown: what started from these stands at the top.
    shown = {session.id for session in chain.sessions}
    started: dict[UUID | None, list[Session]] = defaultdict(list)
    for session in chain.sessions:
        parent = sources.get(session.handoff_id) if session.handoff_id else None
        started[parent if parent in shown else None].append(session)
    ways = {session.id: _started_as(session, chain) for session in chain.sessions}
    return ChainTree(
        id=chain.id,
        namespace=chain.namespace,
        owner_session_id=None if chain.owner is None else chain.owner.id,
        sessions=[
            TreeSession(
                session=session, started_as=ways[session.id], parent_id=parent, depth=depth, handoffs=asked[session.id]
            )
            for session, parent, depth in _in_reading_order(started, ways)
        ],
    )


def compare(db: Transaction, left_id: UUID, right_id: UUID) -> Comparison:
    """Two briefs of one chain side by side.

    Raises ``NotFound``, ``DifferentChains``, and ``HandoffStateForbids`` where a brief is not written yet.
    """
    left, right = requests.find(db, left_id), requests.find(db, right_id)
    if left.chain_id != right.chain_id:
        raise DifferentChains(left_id=left_id, right_id=right_id)
    # Two briefs of one chain speak of the same work, so what differs between them is news; of other chains it is not.
    found = comparing.compare(requests.brief_of(db, left_id), requests.brief_of(db, right_id))
    return Comparison(
        ancestor=_ancestor(db, left, right),
        values=list(found.values),
        outcomes=list(found.outcomes),
        left=ComparedSide(handoff=wire.handoff(left), lines=list(found.left_lines), actions=list(found.left_actions)),
        right=ComparedSide(
            handoff=wire.handoff(right), lines=list(found.right_lines), actions=list(found.right_actions)
        ),
    )


def _started_as(session: Session, chain: Chain) -> StartedAs:
    """How a session started. A rollback ends the owner, or calls off what is under way, in the transaction that starts
    its session, and so at the same instant."""
    if session.handoff_id is None:
        return StartedAs.FIRST
    if any(handoff.target_session_id == session.id for handoff in chain.handoffs):
        return StartedAs.CONTINUE
    rolled_back = any(
        one.ended_reason is EndReason.ROLLBACK and one.ended_at == session.started_at for one in chain.sessions
    )
    called_off = any(one.closed_at == session.started_at for one in chain.handoffs)
    return StartedAs.ROLLBACK if rolled_back or called_off else StartedAs.BRANCH


def _in_reading_order(
    started: Mapping[UUID | None, Sequence[Session]], ways: Mapping[UUID, StartedAs]
) -> Iterator[tuple[Session, UUID | None, int]]:
    """Each session with the one it started from and its depth: by a stack, for a chain may be longer than calls may
    nest."""
    firsts = started.get(None, ())
    waiting: list[tuple[Session, UUID | None, int]] = [(session, None, 0) for session in reversed(firsts)]
    while waiting:
        session, parent, depth = waiting.pop()
        yield session, parent, depth
        following = started.get(session.id, ())
        beside = [one for one in following if ways[one.id] is not StartedAs.CONTINUE]
        waiting.extend((one, session.id, depth) for one in reversed(following) if one not in beside)
        waiting.extend((one, session.id, depth + 1) for one in reversed(beside))


def _ancestor(db: Transaction, left: tables.Handoff, right: tables.Handoff) -> Handoff | None:
    """The latest handoff that both come from: one of the two, where the other comes from it."""
    chain = sessions.chain(db, left.chain_id)
    sources = {handoff.id: handoff.source_session_id for handoff in chain.handoffs}
    started_from = {session.id: session.handoff_id for session in chain.sessions}

    def back(handoff_id: UUID | None) -> Iterator[UUID]:
        while handoff_id is not None and handoff_id in sources:
            yield handoff_id
            handoff_id = started_from.get(sources[handoff_id])

    lefts = set(back(left.id))
    common = next((handoff_id for handoff_id in back(right.id) if handoff_id in lefts), None)
    return next((handoff for handoff in chain.handoffs if handoff.id == common), None)
