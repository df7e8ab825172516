"""Rating: what customers said of resolved handoffs, of those that are counted."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, or_, select

from warmline_memory.analytics.reading import Wanted
from warmline_memory.storage import tables
from warmline_memory.storage.transactions import Transaction

GOOD = 4
"""From this number on a rating is a good one, as it is counted in the trade: the two best of five."""


@dataclass(frozen=True)
class Ratings:
    """How many customers were asked, how many answered with what on average, and how many of these said 4 or 5."""

    asked: int
    answered: int
    average: float | None
    good: int

    @property
    def rate(self) -> float | None:
        """The share of good ones among those who answered."""
        return self.good / self.answered if self.answered else None


def read_ratings(db: Transaction, wanted: Wanted) -> Ratings:
    """What customers said of the handoffs that are wanted."""
    row, handoff = tables.Rating, tables.Handoff
    filters = {handoff.target: wanted.queue, handoff.namespace: wanted.namespace}
    conditions = [column == value for column, value in filters.items() if value is not None]
    if wanted.agent is not None:
        conditions.append(or_(handoff.holder == wanted.agent, handoff.source_agent == wanted.agent))
    if wanted.targets is not None:
        conditions.append(handoff.target.in_(wanted.targets))
    found = (
        select(func.count(), func.count(row.score), func.avg(row.score), func.count().filter(row.score >= GOOD))
        .join(handoff, handoff.id == row.handoff_id)
        .where(handoff.requested_at >= wanted.since, handoff.requested_at < wanted.until, *conditions)
    )
    asked, answered, average, good = db.execute(found).one()
    return Ratings(asked, answered, None if average is None else float(average), good)


def rating_of(db: Transaction, handoff_id: UUID) -> tables.Rating | None:
    """What the customer of a handoff said, if they were asked."""
    return db.find(tables.Rating, handoff_id)
