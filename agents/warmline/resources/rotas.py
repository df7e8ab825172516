# Written by `python -m tests.sync_client` from asynchronous/resources/rotas.py: change that one.
"""The rotas API: which operator is on duty, and when."""

from datetime import datetime
from typing import Any
from urllib.parse import quote

from warmline.calls import build
from warmline.transport import Transport
from warmline_schemas.shifts import OnDuty, Rota, WriteRota
from warmline_schemas.wire import Page

PATH = "/v1/rotas"


class Rotas:
    """``client.rotas``. Every method raises the errors of ``warmline.errors``."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def list(self) -> list[Rota]:
        """Read all rotas of the tenant, by name."""
        return [one for one in self._transport.pages(Page[Rota], PATH, {})]

    def get(self, name: str) -> Rota:
        """Read one rota."""
        return self._transport.get(Rota, _path(name))

    def write(
        self, name: str, rota: WriteRota | None = None, *, if_unchanged: Rota | str | None = None, **fields: Any
    ) -> Rota:
        """Set up a rota, or replace it as a whole, with its swaps.

        Give ``rota``, or its fields: ``entries``, ``zone``, ``queue``, ``swaps`` and the others of ``WriteRota``.
        ``if_unchanged``: the rota as it was read. Raises ``ChangedMeanwhile`` where it was changed since.
        """
        return self._transport.put(Rota, _path(name), rota or build(WriteRota, **fields), if_unchanged)

    def delete(self, name: str, *, if_unchanged: Rota | str | None = None) -> None:
        """Delete a rota. The sheets of its shifts are kept. ``if_unchanged`` as for ``write``."""
        self._transport.delete(_path(name), if_unchanged)

    def on(self, name: str, *, at: datetime | None = None) -> OnDuty:
        """Read who is on duty now, or at a moment ``at`` with an offset from UTC, and who is next."""
        return self._transport.get(OnDuty, f"{_path(name)}/on", {"at": at})


def _path(name: str) -> str:
    # A slash must not become a path of its own; the platform then refuses the name.
    return f"{PATH}/{quote(name, safe='')}"
