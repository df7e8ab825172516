"""The API keys of a tenant: list, make and revoke them."""

from collections.abc import Iterator
from datetime import datetime

from warmline.transport import Id, Transport, build, path_to
from warmline_schemas.keys import ApiKey, MadeKey, MakeKey, RevokeKey
from warmline_schemas.wire import Page

PATH = "/v1/keys"


class Keys:
    """``client.keys``. Every method raises the errors of ``warmline.errors``."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def list(self, *, page_size: int | None = None) -> Iterator[ApiKey]:
        """Iterate over the tenant's keys, newest first, revoked and expired ones included."""
        return self._transport.pages(Page[ApiKey], PATH, {"limit": page_size})

    def make(self, name: str, *, expires_at: datetime | None = None) -> MadeKey:
        """Make a key of the tenant. It is valid until ``expires_at``, or until it is revoked.

        Store the ``secret`` of the answer: it cannot be read again. It is None where the first answer was lost and the
        call was sent again; revoke that key then, and make another.
        """
        return self._transport.post(MadeKey, PATH, build(MakeKey, name=name, expires_at=expires_at))

    def revoke(self, key_id: Id) -> ApiKey:
        """Revoke a key: requests with it are refused from now on. To revoke it again changes nothing."""
        return self._transport.post(ApiKey, path_to(PATH, key_id, "revoke"), RevokeKey())
