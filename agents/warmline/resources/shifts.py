"""Shift changes over the wire: make a sheet, sign it, read its items back."""

from collections.abc import Iterator, Mapping
from typing import Literal, overload

from warmline.transport import Id, Transport, at, build
from warmline_schemas.shifts import (
    AcknowledgeItem,
    AcknowledgeSheet,
    DeclineItem,
    MakeSheet,
    Sheet,
    SheetFormat,
    SheetSummary,
    SignSheet,
)
from warmline_schemas.wire import Page

PATH = "/v1/shifts"


class Shifts:
    """``client.shifts``; people are agents, as ``human:ines``. Every method raises the tree of ``warmline.errors``."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def list(
        self, *, rota: str | None = None, outgoing: str | None = None, page_size: int | None = None
    ) -> Iterator[SheetSummary]:
        """Iterate over sheets without their items, newest first."""
        params = {"rota": rota, "outgoing": outgoing, "limit": page_size}
        return self._transport.pages(Page[SheetSummary], PATH, params)

    def make(self, *, rota: str | None = None, outgoing: str | None = None) -> Sheet:
        """Make the sheet of a shift that ends, or read the one that is there.

        Without ``outgoing`` it is of whoever is on by the ``rota``; raises ``PersonNeeded`` unless that is one person.
        """
        return self._transport.post(Sheet, PATH, build(MakeSheet, rota=rota, outgoing=outgoing))

    @overload
    def get(self, shift_id: Id, format: Literal["json", SheetFormat.JSON] = ...) -> Sheet: ...

    @overload
    def get(self, shift_id: Id, format: Literal["markdown", SheetFormat.MARKDOWN]) -> str: ...

    def get(self, shift_id: Id, format: SheetFormat | str = SheetFormat.JSON) -> Sheet | str:
        """Read a sheet as it stands now: as a ``Sheet``, or as Markdown."""
        path = at(PATH, shift_id)
        if format == SheetFormat.JSON:
            return self._transport.get(Sheet, path)
        return self._transport.read_text(path, {"format": format})

    def sign(self, shift_id: Id, *, agent: str, to: str | None = None, assign: Mapping[Id, str] | None = None) -> Sheet:
        """Sign a sheet: every item is asked to go over, warm, to ``to``, or to whom ``assign`` names for its handoff.

        Without ``to`` that is whoever comes by the rota; raises ``PersonNeeded`` where that is not one person. Signing
        again adds what came since, and asks again for what was declined or failed.
        """
        given = [{"handoff_id": handoff_id, "to": whom} for handoff_id, whom in (assign or {}).items()]
        return self._transport.post(
            Sheet, at(PATH, shift_id, "sign"), build(SignSheet, agent=agent, to=to, assign=given)
        )

    def acknowledge(self, shift_id: Id, *, agent: str) -> Sheet:
        """Acknowledge a signed sheet as a whole; one with nothing open is taken over with that."""
        return self._transport.post(Sheet, at(PATH, shift_id, "acknowledge"), build(AcknowledgeSheet, agent=agent))

    def acknowledge_item(
        self, shift_id: Id, handoff_id: Id, *, agent: str, read_back: str, confirm: bool | None = None
    ) -> Sheet:
        """Read an item back, and take it over with that. ``handoff_id`` is the item's.

        Raises ``ReadBackContradicts`` where the brief says otherwise, unless that is to ``confirm``.
        """
        ask = build(AcknowledgeItem, agent=agent, read_back=read_back, confirm_read_back=confirm)
        return self._transport.post(Sheet, _item(shift_id, handoff_id, "acknowledge"), ask)

    def decline_item(self, shift_id: Id, handoff_id: Id, *, agent: str, reason: str) -> Sheet:
        """Decline an item: it stays with whoever goes."""
        ask = build(DeclineItem, agent=agent, reason=reason)
        return self._transport.post(Sheet, _item(shift_id, handoff_id, "decline"), ask)


def _item(shift_id: Id, handoff_id: Id, verb: str) -> str:
    return at(at(PATH, shift_id, "items"), handoff_id, verb)
