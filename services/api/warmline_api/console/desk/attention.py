"""Attention: what wants an operator who looks elsewhere, so that a tab's title, a sound or a notice says so."""

from collections.abc import Iterator, Sequence
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel

from warmline_api.console import shell
from warmline_api.console.languages import _
from warmline_api.console.shell import PREFIX, Signed
from warmline_memory import desk
from warmline_memory.desk import ListedHandoff

router = APIRouter()


class News(BaseModel):
    """Something that an operator is told of once, by its id: in words, and where it is."""

    id: str
    says: str
    url: str


class Wanted(BaseModel):
    """What waits for an operator, and what is new: offers, what they may take, what customers wrote to them."""

    count: str
    """How many wait for them: `0`, `7`, `50+`."""
    news: list[News]
    asleep: list[News]
    """What they snoozed, so that its waking is noticed."""


@router.get("/attention")
def read_attention(visitor: Signed) -> Wanted:
    """What wants the operator now."""
    person = visitor.operator
    with visitor.transaction() as db:
        waiting = desk.list_for_person(db, person)
        held = desk.list_held(db, person)
        words = desk.newest_words(db, [one for listed in held if (one := listed.handoff.target_session_id)])
    return Wanted(
        count=f"{len(waiting.handoffs)}{'+' if waiting.has_more else ''}",
        news=[*_of_waiting(waiting.handoffs, visitor.agent), *_of_held(held, words)],
        asleep=list(_of_asleep(held)),
    )


def _of_waiting(waiting: Sequence[ListedHandoff], agent: str) -> Iterator[News]:
    for one in waiting:
        is_offered = one.handoff.offered_to == agent
        if is_offered:
            yield _news(one, "offered", _("{customer} is offered to you", customer=one.customer))
        else:
            yield _news(one, "waits", _("{customer} waits for you", customer=one.customer))


def _of_held(held: Sequence[ListedHandoff], words: dict[UUID, UUID]) -> Iterator[News]:
    for one in held:
        memory_id = words.get(one.handoff.target_session_id) if one.handoff.target_session_id else None
        if memory_id:
            yield _news(one, f"wrote-{memory_id}", _("{customer} wrote to you", customer=one.customer))


def _of_asleep(held: Sequence[ListedHandoff]) -> Iterator[News]:
    for one in held:
        if shell.is_ahead(one.handoff.snoozed_until):
            yield _news(one, "asleep", _("{customer} is back: its snooze ended", customer=one.customer))


def _news(one: ListedHandoff, what: str, says: str) -> News:
    handoff = one.handoff
    return News(id=f"{what}-{handoff.id}", says=says, url=f"{PREFIX}/handoffs/{handoff.id}")
