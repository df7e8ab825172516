"""Claims: who holds a waiting handoff, and until when."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import and_, case, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session as Db

from warmline_memory import answers, tables
from warmline_memory.errors import HandoffClaimed, HandoffStateForbids
from warmline_schemas.handoffs import Claim, HandoffState

WAITING = (HandoffState.READY, HandoffState.CLAIMED)


def hold(db: Db, row: tables.Handoff, agent: str, lease_seconds: int) -> Claim:
    """Hold a handoff of a locked chain. The same agent again is the heartbeat: it keeps its token.

    Raises ``HandoffStateForbids`` where it does not wait, and ``HandoffClaimed`` while somebody else holds it.
    """
    if row.state not in WAITING:
        raise not_waiting(row, "claim")
    lapsed = tables.Claim.expires_at <= func.now()
    same_hold = and_(tables.Claim.agent == agent, ~lapsed)
    expires_at = func.now() + timedelta(seconds=lease_seconds)
    held = db.scalar(
        insert(tables.Claim)
        .values(handoff_id=row.id, agent=agent, token=1, expires_at=expires_at)
        .on_conflict_do_update(
            index_elements=[tables.Claim.handoff_id],
            set_={
                "agent": agent,
                "token": case((same_hold, tables.Claim.token), else_=tables.Claim.token + 1),
                "claimed_at": case((same_hold, tables.Claim.claimed_at), else_=func.now()),
                "expires_at": expires_at,
            },
            where=or_(lapsed, tables.Claim.agent == agent),
        )
        .returning(tables.Claim)
        .execution_options(populate_existing=True)
    )
    if held is None:
        other = db.scalars(select(tables.Claim).where(tables.Claim.handoff_id == row.id)).one()
        raise HandoffClaimed(holder=other.agent, handoff_id=row.id, expires_at=other.expires_at.isoformat())
    row.state = HandoffState.CLAIMED
    return answers.claim(held)


def not_waiting(row: tables.Handoff, verb: str) -> HandoffStateForbids:
    """The error for taking over a handoff that waits for nobody, or for its reviewer first."""
    needed = "ready: its draft waits for somebody to confirm it" if row.state == HandoffState.DRAFTED else "ready"
    return HandoffStateForbids(handoff_id=row.id, state=row.state, verb=verb, needed=needed)


def live(db: Db, row: tables.Handoff) -> tables.Claim | None:
    """Who holds a handoff now, if anybody does."""
    if row.state != HandoffState.CLAIMED:
        return None
    return db.scalars(
        select(tables.Claim).where(tables.Claim.handoff_id == row.id, tables.Claim.expires_at > func.now())
    ).one_or_none()


def release_lapsed(db: Db, handoff_id: UUID) -> bool:
    """Make a handoff ready for others again if its claim has run out. The claim's row stays, so that tokens grow on."""
    lapsed = select(tables.Claim.handoff_id).where(
        tables.Claim.handoff_id == handoff_id, tables.Claim.expires_at <= func.now()
    )
    released = db.execute(
        update(tables.Handoff)
        .where(tables.Handoff.id.in_(lapsed), tables.Handoff.state == HandoffState.CLAIMED)
        .values(state=HandoffState.READY)
        .returning(tables.Handoff.id)
    )
    return released.one_or_none() is not None
