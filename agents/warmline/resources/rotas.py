"""The rotas API: which operator is on duty, and when."""

from datetime import datetime
from typing import Any
from urllib.parse import quote

from warmline.transport import Transport, build
from warmline_schemas.shifts import OnDuty, Rota, Rotas as Found, WriteRota

PATH = "/v1/rotas"


class Rotas:
    """``client.rotas``. Every method raises the errors of ``warmline.errors``."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def list(self) -> list[Rota]:
        """Read all rotas of the tenant, by name."""
        return self._transport.get(Found, PATH).rotas

    def get(self, name: str) -> Rota:
        """Read one rota."""
        return self._transport.get(Rota, _path(name))

    def write(self, name: str, rota: WriteRota | None = None, **fields: Any) -> Rota:
        """Set up a rota, or replace it as a whole, with its swaps.

        Give ``rota``, or its fields: ``entries``, ``zone``, ``queue``, ``swaps`` and the others of ``WriteRota``.
        """
        return self._transport.put(Rota, _path(name), rota or build(WriteRota, **fields))

    def delete(self, name: str) -> None:
        """Delete a rota. The sheets of its shifts are kept."""
        self._transport.delete(_path(name))

    def on(self, name: str, *, at: datetime | None = None) -> OnDuty:
        """Read who is on duty now, or at a moment ``at`` with an offset from UTC, and who is next."""
        return self._transport.get(OnDuty, f"{_path(name)}/on", {"at": at and at.isoformat()})


def _path(name: str) -> str:
    # A slash must not become a path of its own; the platform then refuses the name.
    return f"{PATH}/{quote(name, safe='')}"
