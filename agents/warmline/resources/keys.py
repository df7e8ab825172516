"""API keys over the wire: list, make, revoke."""

from collections.abc import Iterator
from datetime import datetime

from warmline.transport import Id, Transport, at, build
from warmline_schemas.keys import ApiKey, MadeKey, MakeKey, RevokeKey
from warmline_schemas.wire import Page

PATH = "/v1/keys"


class Keys:
    """``client.keys``. Every method raises the tree of ``warmline.errors``."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def list(self, *, page_size: int | None = None) -> Iterator[ApiKey]:
        """Iterate over the tenant's keys, newest first, those that are revoked or expired too."""
        return self._transport.pages(Page[ApiKey], PATH, {"limit": page_size})

    def make(self, name: str, *, expires_at: datetime | None = None) -> MadeKey:
        """Make a key of the tenant; ``secret`` is shown this once. It is valid until ``expires_at``, or until revoked.

        Where the first answer was lost on its way and the call was sent again, ``secret`` is None: revoke that key, and
        make another.
        """
        return self._transport.post(MadeKey, PATH, build(MakeKey, name=name, expires_at=expires_at))

    def revoke(self, key_id: Id) -> ApiKey:
        """Make a key useless from now on. Again changes nothing."""
        return self._transport.post(ApiKey, at(PATH, key_id, "revoke"), RevokeKey())
