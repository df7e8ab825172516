# Written by `python -m tests.sync_client` from asynchronous/resources/shifts.py: change that one.
"""The shift changes API: make a sheet, sign it, and read its items back."""

from collections.abc import Iterator, Mapping
from typing import Literal, overload

from warmline.calls import AnyOf, Id, build, path_to
from warmline.transport import Transport
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
    """``client.shifts``. People are named as agents, such as ``human:ines``. Every method raises the errors of
    ``warmline.errors``.
    """

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def list(
        self, *, rota: AnyOf[str] | None = None, outgoing: AnyOf[str] | None = None, page_size: int | None = None
    ) -> Iterator[SheetSummary]:
        """Iterate over sheets without their items, newest first."""
        params = {"rota": rota, "outgoing": outgoing, "limit": page_size}
        return self._transport.pages(Page[SheetSummary], PATH, params)

    def make(self, *, rota: str | None = None, outgoing: str | None = None) -> Sheet:
        """Make the sheet of a shift that ends, or read the one that exists already.

        Where ``outgoing`` is left out, it is the operator on duty by the ``rota``. Raises ``PersonNeeded`` where the
        rota does not name exactly one.
        """
        return self._transport.post(Sheet, PATH, build(MakeSheet, rota=rota, outgoing=outgoing))

    @overload
    def get(self, shift_id: Id, format: Literal["json", SheetFormat.JSON] = ...) -> Sheet: ...

    @overload
    def get(self, shift_id: Id, format: Literal["markdown", SheetFormat.MARKDOWN]) -> str: ...

    def get(self, shift_id: Id, format: SheetFormat | str = SheetFormat.JSON) -> Sheet | str:
        """Read a sheet in its present state: as a ``Sheet``, or as Markdown."""
        path = path_to(PATH, shift_id)
        if format == SheetFormat.JSON:
            return self._transport.get(Sheet, path)
        return self._transport.read_text(path, {"format": format})

    def sign(self, shift_id: Id, *, agent: str, to: str | None = None, assign: Mapping[Id, str] | None = None) -> Sheet:
        """Sign a sheet: for every item, a warm handoff is requested to ``to``, or to the person that ``assign`` names
        for it.

        Where ``to`` is left out, it is the operator who is next by the rota. Raises ``PersonNeeded`` where the rota
        does not name exactly one. Signing again adds new items, and requests again those that were declined or failed.
        """
        # A dict is easy to write in Python; the wire has a list, because JSON names its members and not their ids.
        given = [{"handoff_id": handoff_id, "to": whom} for handoff_id, whom in (assign or {}).items()]
        return self._transport.post(
            Sheet, path_to(PATH, shift_id, "sign"), build(SignSheet, agent=agent, to=to, assign=given)
        )

    def acknowledge(self, shift_id: Id, *, agent: str) -> Sheet:
        """Acknowledge a signed sheet as a whole. Where no item is open, the shift is taken over."""
        return self._transport.post(Sheet, path_to(PATH, shift_id, "acknowledge"), build(AcknowledgeSheet, agent=agent))

    def acknowledge_item(
        self, shift_id: Id, handoff_id: Id, *, agent: str, read_back: str, confirm: bool | None = None
    ) -> Sheet:
        """Read an item back, and take it over. ``handoff_id`` is the item's.

        Raises ``ReadBackContradicts`` where the brief says something else, unless ``confirm`` is true.
        """
        ask = build(AcknowledgeItem, agent=agent, read_back=read_back, confirm_read_back=confirm)
        return self._transport.post(Sheet, _item(shift_id, handoff_id, "acknowledge"), ask)

    def decline_item(self, shift_id: Id, handoff_id: Id, *, agent: str, reason: str) -> Sheet:
        """Decline an item. It stays with the outgoing operator."""
        ask = build(DeclineItem, agent=agent, reason=reason)
        return self._transport.post(Sheet, _item(shift_id, handoff_id, "decline"), ask)


def _item(shift_id: Id, handoff_id: Id, verb: str) -> str:
    return path_to(path_to(PATH, shift_id, "items"), handoff_id, verb)
