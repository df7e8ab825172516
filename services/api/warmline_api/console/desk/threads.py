"""Threads: a conversation as a page shows it, from its end or around a place in it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated
from uuid import UUID, uuid4

from fastapi import Depends, Query

from warmline_api.console.desk import spoken
from warmline_api.console.desk.turns import Turn, page_of
from warmline_api.console.shell import Visitor
from warmline_memory import attachments, channels, desk, tenancy
from warmline_memory.storage import Transaction
from warmline_schemas.customers.attachments import Attachment
from warmline_schemas.customers.messages import Reply, correction_in
from warmline_schemas.memories import Memory
from warmline_schemas.sessions import Session

TURNS = 80
"""At most this many turns are shown on a page, which keeps a page below 200 kB however long they are."""

_Id = Annotated[UUID | None, Query()]


@dataclass(frozen=True)
class Place:
    """Where in a conversation: around, before or after a memory; at its end where none is given."""

    at: UUID | None = None
    before: UUID | None = None
    after: UUID | None = None


END = Place()


def _place(at: _Id = None, before: _Id = None, after: _Id = None) -> Place:
    return Place(at, before, after)


AskedPlace = Annotated[Place, Depends(_place)]
"""The place that the address of a page names."""


@dataclass(frozen=True)
class Anew:
    """What holds in the place of a reply that was corrected, how far that got, and how it was worded before, oldest
    first."""

    turn: Turn
    reply: Reply | None
    before: Sequence[Turn]


@dataclass(frozen=True)
class Thread:
    """A stretch of a conversation."""

    session: Session
    """The session that it leads to."""
    owner: Session | None
    """The open session that speaks for the chain now; None where nobody does."""
    is_mine: bool
    """Whether the visitor answers the customer in this session."""
    parts: Sequence[spoken.Part]
    turns: Sequence[Turn]
    replies: Mapping[UUID, Reply]
    """How far the replies among the turns got, by their memories."""
    anew: Mapping[UUID, Anew]
    """What holds in the place of turns that were corrected, by the memories of those that stand for it."""
    folded: frozenset[UUID]
    """The memories that do not stand by themselves: corrections of what is on the page."""
    files: Mapping[UUID, Attachment]
    """The attachments of which the turns tell, by their memories; without those that are kept no longer."""
    line: frozenset[UUID]
    """The sessions whose words it is made of."""
    has_earlier: bool
    has_later: bool
    shown_at: UUID | None
    most_bytes: int
    """How large a file may be that is brought."""
    once: str
    """A number of this page's own, by which what is sent twice is said once."""

    @property
    def is_live(self) -> bool:
        """Whether what is said from now on belongs to this stretch."""
        return not self.has_later and self.shown_at is None


def thread(db: Transaction, visitor: Visitor, session_id: UUID, place: Place = END, limit: int = TURNS) -> Thread:
    """A stretch of at most ``limit`` turns of the conversation of a session. Raises ``NotFound``."""
    page = desk.conversation(db, session_id, around=place.at, before=place.before, after=place.after, limit=limit)
    corrections = channels.corrections_of(db, page.memories)
    there = {one.id for one in page.memories}
    beyond = [one for one in {one.id: one for one in corrections.values()}.values() if one.id not in there]
    every = page_of([*page.memories, *beyond], tenancy.signed_in(db).preferences.pii)
    turns = every[: len(page.memories)]
    session, owner = page.session, page.owner
    ids = [turn.memory.id for turn in every]
    replies = channels.replies_among(db, ids)
    folded = _folded(turns)
    return Thread(
        session=session,
        owner=owner,
        is_mine=owner is not None and owner.id == session.id and owner.agent == visitor.agent,
        parts=spoken.parts_of(page, turns),
        turns=turns,
        replies=replies,
        anew=_anew(every, corrections, replies, folded),
        folded=folded,
        files=attachments.of_memories(db, ids),
        line=frozenset(one.session.id for one in page.line),
        has_earlier=page.has_earlier,
        has_later=page.has_later,
        shown_at=place.at,
        most_bytes=visitor.platform.settings.attachment_bytes,
        once=uuid4().hex,
    )


def _folded(turns: Sequence[Turn]) -> frozenset[UUID]:
    """The corrections among turns of which the reply that they correct is among them too; and what says that one was
    taken back, which stands with that."""
    there = {turn.memory.id for turn in turns}
    corrected = {turn.memory.id: correction_in(turn.memory.metadata) for turn in turns}
    withdrawals = {turn.memory.id for turn in turns if turn.memory.kind == channels.WITHDRAWAL}
    return frozenset(withdrawals | {own for own, one in corrected.items() if one is not None and one.of in there})


def _anew(
    every: Sequence[Turn],
    corrections: Mapping[UUID, Memory],
    replies: Mapping[UUID, Reply],
    folded: Collection[UUID],
) -> dict[UUID, Anew]:
    """What holds in the place of those turns that stand by themselves and were corrected, by their memories."""
    turns = {turn.memory.id: turn for turn in every}
    before: dict[UUID, list[Turn]] = {}
    for corrected, holding in corrections.items():
        before.setdefault(holding.id, []).append(turns[corrected])
    return {
        corrected: Anew(turns[holding.id], replies.get(holding.id), before[holding.id])
        for corrected, holding in corrections.items()
        if corrected not in folded
    }
