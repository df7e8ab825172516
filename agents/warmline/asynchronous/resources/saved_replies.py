"""The saved replies API: texts that people who answer customers use again and again."""

from typing import Any
from urllib.parse import quote

from warmline.asynchronous.transport import AsyncTransport
from warmline.calls import build
from warmline_schemas.saved_replies import SavedReply, WriteSavedReply
from warmline_schemas.wire import Page

PATH = "/v1/saved-replies"


class AsyncSavedReplies:
    """``client.saved_replies``. Every method raises the errors of ``warmline.errors``."""

    def __init__(self, transport: AsyncTransport) -> None:
        self._transport = transport

    async def list(self) -> list[SavedReply]:
        """Read all saved replies of the tenant, by name."""
        return [one async for one in self._transport.pages(Page[SavedReply], PATH, {})]

    async def get(self, name: str) -> SavedReply:
        """Read one saved reply."""
        return await self._transport.get(SavedReply, _path(name))

    async def write(
        self,
        name: str,
        saved_reply: WriteSavedReply | None = None,
        *,
        if_unchanged: SavedReply | str | None = None,
        **fields: Any,
    ) -> SavedReply:
        """Add a saved reply, or replace the one of that name.

        Give ``saved_reply``, or the fields of ``WriteSavedReply``: ``text``, and ``language`` and ``queues`` where they
        matter.
        ``if_unchanged``: the saved reply as it was read. Raises ``ChangedMeanwhile`` where it was changed since.
        """
        return await self._transport.put(
            SavedReply, _path(name), saved_reply or build(WriteSavedReply, **fields), if_unchanged
        )

    async def delete(self, name: str, *, if_unchanged: SavedReply | str | None = None) -> None:
        """Delete a saved reply. What was said with it stays.

        ``if_unchanged`` as for ``write``.
        """
        await self._transport.delete(_path(name), if_unchanged)


def _path(name: str) -> str:
    return f"{PATH}/{quote(name, safe='')}"
