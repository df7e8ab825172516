"""Company: who else has a case open, and who is typing in it; told over the stream that an open page has anyway."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from time import time
from typing import cast
from uuid import UUID, uuid4

from warmline_api.console.languages import _
from warmline_api.console.shell.visitors import Visitor
from warmline_memory import operators
from warmline_memory.errors import Busy, NotFound, Unavailable
from warmline_memory.messaging import CUSTOMER, Company, Onlooker, Onlookers
from warmline_memory.storage import tables

MOST_NAMED = 3


@dataclass
class Attending:
    """An operator who has the page of a case open, as their stream has them (``streams.Attendance``)."""

    visitor: Visitor
    onlookers: Onlookers
    chain_id: UUID
    _page: str = field(default_factory=lambda: uuid4().hex)
    _until: float | None = None
    _told: str = ""

    def stay(self) -> None:
        """Say that they are there."""
        self.onlookers.look(self.visitor.operator.tenant_id, self.chain_id, self.visitor.agent, self._page)

    def leave(self) -> None:
        """Say that they are not any more."""
        self.onlookers.leave(self.visitor.operator.tenant_id, self.chain_id, self.visitor.agent, self._page)

    def read(self, *, is_new: bool) -> str:
        """Who else is there, as a frame; nothing where that is what was told last."""
        is_over = self._until is not None and self._until <= time()
        if not is_new and not is_over:
            return ""
        company = self.onlookers.read(self.visitor.operator.tenant_id, self.chain_id)
        self._until = company.until
        told = self._frame(company)
        # The first is told also where nobody is there: a page whose stream was broken off may show somebody yet.
        if told == self._told or not self._may_see():
            return ""
        self._told = told
        return told

    def _may_see(self) -> bool:
        """Whether they still see the case; they are told nothing of one that was taken from their queues."""
        try:
            with self.visitor.transaction() as db:
                # Asked anew, as who they are when the stream began may have changed.
                operators.check_sees(db, operators.signed_in_person(db), tables.Session, self.chain_id)
        except (Busy, NotFound, Unavailable):
            return False
        return True

    def _frame(self, company: Company) -> str:
        others = [one for one in company.onlookers if one.who != self.visitor.agent]
        here = [self.visitor.called(one.who) for one in others if one.who != CUSTOMER]
        words = {"who": sorted(one.who for one in others), "here": _here(here), "typing": self._typing(others)}
        return f"event: company\ndata: {json.dumps(words, ensure_ascii=False)}\n\n"

    def _typing(self, others: Sequence[Onlooker]) -> str:
        typing = [one.who for one in others if one.is_typing]
        if CUSTOMER in typing:
            return _("The customer is typing")
        if len(typing) > 1:
            return _("Several people are typing")
        return _("{name} is typing", name=self.visitor.called(typing[0])) if typing else ""


def attending(visitor: Visitor, chain_id: UUID) -> Attending:
    """An operator who has opened the page of a case."""
    return Attending(visitor, _onlookers(visitor), chain_id)


def note_typing(visitor: Visitor, chain_id: UUID) -> None:
    """Let others in a case know that the operator is typing. Raises ``NotFound`` for a case that is not theirs to
    see."""
    with visitor.transaction() as db:
        visitor.check_sees(db, tables.Session, chain_id)
    _onlookers(visitor).type(visitor.operator.tenant_id, chain_id, visitor.agent)


def note_said(visitor: Visitor, chain_id: UUID) -> None:
    """Let others in a case know that the operator has said what they typed."""
    _onlookers(visitor).stop(visitor.operator.tenant_id, chain_id, visitor.agent)


def _onlookers(visitor: Visitor) -> Onlookers:
    return cast(Onlookers, visitor.request.app.state.onlookers)


def _here(names: Sequence[str]) -> str:
    """Who else has the case open, of many the first."""
    if not names:
        return ""
    first, more = _(", ").join(names[:MOST_NAMED]), len(names) - MOST_NAMED
    named = first if more <= 0 else _("{names} and {n} more", names=first, n=more)
    return _("Also here: {names}", names=named)
