# Written by `python -m tests.sync_client` from asynchronous/resources/attachments.py: change that one.
"""The attachments API: files that customers and your side send each other."""

from collections.abc import Iterator
from os import PathLike, fspath
from pathlib import Path

from warmline.calls import AnyOf, Id, path_to
from warmline.transport import Transport
from warmline_schemas.customers.attachments import Attachment
from warmline_schemas.wire import Page

PATH = "/v1/attachments"
# Seconds that an upload may take in addition to the time-out: a large file on a slow line.
UPLOADING = 60.0


class Attachments:
    """``client.attachments``. Every method raises the errors of ``warmline.errors``."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def upload(
        self,
        file: bytes | str | PathLike[str],
        *,
        namespace: str,
        name: str | None = None,
        external_id: str | int | None = None,
        idempotency_key: str | None = None,
    ) -> Attachment:
        """Upload a file: its bytes with a ``name``, or its path. A message then brings it, by ``attachments``.

        ``namespace`` is that of the case in which it is to be sent. ``external_id`` is an id of your own: what came
        under it before is not stored again. Raises ``InvalidRequest`` for a type that is not taken, ``PayloadTooLarge``
        and ``QuotaReached``.
        """
        content = file if isinstance(file, bytes) else Path(fspath(file)).read_bytes()
        called = name or (None if isinstance(file, bytes) else Path(fspath(file)).name)
        asked = {"namespace": namespace, "name": called, "external_id": external_id}
        return self._transport.post_bytes(Attachment, PATH, asked, content, idempotency_key, UPLOADING)

    def get(self, attachment_id: Id) -> Attachment:
        """Read what is known of an attachment, without its bytes."""
        return self._transport.get(Attachment, path_to(PATH, attachment_id))

    def read(self, attachment_id: Id) -> bytes:
        """Load the bytes of an attachment. Raises ``AttachmentNotReady`` where a scanner has yet to look at it, or
        refused it.
        """
        return self._transport.read_bytes(path_to(PATH, attachment_id, "content"))

    def list(
        self,
        *,
        namespace: AnyOf[str] | None = None,
        chain_id: AnyOf[Id] | None = None,
        page_size: int | None = None,
    ) -> Iterator[Attachment]:
        """Iterate over attachments, newest first."""
        filters = {"namespace": namespace, "chain_id": chain_id, "limit": page_size}
        return self._transport.pages(Page[Attachment], PATH, filters)
