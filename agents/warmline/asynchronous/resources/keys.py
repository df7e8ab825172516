"""The API keys of a tenant: list, make, rotate and revoke them."""

from collections.abc import AsyncIterator, Iterable
from datetime import datetime
from typing import Literal

from warmline.asynchronous.transport import AsyncTransport
from warmline.calls import Id, build, path_to
from warmline_schemas.keys import ApiKey, KeyKind, MadeKey, MakeKey, RevokeKey, RotateKey, Scope
from warmline_schemas.wire import Page

PATH = "/v1/keys"

Kind = KeyKind | Literal["bot", "reader", "desk", "admin"]


class AsyncKeys:
    """``client.keys``. Every method raises the errors of ``warmline.errors``."""

    def __init__(self, transport: AsyncTransport) -> None:
        self._transport = transport

    def list(self, *, page_size: int | None = None) -> AsyncIterator[ApiKey]:
        """Iterate over the tenant's keys, newest first, revoked and expired ones included."""
        return self._transport.pages(Page[ApiKey], PATH, {"limit": page_size})

    async def make(
        self,
        name: str,
        *,
        kind: Kind = KeyKind.BOT,
        scopes: Iterable[Scope | str] | None = None,
        agents: Iterable[str] | None = None,
        namespaces: Iterable[str] | None = None,
        expires_at: datetime | None = None,
        never_expires: bool = False,
    ) -> MadeKey:
        """Make a key of the tenant. Raises ``Forbidden`` where it would be allowed more than your own.

        - ``kind``: ``bot`` reads, remembers and hands off; ``reader`` only reads; ``desk`` also does what people do
          with handoffs; ``admin`` does everything. ``scopes``: fewer than the kind has; left out for all of them.
        - ``agents`` and ``namespaces``: patterns such as ``tier1-*`` and ``acme/*``; left out for all.
        - ``expires_at``: until when it is valid. Where this is left out, it is valid as long as the tenant's preference
          ``key_days`` says, and with ``never_expires`` until it is revoked.

        Store the ``secret`` of the answer: it cannot be read again. It is None where the first answer was lost and the
        call was sent again; revoke that key then, and make another.
        """
        ask = build(
            MakeKey,
            name=name,
            kind=kind,
            scopes=None if scopes is None else list(scopes),
            agents=None if agents is None else list(agents),
            namespaces=None if namespaces is None else list(namespaces),
            expires_at=expires_at,
            never_expires=never_expires,
        )
        return await self._transport.post(MadeKey, PATH, ask)

    async def rotate(self, key_id: Id, *, overlap_seconds: int | None = None) -> MadeKey:
        """Make a key that takes the place of another one, and is allowed the same for as long again.

        The old one stays valid for ``overlap_seconds`` (a day where they are left out), so that programs can change;
        0 ends it at once. About the ``secret``, see ``make``. Raises ``KeyIsOver`` where the old one is valid no
        more.
        """
        return await self._transport.post(
            MadeKey, path_to(PATH, key_id, "rotate"), build(RotateKey, overlap_seconds=overlap_seconds)
        )

    async def revoke(self, key_id: Id) -> ApiKey:
        """Revoke a key: requests with it are refused from now on. To revoke it again changes nothing."""
        return await self._transport.post(ApiKey, path_to(PATH, key_id, "revoke"), RevokeKey())
