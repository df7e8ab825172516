"""The rotas API: which operator is on duty, and when."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import quote

from warmline.asynchronous.transport import AsyncTransport
from warmline.calls import build
from warmline_schemas.shifts import Absence, ChangeRota, OnDuty, Rota, Swap, WriteRota
from warmline_schemas.wire import Page

PATH = "/v1/rotas"


class AsyncRotas:
    """``client.rotas``. Every method raises the errors of ``warmline.errors``."""

    def __init__(self, transport: AsyncTransport) -> None:
        self._transport = transport

    async def list(self) -> list[Rota]:
        """Read all rotas of the tenant, by name."""
        return [one async for one in self._transport.pages(Page[Rota], PATH, {})]

    async def get(self, name: str) -> Rota:
        """Read one rota."""
        return await self._transport.get(Rota, _path(name))

    async def write(
        self, name: str, rota: WriteRota | None = None, *, if_unchanged: Rota | str | None = None, **fields: Any
    ) -> Rota:
        """Set up a rota, or replace it as a whole, with its swaps.

        Give ``rota``, or its fields: ``entries``, ``zone``, ``queue``, ``swaps`` and the others of ``WriteRota``.
        ``if_unchanged``: the rota as it was read. Raises ``ChangedMeanwhile`` where it was changed since.
        """
        return await self._transport.put(Rota, _path(name), rota or build(WriteRota, **fields), if_unchanged)

    async def delete(self, name: str, *, if_unchanged: Rota | str | None = None) -> None:
        """Delete a rota. The sheets of its shifts are kept. ``if_unchanged`` as for ``write``."""
        await self._transport.delete(_path(name), if_unchanged)

    async def cover(
        self, name: str, *, operator: str, starts: datetime, ends: datetime, instead_of: str | None = None
    ) -> Rota:
        """Put one operator in another's place for once; without ``instead_of``, in everybody's, or into a gap.

        ``starts`` and ``ends`` have an offset from UTC. Nothing that others add at the same time is lost.
        """
        return await self.swap(name, [Swap(operator=operator, instead_of=instead_of, starts=starts, ends=ends)])

    async def swap(self, name: str, swaps: Iterable[Swap]) -> Rota:
        """Add several swaps at once, such as the two by which two operators change places."""
        return await self._change(name, ChangeRota(swaps=[*swaps]))

    async def away(self, name: str, *, operator: str, starts: datetime, ends: datetime, replaced: bool = True) -> Rota:
        """Say that an operator is away, such as on vacation.

        The next by the order of the entries who is free stands in; where ``replaced`` is false nobody does.
        """
        absence = Absence(operator=operator, starts=starts, ends=ends, replaced=replaced)
        return await self._change(name, ChangeRota(absences=[absence]))

    async def take_back(self, name: str, override: Swap | Absence) -> Rota:
        """Take a swap or an absence off a rota, as ``get`` shows it.

        Raises ``ChangedMeanwhile`` where somebody changes the rota at the same moment: call it again then.
        """
        rota = await self.get(name)
        kept: dict[str, Any] = {
            "swaps": [one for one in rota.swaps if one != override],
            "absences": [one for one in rota.absences if one != override],
        }
        fields = rota.model_dump(exclude={"name", *kept}, exclude_unset=True)
        return await self.write(name, WriteRota.model_validate({**fields, **kept}), if_unchanged=rota)

    async def calendar(self, name: str) -> str:
        """Read a rota's shifts as iCalendar, from five weeks ago to half a year ahead."""
        return await self._transport.read_text(f"{_path(name)}/calendar", {})

    async def take_calendar(self, name: str, calendar: str, *, people: Mapping[str, str] | None = None) -> Rota:
        """Take an iCalendar file as the shifts of a rota, in the place of those that an earlier one brought.

        An event is the shift of its attendees, or else of the operators in its title. ``people`` are operators by
        further names and e-mail addresses of the calendar. Raises ``InvalidRequest`` where it names somebody whom
        nobody is called; then nothing is taken.
        """
        return await self._change(name, ChangeRota(calendar=calendar, people=dict(people or {})))

    async def follow_calendar(self, name: str, url: str | None, *, people: Mapping[str, str] | None = None) -> Rota:
        """Have the calendar at ``url`` read every hour, and taken as ``take_calendar`` does; None to end that.

        What is wrong with it is told by ``on``, in ``feed_problem``. Without ``url`` this raises ``ChangedMeanwhile``
        where somebody changes the rota at the same moment: call it again then.
        """
        if url is not None:
            return await self._change(name, build(ChangeRota, feed={"url": url, "people": dict(people or {})}))
        rota = await self.get(name)
        fields = rota.model_dump(exclude={"name", "feed"}, exclude_unset=True)
        return await self.write(name, WriteRota.model_validate(fields), if_unchanged=rota)

    async def _change(self, name: str, ask: ChangeRota) -> Rota:
        return await self._transport.post(Rota, f"{_path(name)}/changes", ask)

    async def on(self, name: str, *, at: datetime | None = None) -> OnDuty:
        """Read who is on duty now, or at a moment ``at`` with an offset from UTC, and who is next."""
        return await self._transport.get(OnDuty, f"{_path(name)}/on", {"at": at})


def _path(name: str) -> str:
    # A slash must not become a path of its own; the platform then refuses the name.
    return f"{PATH}/{quote(name, safe='')}"
